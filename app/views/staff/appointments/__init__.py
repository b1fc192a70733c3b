"""The team's screens for appointments."""
