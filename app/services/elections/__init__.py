"""Elections with their days, shifts, stations, functions and declarations, and what of them may still change."""
