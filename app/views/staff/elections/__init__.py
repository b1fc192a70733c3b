"""Screens of the team: elections."""
