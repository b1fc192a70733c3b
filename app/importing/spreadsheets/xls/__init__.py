"""The older kind of spreadsheet (.xls), and the file format that it shares with locked ones."""
