"""Filters of generated lists: a field for each column, and one thing that rows belong to."""
