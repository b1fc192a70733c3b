"""Availability (beschikbaarheid): the period, the answer of a member, and lists of answers."""
