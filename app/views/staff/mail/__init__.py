"""Screens of the team: mail."""
