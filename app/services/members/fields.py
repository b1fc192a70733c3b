"""What is typed in the fields of a member's data becomes what the portal keeps, or is refused at its field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from app.member_fields import MEMBER_FIELDS
from app.models import Member
from app.phrases import Phrase, RuleBroken, phrase


def read_fields(typed: Mapping[str, Any], *, today: date) -> tuple[dict[str, Any], list[RuleBroken]]:
    """What the portal keeps for all that was typed, by field, and what is wrong with the rest, each with its field."""
    values: dict[str, Any] = {}
    faults: list[RuleBroken] = []
    for name, value in typed.items():
        result = MEMBER_FIELDS[name].read_typed(value, today) if isinstance(value, str) else value
        if isinstance(result, Phrase):
            faults.append(RuleBroken(result, field=name))
        else:
            values[name] = result
    if isinstance(values.get("house_number"), tuple):
        faults += _split_house_number(values)
    if "surname" in values and not values["surname"]:
        faults.append(RuleBroken(phrase("Fill in a surname."), field="surname"))
    return values, faults


def _split_house_number(values: dict[str, Any]) -> list[RuleBroken]:
    """Of 12A the A goes to the next field, if that does not say something else."""
    values["house_number"], suffix = values["house_number"]
    given = values.get("house_number_suffix") or ""
    if not suffix or suffix.casefold() == given.casefold():
        return []
    if given:
        message = phrase("The house number has an addition too. Write it in one of the two fields.")
        return [RuleBroken(message, field="house_number_suffix")]
    values["house_number_suffix"] = suffix
    return []


def as_typed(member: Member, names: Iterable[str]) -> dict[str, Any]:
    """The values of a member as one would type them in a form; an IBAN stays empty."""
    return {name: MEMBER_FIELDS[name].write(getattr(member, name)) for name in names if MEMBER_FIELDS[name].is_column}
