"""Getting in: sign-in, invitations, changes of password and e-mail address, and the accounts of the team."""
