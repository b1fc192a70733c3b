"""Appointing (benoemen) and what follows: appointments, replacement, training, attendance on the day."""
