"""Screens of replacement: places that came free, who is asked, and who is in reserve."""
