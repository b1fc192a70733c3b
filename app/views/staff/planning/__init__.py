"""The team's screens for planning."""
