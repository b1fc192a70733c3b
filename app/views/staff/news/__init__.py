"""Screens of the team: news."""
