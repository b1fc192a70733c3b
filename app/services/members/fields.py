"""The fields of a member's data that people may change, and how what they type becomes what the portal keeps."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

import phonenumbers

from app.importing.rosters import values as roster_values
from app.models import Member
from app.phrases import Phrase, RuleBroken, phrase

LENGTHS: Final = {
    "initials": 30,
    "first_name": 100,
    "infix": 30,
    "surname": 120,
    "street": 120,
    "house_number": 10,
    "house_number_suffix": 12,
    "city": 80,
    "languages": 120,
}

# What a member changes alone. The e-mail address is not here: it gets the sign-in codes, so it goes by confirmation.
MEMBER_FIELDS: Final = (
    "initials",
    "first_name",
    "infix",
    "surname",
    "birth_date",
    "phone",
    "mobile",
    "street",
    "house_number",
    "house_number_suffix",
    "postcode",
    "city",
    "iban",
    "languages",
)
# What the team changes as well.
STAFF_FIELDS: Final = (*MEMBER_FIELDS, "member_number", "email", "is_civil_servant")
NAME_FIELDS: Final = frozenset({"initials", "first_name", "infix", "surname"})
FIELD_LABELS: Final[dict[str, Phrase]] = {
    "member_number": phrase("Member number"),
    "initials": phrase("Initials"),
    "first_name": phrase("First name"),
    "infix": phrase("Infix"),
    "surname": phrase("Surname"),
    "birth_date": phrase("Date of birth"),
    "email": phrase("E-mail address"),
    "phone": phrase("Telephone number"),
    "mobile": phrase("Mobile number"),
    "street": phrase("Street"),
    "house_number": phrase("House number"),
    "house_number_suffix": phrase("Addition to the house number"),
    "postcode": phrase("Postcode"),
    "city": phrase("Town"),
    "iban": phrase("IBAN"),
    "is_civil_servant": phrase("Works for the municipality"),
    "languages": phrase("Languages you speak"),
    "state": phrase("State"),
}
_LETTER = re.compile(r"[^\W\d_]")
YOUNGEST: Final = 14  # years; younger is a typing error: who helps is 18 on voting day (Kieswet E 4)


def read_field(name: str, typed: Any, *, today: date) -> Any:
    """What the portal keeps for what was typed in field `name`. Raises RuleBroken with that field."""
    if not isinstance(typed, str):
        return typed
    value = " ".join(typed.split())
    reader = _READERS.get(name)
    result = reader(value, today) if reader and value else value or _EMPTY.get(name, "")
    if isinstance(result, Phrase):
        raise RuleBroken(result, field=name)
    longest = LENGTHS.get(name)
    if longest is not None and len(result) > longest:
        raise RuleBroken(phrase("This is too long: at most %(count)s characters.", count=longest), field=name)
    return result


def read_fields(typed: Mapping[str, Any], *, today: date) -> tuple[dict[str, Any], list[RuleBroken]]:
    """What the portal keeps for all that was typed, by field, and what is wrong with the rest, each with its field."""
    values: dict[str, Any] = {}
    faults: list[RuleBroken] = []
    for name, value in typed.items():
        try:
            values[name] = read_field(name, value, today=today)
        except RuleBroken as fault:
            faults.append(fault)
    if "surname" in values and not values["surname"]:
        faults.append(RuleBroken(phrase("Fill in a surname."), field="surname"))
    return values, faults


def _read_name(value: str, today: date) -> str | Phrase:
    if not _LETTER.search(value):
        return phrase("A name has at least one letter.")
    return value


def _read_birth_date(value: str, today: date) -> date | Phrase:
    result = roster_values.read_birth_date(value, today)
    if isinstance(result, date) and today.year - result.year < YOUNGEST:
        return phrase("The date of birth is less than %(years)s years ago.", years=YOUNGEST)
    return result


def _read_postcode(value: str, today: date) -> str | Phrase:
    result = roster_values.read_postcode(value)
    if isinstance(result, Phrase):
        return result
    postcode, behind = result
    return phrase("This is not a Dutch postcode such as 1234 AB.") if behind else postcode


def _read_house_number(value: str, today: date) -> str | Phrase:
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 100_000):
        return phrase("A house number has digits only. Put a letter or an addition in the next field.")
    return str(int(value))


def _read_email(value: str, today: date) -> str | Phrase:
    result = roster_values.read_email(value)
    return result.lower() if isinstance(result, str) else result


def _read_member_number(value: str, today: date) -> str | Phrase:
    return value if len(value) <= 40 else phrase("This is too long: at most %(count)s characters.", count=40)


def _read_phone(value: str, today: date) -> str | Phrase:
    return roster_values.read_phone(value)


def _read_iban(value: str, today: date) -> str | Phrase:
    return roster_values.read_iban(value)


_READERS: Final[dict[str, Callable[[str, date], Any]]] = {
    "surname": _read_name,
    "birth_date": _read_birth_date,
    "phone": _read_phone,
    "mobile": _read_phone,
    "postcode": _read_postcode,
    "house_number": _read_house_number,
    "iban": _read_iban,
    "email": _read_email,
    "member_number": _read_member_number,
}
_EMPTY: Final[dict[str, Any]] = {"birth_date": None, "email": None, "member_number": None}


def show_phone(number: str) -> str:
    """A number as people write it: 06 12345678, and +32 … for other countries."""
    try:
        parsed = phonenumbers.parse(number, "NL")
    except phonenumbers.NumberParseException:
        return number
    is_dutch = parsed.country_code == 31
    formats = phonenumbers.PhoneNumberFormat
    return str(phonenumbers.format_number(parsed, formats.NATIONAL if is_dutch else formats.INTERNATIONAL))


def as_typed(member: Member, names: Iterable[str]) -> dict[str, Any]:
    """The values of a member as one would type them in a form; an IBAN stays empty."""
    return {name: _as_typed(name, getattr(member, name, None)) for name in names if name != "iban"}


def _as_typed(name: str, value: Any) -> Any:
    if name in ("phone", "mobile"):
        return show_phone(value)
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    return "" if value is None else value
