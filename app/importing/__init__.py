"""Files of the field → typed rows, with every fault named by row and column.

A leaf: it takes bytes and gives plain frozen dataclasses. It knows no Flask, no models and no reader's language;
its messages are `app.phrases.Text`. Whatever bytes come in, the only exception that comes out is `FileRefused`.

- `elections.eml`: election (110a) and polling stations (110b) in EML_NL
- `elections.stations`: "Stembureaus Open Data Standaard" 1.7, as form (.xlsx, .ods, .xls) or CSV
- `rosters.roster`: members, from CSV or a spreadsheet
- `spreadsheets.tables`: the bytes of any of those → sheets with rows of strings
- `spreadsheets.sheets_out`: rows → CSV and .xlsx that are safe to open
"""
