"""The form for availability, made from the shifts, functions, stations and declarations of one election.

The member fills it in; the team fills in the same form for a member who phoned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from app.i18n import write_full_date, write_hours
from app.models import Answer, Availability, DeclarationKind, DeclarationText, Election
from app.services.availability.answer_check import (
    PREFERENCES,
    AvailabilityAnswer,
    ShiftChoice,
)
from app.services.availability.preferences import list_preferences
from app.services.elections.declarations import list_texts_to_give
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
    in_full = ""  # the answer of `can_help` that means yes to every shift, where the form offers it

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
        if self.in_full and self.can_help.data == self.in_full:
            return ShiftChoice(Answer.YES)
        return ShiftChoice(self[SHIFT_FIELD % shift_id].data or "", reason)

    def _preferred(self, name: str) -> list[int]:
        places = (self[f"{name}_{place}"] for place in range(1, PREFERENCES + 1))
        return [int(place.data) for place in places if place.data and not place.errors]


class PhonedForm(AvailabilityForm):
    """The same as the team fills it in for who phoned: who can all day is one answer, not one at each shift."""

    in_full = "all"

    can_help = RadioField(
        lazy_gettext("Can the member help at this election?"),
        [InputRequired(lazy_gettext("Choose one of the list."))],
        choices=[
            (in_full, lazy_gettext("Yes, on all shifts")),
            ("yes", lazy_gettext("Yes or maybe, on some shifts")),
            ("no", lazy_gettext("No, not this time")),
        ],
    )


def _is_given(field: Any, *, is_asked: bool) -> bool | None:
    """None for what was not answered: a box left empty says no only to who is asked for it."""
    if isinstance(field, BooleanField):
        return bool(field.data) or (False if is_asked else None)
    return {"true": True, "false": False}.get(field.data or "")


def availability_form(
    election: Election, row: Availability | None, member_id: int, form: type[AvailabilityForm] = AvailabilityForm
) -> AvailabilityForm:
    """The form of this election, filled in with the answer of the member that is known."""
    texts = list_texts_to_give(election.id, member_id)
    fields = {
        **_shift_fields(election),
        **_preference_fields(election, row),
        **_declaration_fields([text for text, _given in texts]),
    }
    shared = {"election": election, "texts": [text for text, _given in texts]}
    cls = type("ElectionAvailabilityForm", (form,), {**fields, **shared})
    known = _known(row, form.in_full) | _declared(texts) if row is not None else None
    made: AvailabilityForm = cls(data=known)
    for text, _given in texts:
        made[DECLARATION_FIELD % text.id].lang = lang_of(text, "body")
    return made


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


def _station_maker(
    election: Election, row: Availability | None, stations: Sequence[Any], none: list[tuple[str, str]]
) -> Callable[[str], Any]:
    """How a preference for a station is asked: of a few as a list, of many by typing."""
    if len(stations) <= MOST_LISTED:
        choices = none + [(str(station.id), f"{station.place} {station.name}") for station in stations]
        return lambda label: SelectField(label, [NO_CHOICE], choices=choices)
    source = stations_of(election.id, [chosen.station for chosen in row.stations] if row else [])
    hint = _("Type a part of the name, the street or the number.")
    return lambda label: LookupField(label, [Optional()], source=source, description=hint)


def _preference_fields(election: Election, row: Availability | None) -> dict[str, Any]:
    labels = [_("First choice"), _("Second choice"), _("Third choice")]
    none: list[Any] = [("", _("No preference"))]
    offered_functions, stations = list_preferences(election.id, most=MOST_LISTED + 1)
    functions = none + [spoken_choice(str(function.id), function, "name") for function in offered_functions]
    make_station = _station_maker(election, row, stations, none)
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


def _known(row: Availability, in_full: str) -> dict[str, Any]:
    values: dict[str, Any] = {"remark": row.remark}
    for shift in row.shifts:
        values |= {SHIFT_FIELD % shift.shift_id: shift.answer, REASON_FIELD % shift.shift_id: shift.reason}
    if row.shifts:
        said = {str(shift.answer) for shift in row.shifts}
        values["can_help"] = "no" if said == {Answer.NO} else in_full or "yes" if said == {Answer.YES} else "yes"
    values |= {f"function_{function.rank}": str(function.function_id) for function in row.functions}
    values |= {f"station_{station.rank}": str(station.station_id) for station in row.stations}
    return values


def _declared(texts: Sequence[tuple[DeclarationText, bool | None]]) -> dict[str, Any]:
    given = [(text, is_given) for text, is_given in texts if is_given is not None]
    is_choice = DeclarationKind.NOT_A_CANDIDATE
    return {
        DECLARATION_FIELD % text.id: str(is_given).lower() if text.kind == is_choice else is_given
        for text, is_given in given
    }
