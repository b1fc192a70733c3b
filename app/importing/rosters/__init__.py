"""Rosters of members: columns, values, and the check of each row."""
