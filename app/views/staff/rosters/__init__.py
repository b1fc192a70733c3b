"""Screens of the team: rosters."""
