"""Words of what the team and members write to each other."""
