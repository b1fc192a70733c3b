"""Importing a roster of members: matching, planning what changes, applying it, and the report."""
