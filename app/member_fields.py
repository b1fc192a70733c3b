"""The fields of a member's data, one row each: every list of them in the portal is made from this table.

A field that is added here, and as a column of `models.Member`, is in the forms, the search, the export and the change
log as its row says. What a roster may give also needs `RosterRow` and the headings of `importing.rosters.columns`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any, Final

import phonenumbers

from app.addresses import read_address
from app.importing.rosters import addresses, values
from app.phrases import Phrase, phrase

YOUNGEST: Final = 14  # years; younger is a typing error: who helps is 18 on voting day (Kieswet E 4)
_LETTER: Final = re.compile(r"[^\W\d_]")


class Changes(IntEnum):
    """Who changes a field by hand: each may change what those before may."""

    NOBODY = 0  # it changes by an act of its own
    TEAM = 1
    MEMBER = 2


class Group(IntEnum):
    """The part of a form that a field stands in."""

    WHO = 1
    REACH = 2
    FEE = 3


def write_plainly(value: Any) -> Any:
    """A value as one types it: a date as 31-12-1980, nothing as an empty text."""
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    return "" if value is None else value


def show_phone(number: str) -> str:
    """A number as people write it: 06 12345678, and +32 … for other countries."""
    try:
        parsed = phonenumbers.parse(number, "NL")
    except phonenumbers.NumberParseException:
        return number
    is_dutch = parsed.country_code == 31
    formats = phonenumbers.PhoneNumberFormat
    return str(phonenumbers.format_number(parsed, formats.NATIONAL if is_dutch else formats.INTERNATIONAL))


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. `read_cell` takes a cell of a roster, `read` what is typed in a form, with the day of today.

    Both get a text that is not empty, and give the value that the portal keeps or a `Phrase` that says what is wrong;
    without them the text is kept as it is. `empty` is kept where nothing is given.
    """

    name: str
    label: Phrase
    team_label: Phrase | None = None  # where the team calls it otherwise than the member
    group: Group = Group.WHO
    max_length: int | None = None  # characters, in the column too
    read: Callable[[str, date], Any] | None = None
    read_cell: Callable[[str], Any] | None = None
    write: Callable[[Any], Any] = write_plainly  # as people type and read it
    empty: Any = ""
    who_may_change: Changes = Changes.NOBODY
    is_name: bool = False  # also in the account
    is_needed: bool = False  # before a member can say that the data are right
    is_column: bool = True  # of `Member`, under this name
    is_numeric: bool = False  # a refused row shows it: without it nobody can correct the row
    is_searched: bool = False
    is_exported: bool = True
    is_in_roster: bool = True

    def read_typed(self, typed: str, today: date) -> Any:
        """What the portal keeps for what was typed in a form, or a Phrase that says what is wrong with it."""
        value = " ".join(typed.split())
        if not value:
            return self.empty
        if self.read is not None:
            value = self.read(value, today)
        elif self.read_cell is not None:
            value = self.read_cell(value)
        if isinstance(value, str) and self.max_length is not None and len(value) > self.max_length:
            return phrase("This is too long: at most %(count)s characters.", count=self.max_length)
        return value


