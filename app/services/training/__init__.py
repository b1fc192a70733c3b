"""Trainings: sessions, who takes part, what became of it, and who needs one."""
