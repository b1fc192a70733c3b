"""The sections of the team's page of a member, by subject; all of them in `every`."""
