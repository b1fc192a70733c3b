"""The doors as a person sees them: signing in, mailed links, and the own account."""
