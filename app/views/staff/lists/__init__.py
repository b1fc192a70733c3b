"""What belongs to every list of the team."""
