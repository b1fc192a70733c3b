"""Screens of the team: accounts."""
