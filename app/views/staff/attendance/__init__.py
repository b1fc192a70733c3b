"""The day itself, for the team."""
