"""Appointments (benoemingen): the decisions on a published plan, their letters, what members answer, and calendars."""
