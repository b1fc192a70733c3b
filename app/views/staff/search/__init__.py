"""Screens of the team: search."""
