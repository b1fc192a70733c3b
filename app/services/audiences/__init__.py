"""Audiences (doelgroepen): groups of members by condition."""
