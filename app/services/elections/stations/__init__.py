"""Polling stations (stembureaus): read from files, found, and imports of them undone."""
