"""Screens of the team: message box."""
