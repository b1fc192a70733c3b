"""Trainings of the team: sessions, participants, attendance, results and their import."""
