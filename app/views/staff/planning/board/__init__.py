"""Screens of the plan: the board, its open places, the sheet of a station, one place, and one member in it."""
