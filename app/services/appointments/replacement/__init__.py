"""Replacement: a place that somebody left, who is asked for it, the first yes that wins, and who is in reserve."""
