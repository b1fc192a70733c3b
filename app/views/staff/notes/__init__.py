"""Notes of the team on members, and tags."""
