"""The plan in and out of files: lists of places, sheets per station, and importing a plan from a spreadsheet."""