class FieldTable:
    """The rows by name, and the lists that are made of them: names in the order of the table."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self.by_name: Final = {field.name: field for field in fields}

    def __getitem__(self, name: str) -> Field:
        return self.by_name[name]

    def __iter__(self) -> Iterator[Field]:
        return iter(self.by_name.values())

    def names(self, is_meant: Callable[[Field], bool]) -> tuple[str, ...]:
        """The names of the fields for which this holds."""
        return tuple(field.name for field in self if is_meant(field))

    def changed_by(self, who: Changes, group: Group | None = None) -> tuple[str, ...]:
        """What the member, or the team, may change; in one part of the form."""
        return self.names(lambda field: field.who_may_change >= who and group in (None, field.group))

    @property
    def searched(self) -> frozenset[str]:
        """What stands in the column `search_text`: who changes one of them makes it anew."""
        return frozenset(self.names(lambda field: field.is_searched))

    @property
    def exported(self) -> tuple[str, ...]:
        """The columns of an export of members."""
        return self.names(lambda field: field.is_exported)

    @property
    def in_roster(self) -> tuple[str, ...]:
        """What a roster may give, as `RosterRow` has it."""
        return self.names(lambda field: field.is_in_roster)

    @property
    def given_columns(self) -> tuple[str, ...]:
        """What a roster may give and `Member` has as a column of this name."""
        return self.names(lambda field: field.is_in_roster and field.is_column)


def _read_name(value: str, _today: date) -> str | Phrase:
    return value if _LETTER.search(value) else phrase("A name has at least one letter.")


def _read_birth_date(value: str, today: date) -> date | Phrase:
    result = values.read_typed_birth_date(value, today)
    if isinstance(result, date) and today.year - result.year < YOUNGEST:
        return phrase("The date of birth is less than %(years)s years ago.", years=YOUNGEST)
    return result


def _read_postcode(value: str, _today: date) -> str | Phrase:
    result = values.read_postcode(value)
    if isinstance(result, Phrase):
        return result
    postcode, behind = result
    return values.WANTED_POSTCODE if behind else postcode


MEMBER_FIELDS: Final = FieldTable(
    [
        Field(
            name="member_number",
            label=phrase("Member number"),
            max_length=40,
            empty=None,
            who_may_change=Changes.TEAM,
            is_numeric=True,
            is_searched=True,
        ),
        Field(
            name="first_name",
            label=phrase("First name"),
            max_length=100,
            who_may_change=Changes.MEMBER,
            is_name=True,
            is_searched=True,
        ),
        Field(
            name="initials",
            label=phrase("Initials"),
            max_length=30,
            who_may_change=Changes.MEMBER,
            is_name=True,
            is_searched=True,
        ),
        Field(
            name="infix",
            label=phrase("Infix"),
            max_length=30,
            who_may_change=Changes.MEMBER,
            is_name=True,
            is_searched=True,
        ),
        Field(
            name="surname",
            label=phrase("Surname"),
            max_length=120,
            read=_read_name,
            who_may_change=Changes.MEMBER,
            is_name=True,
            is_needed=True,
            is_searched=True,
        ),
        Field(
            name="birth_date",
            label=phrase("Date of birth"),
            read=_read_birth_date,
            empty=None,
            who_may_change=Changes.MEMBER,
            is_needed=True,
            is_numeric=True,
        ),
        Field(
            name="languages",
            label=phrase("Languages you speak"),
            team_label=phrase("Languages they speak"),
            max_length=120,
            who_may_change=Changes.MEMBER,
        ),
        Field(
            name="trained_on",
            label=phrase("Last training on"),
            read=values.read_typed_training_date,
            empty=None,
            who_may_change=Changes.TEAM,
            is_numeric=True,
        ),
        Field(
            name="email",
            label=phrase("E-mail address"),
            group=Group.REACH,
            max_length=254,
            read_cell=read_address,
            empty=None,
            who_may_change=Changes.TEAM,  # it gets the sign-in codes: a member changes it by confirmation
            is_numeric=True,
            is_searched=True,
        ),
        Field(
            name="mobile",
            label=phrase("Mobile number"),
            group=Group.REACH,
            max_length=20,
            read_cell=values.read_phone,
            write=show_phone,
            who_may_change=Changes.MEMBER,
            is_numeric=True,
            is_searched=True,
        ),
        Field(
            name="phone",
            label=phrase("Telephone number"),
            group=Group.REACH,
            max_length=20,
            read_cell=values.read_phone,
            write=show_phone,
            who_may_change=Changes.MEMBER,
            is_numeric=True,
            is_searched=True,
        ),
        Field(
            name="street",
            label=phrase("Street"),
            group=Group.REACH,
            max_length=120,
            who_may_change=Changes.MEMBER,
            is_needed=True,
            is_searched=True,
        ),
        Field(
            name="house_number",
            label=phrase("House number"),
            group=Group.REACH,
            max_length=10,
            read_cell=addresses.split_house_number,
            who_may_change=Changes.MEMBER,
            is_needed=True,
        ),
        Field(
            name="house_number_suffix",
            label=phrase("Addition to the house number"),
            group=Group.REACH,
            max_length=12,
            who_may_change=Changes.MEMBER,
        ),
        Field(
            name="postcode",
            label=phrase("Postcode"),
            group=Group.REACH,
            max_length=7,
            read=_read_postcode,
            read_cell=values.read_postcode,
            who_may_change=Changes.MEMBER,
            is_needed=True,
        ),
        Field(
            name="city",
            label=phrase("Town"),
            group=Group.REACH,
            max_length=80,
            who_may_change=Changes.MEMBER,
            is_needed=True,
        ),
        Field(
            name="iban",
            label=phrase("IBAN"),
            group=Group.FEE,
            read_cell=values.read_iban,
            who_may_change=Changes.MEMBER,
            is_column=False,  # sealed
            is_numeric=True,
            is_exported=False,
        ),
        Field(
            name="is_civil_servant",
            label=phrase("Works for the municipality"),
            group=Group.FEE,
            read_cell=values.read_yes_no,
            empty=False,
            who_may_change=Changes.TEAM,
        ),
        Field(
            name="bsn",
            label=phrase("BSN"),
            read_cell=values.read_bsn,
            is_column=False,  # sealed, in a table of its own, and never in a form with other data
            is_exported=False,
        ),
        Field(
            name="language",
            label=phrase("Language to write in"),
            read_cell=values.read_language,
            is_column=False,  # of the account
            is_exported=False,
        ),
        Field(name="state", label=phrase("State"), max_length=12, is_in_roster=False),
        Field(name="data_checked_at", label=phrase("Data checked on"), empty=None, is_in_roster=False),
    ]
)
