"""Screens that are generated from a table: what FAB's ModelView lacks in speed, safety and accessibility."""
