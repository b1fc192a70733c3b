"""Screens of the team: audiences."""
