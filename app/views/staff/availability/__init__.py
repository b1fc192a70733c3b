"""Screens of the team: availability."""
