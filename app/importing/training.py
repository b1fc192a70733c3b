"""Results of trainings in a spreadsheet: which column is what, and the rows as text; rules find out what these mean."""

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
WHO: Final = ("member_number", "user_name", "email")

# Compared without case, accents, spaces and punctuation.
COLUMNS: Final = Headings(
    {
        "member_number": (
            *("lidnummer", "lidnr", "stembureaulidnummer", "personeelsnummer", "personeelsnr", "registratienummer"),
            *("relatienummer", "membernumber", "idnummer"),
        ),
        "user_name": ("gebruikersnaam", "inlognaam", "loginnaam", "username", "login"),
        "email": ("email", "emailadres", "mail", "mailadres", "emailaddress"),
        "result": (
            *(
                "uitslag",
                "resultaat",
                "status",
                "uitkomst",
                "geslaagd",
                "behaald",
                "voltooid",
                "aanwezig",
                "aanwezigheid",
            ),
            *("result", "outcome", "passed", "completed", "completionstatus", "attendance"),
        ),
        "passed_on": (
            *("datum", "datumgeslaagd", "geslaagdop", "behaaldop", "datumbehaald", "voltooidop", "datumvoltooid"),
            *("trainingsdatum", "afgerondop", "datumafgerond", "datumafronding", "date", "passedon", "completedon"),
            *("completiondate", "datecompleted"),
        ),
        "valid_until": (
            "geldigtot",
            "geldigtotenmet",
            "geldigtm",
            "verlooptop",
            "verloopdatum",
            "validuntil",
            "expires",
        ),
    }
)
KNOWN_UNUSED: Final = frozenset(
    {"naam", "voornaam", "tussenvoegsel", "achternaam", "name", "firstname", "lastname", "surname", "score", "cijfer"}
)


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A row: its number as a person counts, and its cells by field; empty ones are left out."""

    row: int
    cells: dict[str, str]

    @property
    def who(self) -> str:
        """Of whom it is, as the file has it."""
        return next((self.cells[name] for name in WHO if name in self.cells), "")


@dataclass(frozen=True, slots=True)
class ResultFile:
    """A file that was read. `used` are headings by field, `unknown` headings of which nobody knows what they mean."""

    used: dict[str, str]
    unknown: tuple[str, ...]
    rows: tuple[ResultRow, ...]
    remarks: tuple[Phrase, ...]


def read_result_file(data: bytes, file_name: str, *, limits: Limits | None = None) -> ResultFile:
    """Find the sheet and the row with headings, and read what stands below. Raises FileRefused."""
    tables = read_tables(data, file_name, limits=limits)
    headings = [(sheet, *COLUMNS.find_header(sheet)) for sheet in tables.sheets]
    sheet, header_row, header = max(headings, key=lambda found: len(COLUMNS.recognise(found[2])))
    columns = COLUMNS.recognise(header)
    if not columns.keys() & set(WHO):
        raise FileRefused(
            phrase("No column says of whom a row is. Needed is the member number, user name or e-mail address.")
        )
    if not columns.keys() & {"result", "passed_on"}:
        raise FileRefused(phrase("Needed is a column with the result, or with the date on which somebody passed."))
    unknown = [
        heading.strip()
        for at, heading in enumerate(header)
        if heading.strip() and at not in columns.values() and bare(heading) not in KNOWN_UNUSED
    ]
    used = {name: header[at].strip() for name, at in columns.items()}
    return ResultFile(used, tuple(unknown), _read_rows(sheet, header_row, columns), tables.remarks_on(sheet))


def _read_rows(sheet: Sheet, header_row: int, columns: dict[str, int]) -> tuple[ResultRow, ...]:
    rows: list[ResultRow] = []
    for row, found in sheet.rows():
        texts = {name: unguard_text(found[at].strip()) for name, at in columns.items() if at < len(found)}
        filled = {name: cell for name, cell in texts.items() if cell}
        if row > header_row and filled:
            rows.append(ResultRow(row, filled))
        if len(rows) > MOST_ROWS:
            raise FileRefused(phrase("There are more than %(count)s rows in this file.", count=MOST_ROWS))
    if not rows:
        raise FileRefused(phrase("There are no rows in this file."))
    return tuple(rows)
