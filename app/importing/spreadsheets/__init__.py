"""Bytes of CSV and spreadsheets → sheets with rows of strings, and back."""
