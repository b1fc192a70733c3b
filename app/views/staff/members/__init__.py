"""Screens of the team: members."""
