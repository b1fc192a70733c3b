"""The form for availability, made from the shifts, functions, stations and declarations of one election.

The member fills it in; the team fills in the same form for a member who phoned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from app.extensions import db
from app.i18n import write_full_date, write_hours
from app.models import Answer, Availability, Declaration, DeclarationKind, DeclarationText, Election, PollingStation
from app.services.availability.answer_check import (
    PREFERENCES,
    AvailabilityAnswer,
    ShiftChoice,
)
from app.services.elections.declarations import list_current_texts
from app.services.elections.functions import list_active_functions
from app.views.forms.forms import PortalForm
from app.views.forms.lookup import LookupField
from app.views.forms.lookup_sources import stations_of
from app.views.parts.markdown import in_language, lang_of, spoken_choice

ANSWERS = [
    (Answer.YES.value, lazy_gettext("Yes")),
    (Answer.MAYBE.value, lazy_gettext("Maybe")),
    (Answer.NO.value, lazy_gettext("No")),
]


NO_CHOICE = Optional(strip_whitespace=False)  # empty; spaces are no choice that is offered, and are refused
MOST_LISTED = 50  # stations that a list of choices holds; a longer one nobody reads on a phone
SHIFT_FIELD = "shift_%s"
REASON_FIELD = "reason_%s"
DECLARATION_FIELD = "declaration_%s"
PLACES = {
    "choices": SHIFT_FIELD,
    "functions": "function_%s",
    "stations": "station_%s",
    "declarations": DECLARATION_FIELD,
}


class AvailabilityForm(PortalForm):
    """What every election asks; the rest is added per election."""

    election: Election
    texts: Sequence[DeclarationText]

    can_help = RadioField(
        lazy_gettext("Can you help at this election?"),
        [InputRequired(lazy_gettext("Choose yes or no."))],
        choices=[("yes", lazy_gettext("Yes, or maybe")), ("no", lazy_gettext("No, not this time"))],
        description=lazy_gettext("If not, you can leave the rest of the page empty."),
    )
    remark = TextAreaField(lazy_gettext("Do you want to tell us something?"), [Optional()])

    def name_of(self, place: str) -> str:
        """Where a place in the answer is filled in: "choices.12.reason" in `reason_12`."""
        part, _dot, which = place.partition(".")
        if which.endswith(".reason"):
            return REASON_FIELD % which.removesuffix(".reason")
        return PLACES[part] % which if which else place

    @property
    def shifts(self) -> list[Any]:
        """All shifts, in the order of days."""
        return [shift for day in self.election.days for shift in day.shifts]

    def answer(self) -> AvailabilityAnswer:
        """What was filled in."""
        return AvailabilityAnswer(
            choices={shift.id: self._choice(shift.id) for shift in self.shifts},
            functions=self._preferred("function"),
            stations=self._preferred("station"),
            remark=self.remark.data or "",
            declarations=self._given(),
        )

    def _given(self) -> dict[int, bool]:
        is_asked = self.can_help.data != "no"
        answers = {row.id: _is_given(self[DECLARATION_FIELD % row.id], is_asked=is_asked) for row in self.texts}
        return {text_id: given for text_id, given in answers.items() if given is not None}

    def _choice(self, shift_id: int) -> ShiftChoice:
        reason = (self[REASON_FIELD % shift_id].data or "").strip()
        if self.can_help.data == "no":
            return ShiftChoice(Answer.NO, reason)
        return ShiftChoice(self[SHIFT_FIELD % shift_id].data or "", reason)

    def _preferred(self, name: str) -> list[int]:
        places = (self[f"{name}_{place}"] for place in range(1, PREFERENCES + 1))
        return [int(place.data) for place in places if place.data and not place.errors]


def _is_given(field: Any, *, is_asked: bool) -> bool | None:
    """None for what was not answered: a box left empty says no only to who is asked for it."""
    if isinstance(field, BooleanField):
        return bool(field.data) or (False if is_asked else None)
    return {"true": True, "false": False}.get(field.data or "")


def availability_form(election: Election, row: Availability | None) -> AvailabilityForm:
    """The form of this election, filled in with the answer that is known."""
    texts = list_current_texts(election.id)
    fields = {**_shift_fields(election), **_preference_fields(election, row), **_declaration_fields(texts)}
    cls = type("ElectionAvailabilityForm", (AvailabilityForm,), {**fields, "election": election, "texts": texts})
    form: AvailabilityForm = cls(data=_known(row) if row is not None else None)
    for text in texts:
        form[DECLARATION_FIELD % text.id].lang = lang_of(text, "body")
    return form


def _shift_fields(election: Election) -> dict[str, Any]:
    """Each question names its day in full, so that it stands on its own: in the list of faults, read aloud, alone."""
    fields: dict[str, Any] = {}
    for day in election.days:
        for shift in day.shifts:
            when = f"{write_full_date(day.date)}, {in_language(shift, 'name')}"
            label = f"{when} ({write_hours(shift.starts, shift.ends)})"
            fields[SHIFT_FIELD % shift.id] = RadioField(label, choices=ANSWERS, validate_choice=False)
            fields[REASON_FIELD % shift.id] = StringField(
                _("Why not on %(shift)s?", shift=when),
                [Optional()],
                description=_("You do not have to. Never write anything about your health."),
            )
    return fields


def _station_maker(election: Election, row: Availability | None, none: list[tuple[str, str]]) -> Callable[[str], Any]:
    """How a preference for a station is asked: of a few as a list, of many by typing."""
    columns = (PollingStation.id, PollingStation.number, PollingStation.name)
    found = select(*columns).where(PollingStation.election_id == election.id).order_by(PollingStation.number)
    rows = db.session.execute(found.limit(MOST_LISTED + 1)).all()
    if len(rows) <= MOST_LISTED:
        choices = none + [(str(key), f"{number} {name}") for key, number, name in rows]
        return lambda label: SelectField(label, [NO_CHOICE], choices=choices)
    source = stations_of(election.id, [chosen.station_id for chosen in row.stations] if row else [])
    hint = _("Type a part of the name, the street or the number.")
    return lambda label: LookupField(label, [Optional()], source=source, description=hint)


def _preference_fields(election: Election, row: Availability | None) -> dict[str, Any]:
    labels = [_("First choice"), _("Second choice"), _("Third choice")]
    none: list[Any] = [("", _("No preference"))]
    functions = none + [spoken_choice(str(row.id), row, "name") for row in list_active_functions()]
    make_station = _station_maker(election, row, none)
    fields: dict[str, Any] = {}
    for place, label in enumerate(labels, 1):
        function_label = _("%(place)s of function", place=label)
        fields[f"function_{place}"] = SelectField(function_label, [NO_CHOICE], choices=functions)
        station_label = _("%(place)s of polling station", place=label)
        fields[f"station_{place}"] = make_station(station_label)
    return fields


def _declaration_fields(texts: Sequence[DeclarationText]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for row in texts:
        body = in_language(row, "body")
        if row.kind == DeclarationKind.NOT_A_CANDIDATE:
            choices = [
                ("true", _("That is right")),
                ("false", _("That is not right: I am a candidate or a sitting member")),
            ]
            fields[DECLARATION_FIELD % row.id] = RadioField(body, choices=choices, validate_choice=False)
        else:
            fields[DECLARATION_FIELD % row.id] = BooleanField(body)
    return fields


def _known(row: Availability) -> dict[str, Any]:
    values: dict[str, Any] = {"remark": row.remark}
    for shift in row.shifts:
        values |= {SHIFT_FIELD % shift.shift_id: shift.answer, REASON_FIELD % shift.shift_id: shift.reason}
    if row.shifts:
        values["can_help"] = "no" if all(shift.answer == Answer.NO for shift in row.shifts) else "yes"
    values |= {f"function_{function.rank}": str(function.function_id) for function in row.functions}
    values |= {f"station_{station.rank}": str(station.station_id) for station in row.stations}
    given = select(Declaration.text_id, Declaration.is_given, DeclarationText.kind).join(
        DeclarationText, DeclarationText.id == Declaration.text_id
    )
    own = given.where(Declaration.member_id == row.member_id, Declaration.election_id == row.election_id)
    for text_id, is_given, kind in db.session.execute(own):
        is_choice = kind == DeclarationKind.NOT_A_CANDIDATE
        values[DECLARATION_FIELD % text_id] = str(is_given).lower() if is_choice else is_given
    return values
