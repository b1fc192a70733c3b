"""Screens of the team: documents."""
