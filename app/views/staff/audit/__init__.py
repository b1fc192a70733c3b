"""Screens of the team: audit."""
