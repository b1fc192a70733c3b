"""Stored files: keeping, reading, and sweeping away what nothing refers to."""
