"""The parts of what a check or an import found, in words: one part at a time, page by page."""

from __future__ import annotations

from typing import Any, Final

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.i18n import translate
from app.models import ImportRun
from app.phrases import Phrase
from app.services.rosters.doubles import Likeness
from app.services.rosters.plan import full_name
from app.services.rosters.report import Part, counts_of, find_people, read_fault, read_part
from app.views.labels.members import MEMBER_STATES, TEAM_FIELD_LABELS, say_value
from app.views.parts.found import Change, Changes, Link, Parts, Shown, find_parts

LIKENESSES: Final = {
    Likeness.BIRTH: _("same name and date of birth"),
    Likeness.ADDRESS: _("same name and address"),
}


def find_roster_parts(run: ImportRun, *, instance: Any) -> Parts | None:
    """What was found in this file; None when nothing was."""
    return find_parts(
        {part.value: shown for part, shown in SHOWN.items()},
        counts_of(run),
        lambda name: read_part(run, Part(name), instance=instance) or [],
        lambda **arguments: url_for("RosterImportView.show", run_id=run.id, **arguments),
    )


def _member_link(member_id: int, name: str) -> Link:
    return Link(name, url_for("MembersView.show", pk=member_id))


def _write_refused(lines: list[Any]) -> list[list[Any]]:
    return [
        [row, name, fault.column or "", fault.value_shown or "", translate(fault.message)]
        for row, name, _cells, faults in lines
        for fault in map(read_fault, faults)
    ]


def _write_changed(lines: list[Any]) -> list[list[Any]]:
    return [
        [row, _member_link(member_id, name), Changes([_change(*field) for field in fields])]
        for row, member_id, name, fields in lines
    ]


def _change(field: str, old: str, new: str) -> Change:
    if field == "bsn":  # nobody sees it
        return Change(TEAM_FIELD_LABELS[field], gettext("still needed"), gettext("known"))
    return Change(TEAM_FIELD_LABELS[field], say_value(field, old), say_value(field, new))


def _write_new(lines: list[Any]) -> list[list[Any]]:
    return [[row, name, number or "", email or "", city or ""] for row, name, number, email, city in lines]


def _write_fields(lines: list[Any]) -> list[list[Any]]:
    return [
        [row, name, TEAM_FIELD_LABELS[field], say_value(field, value), translate(Phrase(*reason))]
        for row, name, field, value, reason in lines
    ]


def _write_missing(lines: list[Any]) -> list[list[Any]]:
    people = find_people(lines)
    found = [people[member_id] for member_id in lines if member_id in people]
    return [
        [_member_link(person.id, _name(person)), person.member_number or "", person.city, MEMBER_STATES[person.state]]
        for person in found
    ]


def _write_doubles(lines: list[Any]) -> list[list[Any]]:
    people = find_people(member_id for *_others, member_id, _row in lines if member_id is not None)
    return [
        [row, name, number or "", _other(people, member_id, other_row), LIKENESSES[Likeness(why)]]
        for row, name, number, why, member_id, other_row in lines
    ]


def _other(people: dict[int, Any], member_id: int | None, other_row: int | None) -> Any:
    if member_id is None:
        return gettext("row %(row)s", row=other_row)
    person = people.get(member_id)
    if person is None:
        return gettext("deleted")
    named = ", ".join(filter(None, (_name(person), person.member_number)))
    return _member_link(person.id, named)


def _name(person: Any) -> str:
    return full_name(person.first_name or person.initials, person.infix, person.surname)


_ROW, _NAME, _FIELD, _VALUE, _REASON = _("Row"), _("Name"), _("Field"), _("In the file"), _("Reason")
SHOWN: Final[dict[Part, Shown]] = {
    Part.REFUSED: Shown(
        _("Refused rows"),
        _("These rows are not imported. Correct them and import the file again. BSNs are not in the download."),
        [_ROW, _NAME, _("Column"), _VALUE, _REASON],
        _write_refused,
    ),
    Part.DOUBLES: Shown(
        _("Likely doubles"),
        _("They are new by their number, but seem to be there already. Do you import them? Then merge the two later."),
        [_ROW, _NAME, _("Member number"), _("Looks like"), _("Because of")],
        _write_doubles,
    ),
    Part.LOST: Shown(
        _("Lost letters"),
        _("A program wrote ? or � for a letter that it does not know. It is imported so, unless you mend the file."),
        [_ROW, _NAME, _FIELD, _VALUE, _REASON],
        _write_fields,
    ),
    Part.CHANGED: Shown(_("Changed members"), "", [_ROW, _NAME, _("From what to what")], _write_changed),
    Part.NEW: Shown(
        _("New members"), "", [_ROW, _NAME, _("Member number"), _("E-mail address"), _("Town")], _write_new
    ),
    Part.LEFT: Shown(
        _("Left as it is"),
        _("The rest of these rows is imported. A field of a new member stays empty."),
        [_ROW, _NAME, _FIELD, _VALUE, _REASON],
        _write_fields,
    ),
    Part.MISSING: Shown(
        _("Not in this file"),
        _("They take part, but no row is about them. Nothing happens to them."),
        [_NAME, _("Member number"), _("Town"), _("State")],
        _write_missing,
    ),
}
