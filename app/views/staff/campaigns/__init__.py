"""Screens of the team: campaigns."""
