"""A plan in a spreadsheet: which column is what, and the rows as text. Who and what they mean the rules find out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.importing.faults import FileRefused
from app.importing.limits import Limits
from app.importing.spreadsheets.headings import Headings, bare
from app.importing.spreadsheets.sheets_out import unguard_text
from app.importing.spreadsheets.tables import Sheet, read_tables
from app.phrases import Phrase, phrase

MOST_ROWS: Final = 20_000

# Compared without case, accents, spaces and punctuation.
COLUMNS: Final = Headings(
    {
        "number": (
            *(
                "nummervanhetstembureau",
                "nummerstembureau",
                "stembureaunummer",
                "stembureaunr",
                "sbnummer",
                "sbnr",
                "sb",
            ),
            *("nr", "nummer", "numberofthepollingstation", "stationnumber", "number"),
        ),
        "station": (
            "stembureau",
            "naamstembureau",
            "stembureaunaam",
            "locatie",
            "stemlokaal",
            "pollingstation",
            "station",
        ),
        "day": ("datum", "dag", "date", "day"),
        "shift": ("dagdeel", "dienst", "shift", "tijdvak", "blok"),
        "function": ("functie", "rol", "function", "role"),
        "member_number": (
            *("lidnummer", "lidnr", "stembureaulidnummer", "personeelsnummer", "personeelsnr", "registratienummer"),
            *("relatienummer", "membernumber"),
        ),
        "name": ("naam", "naamlid", "volledigenaam", "stembureaulid", "name", "fullname"),
        "first_name": ("voornaam", "roepnaam", "firstname"),
        "infix": ("tussenvoegsel", "voorvoegsel", "tv", "infix"),
        "surname": ("achternaam", "geslachtsnaam", "familienaam", "surname", "lastname"),
        "birth_date": ("geboortedatum", "gebdatum", "gebdat", "geboren", "birthdate", "dateofbirth"),
        "starts": ("van", "vanaf", "begin", "begintijd", "aanvang", "starttijd", "from", "start", "starttime"),
        "ends": ("tot", "einde", "eind", "eindtijd", "until", "to", "end", "endtime"),
        "note": ("opmerking", "opmerkingen", "notitie", "note", "remark"),
    }
)
# What an export of ours writes too, and what is not read.
KNOWN_UNUSED: Final = frozenset({"telefoon", "telephone", "mobiel"})


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A row: its number as a person counts, and its cells by field; empty ones are left out."""

    row: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A file that was read. `used` are headings by field, `unknown` headings of which nobody knows what they mean."""

    used: dict[str, str]
    unknown: tuple[str, ...]
    rows: tuple[PlanRow, ...]
    remarks: tuple[Phrase, ...]


def read_plan_file(data: bytes, file_name: str, *, limits: Limits | None = None) -> PlanFile:
    """Find the sheet and the row with headings, and read what stands below. Raises FileRefused."""
    tables = read_tables(data, file_name, limits=limits)
    headings = [(sheet, *COLUMNS.find_header(sheet)) for sheet in tables.sheets]
    sheet, header_row, header = max(headings, key=lambda found: len(COLUMNS.recognise(found[2])))
    columns = COLUMNS.recognise(header)
    _insist_on_columns(columns)
    rows = _read_rows(sheet, header_row, columns)
    unknown = [
        heading.strip()
        for at, heading in enumerate(header)
        if heading.strip() and at not in columns.values() and bare(heading) not in KNOWN_UNUSED
    ]
    used = {name: header[at].strip() for name, at in columns.items()}
    return PlanFile(used, tuple(unknown), rows, tables.remarks_on(sheet))


def _insist_on_columns(columns: dict[str, int]) -> None:
    has_place = columns.keys() >= {"shift", "function"} and bool(columns.keys() & {"number", "station"})
    if not has_place:
        raise FileRefused(
            phrase(
                "No row with headings was found. Needed are the polling station (number or name), the shift, the "
                "function, and the member number or the name and the birth date."
            )
        )
    has_name = "birth_date" in columns and bool(columns.keys() & {"name", "surname"})
    if not (has_name or "member_number" in columns):
        raise FileRefused(phrase("There is no column with the member number, or with the name and the birth date."))


def _read_rows(sheet: Sheet, header_row: int, columns: dict[str, int]) -> tuple[PlanRow, ...]:
    rows: list[PlanRow] = []
    for row, found in sheet.rows():
        texts = {name: unguard_text(found[at].strip()) for name, at in columns.items() if at < len(found)}
        filled = {name: cell for name, cell in texts.items() if cell}
        if row > header_row and filled:
            rows.append(PlanRow(row, filled))
        if len(rows) > MOST_ROWS:
            raise FileRefused(phrase("There are more than %(count)s rows in this file.", count=MOST_ROWS))
    if not rows:
        raise FileRefused(phrase("There are no rows in this file."))
    return tuple(rows)
