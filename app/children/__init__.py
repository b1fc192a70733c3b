"""Processes of our own that look at a file from outside: bounded, without settings, with nothing of the portal."""
