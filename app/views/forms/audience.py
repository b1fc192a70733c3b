"""The part of a form that says who it is for: read into a `Group`, and filled in again from one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar, Final

from flask import request
from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from app.i18n import translate, write_date, write_moment
from app.models import BulkRun, Condition, Group
from app.services.audience_kinds import KINDS
from app.services.audiences import choices
from app.views.forms.fields import read_key
from app.views.forms.forms import PortalForm
from app.views.parts.markdown import in_language

# The kinds for which rows are picked, and the field where.
PICKED_AT = {
    "available": "audience_shifts",
    "prefers": "audience_functions",
    "placed_in": "audience_placed_shifts",
    "placed_as": "audience_placed_functions",
    "worked_as": "audience_worked_as",
    "tagged": "audience_tags",
}
# The kinds that ask for names, and the field where.
NAMED_AT = {"worked_at": "audience_worked_at", "speaks": "audience_languages", "town": "audience_towns"}
SEPARATORS = re.compile(r"[\s,;]+")


class OneOfThese:
    """The label does not say "optional": something must be chosen, here or further down (services.audiences)."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """The rule itself is checked on the whole group."""


class AudienceForm(PortalForm):
    """Base of the forms with an audience. A broken rule of the audience is said at `audience`."""

    places = {"audience_id": "audience_saved", "numbers": "audience_numbers"}
    audience_saved = SelectField(
        _("A saved audience"), coerce=int, description=_("With a saved audience, what you choose below does not count.")
    )
    audience = SelectMultipleField(_("Who is it for?"), [OneOfThese()])
    audience_election = SelectField(_("Election"), coerce=int)
    audience_answers = SelectMultipleField(_("Answer to the question for availability, or place"), [Optional()])
    audience_shifts = SelectMultipleField(_("Can help in (yes or maybe)"), [Optional()], coerce=int)
    audience_functions = SelectMultipleField(_("Prefers the function"), [Optional()], coerce=int)
    audience_stations = StringField(
        _("Has a place at these polling stations"),
        [Optional(), Length(max=1000)],
        description=_("The numbers of the stations in the published plan, such as 3, 12, 40."),
    )
    audience_placed_shifts = SelectMultipleField(_("Has a place in"), [Optional()], coerce=int)
    audience_placed_functions = SelectMultipleField(_("Has a place as"), [Optional()], coerce=int)
    audience_tags = SelectMultipleField(_("Has one of these tags"), [Optional()], coerce=int)
    audience_worked_as = SelectMultipleField(_("Did this function before"), [Optional()], coerce=int)
    audience_worked_at = SelectMultipleField(_("Worked at one of these elections"), [Optional()])
    audience_languages = SelectMultipleField(_("Speaks one of these languages"), [Optional()])
    audience_towns = SelectMultipleField(_("Lives in"), [Optional()])
    audience_numbers = TextAreaField(
        _("Member numbers"),
        [Optional()],
        description=_("For a list that you pick by hand. One on each line, or with commas between them."),
    )
    audience_found = SelectField(_("Members that a list found"), [Optional()], coerce=int)
    audience_match = RadioField(
        _("When you ask more than one thing"),
        choices=[("all", _("Members for whom everything holds")), ("one", _("Members for whom at least one holds"))],
        default="all",
    )

    def __init__(self, *args: Any, group: Group | None = None, **kwargs: Any) -> None:
        if group is not None:
            kwargs["data"] = {**(kwargs.get("data") or {}), **_as_typed(group)}
        elif asked := request.args.get("selection", 0, type=read_key):
            kwargs["data"] = {**(kwargs.get("data") or {}), "audience_found": asked}
        super().__init__(*args, **kwargs)
        self._offer(group)

    def _offer(self, group: Group | None) -> None:
        nothing = [(0, _("No choice"))]
        self.audience.choices = _offered(needs_election=False)
        self.audience_answers.choices = _offered(needs_election=True)
        found = choices.find_choices()
        self.audience_saved.choices = nothing + [(saved.id, saved.name) for saved in found.saved]
        self.audience_election.choices = nothing + [(election.id, election.name) for election in found.elections]
        self.audience_shifts.choices = [
            (shift.id, f"{shift.day.election.name}: {write_date(shift.day.date)}, {in_language(shift, 'name')}")
            for shift in found.shifts
        ]
        self.audience_placed_shifts.choices = self.audience_shifts.choices
        self.audience_found.choices = nothing + [(run.id, _say_found(run)) for run in found.found]
        self.audience_functions.choices = [(function.id, in_language(function, "name")) for function in found.functions]
        self.audience_placed_functions.choices = self.audience_functions.choices
        self.audience_tags.choices = list(found.tags)
        self.audience_worked_as.choices = list(self.audience_functions.choices)
        offered = {"town": found.towns, "speaks": found.languages, "worked_at": found.worked_at}
        for kind, place in NAMED_AT.items():
            names = {*offered[kind], *_names_of(group, kind)}  # also one that is nobody's any more
            self[place].choices = [(name, name) for name in sorted(names, key=str.casefold)]

    @property
    def asks_more(self) -> bool:
        """Whether the fields under "more choices" hold something, or are not right."""
        more = (self.audience_election, self.audience_answers, self.audience_stations, self.audience_numbers)
        chosen = [self[place] for place in (*PICKED_AT.values(), *NAMED_AT.values())]
        return any(field.data or field.errors for field in (*more, *chosen))

    def group(self) -> Group:
        """What was chosen. Raises RuleBroken for member numbers that nobody has."""
        if self.audience_saved.data:
            return choices.find_saved(self.audience_saved.data)
        return Group(tuple(self._conditions()), self.audience_match.data != "one")

    def _conditions(self) -> list[Condition]:
        election_id = self.audience_election.data or None
        found = [Condition(kind) for kind in self.audience.data or ()]
        found += [Condition(kind, election_id) for kind in self.audience_answers.data or ()]
        for kind, place in PICKED_AT.items():
            if self[place].data:
                of_election = election_id if KINDS[kind].needs_election else None
                found.append(Condition(kind, of_election, tuple(self[place].data)))
        if stations := [number for number in SEPARATORS.split(self.audience_stations.data or "") if number]:
            found.append(Condition("placed_at", election_id, texts=tuple(stations)))
        for kind, place in NAMED_AT.items():
            if self[place].data:
                found.append(Condition(kind, texts=tuple(self[place].data)))
        numbers = [number for number in SEPARATORS.split(self.audience_numbers.data or "") if number]
        if self.audience_found.data:
            found.append(Condition("found", ids=(self.audience_found.data,)))
        if numbers:
            found.append(Condition("picked", ids=tuple(choices.find_numbers(numbers))))
        return found


def _offered(*, needs_election: bool) -> list[tuple[str, str]]:
    """The kinds of all subjects that need an election or nothing, and no choice of rows."""
    return [
        (name, translate(kind.label))
        for name, kind in KINDS.items()
        if kind.is_offered and kind.picks is None and not kind.asks_texts and kind.needs_election == needs_election
    ]


def _names_of(group: Group | None, kind: str) -> list[str]:
    conditions = group.conditions if group else ()
    return [name for condition in conditions if condition.kind == kind for name in condition.texts]


def _say_found(run: BulkRun) -> str:
    """How many members they were, and when."""
    at = write_moment(run.created_at)
    return str(ngettext("%(num)s member, found %(at)s", "%(num)s members, found %(at)s", run.total, at=at))


def _as_typed(group: Group) -> dict[str, Any]:
    typed: dict[str, Any] = {"audience": [], "audience_answers": [], "audience_match": "all" if group.is_all else "one"}
    for condition in group.conditions:
        if condition.election_id:
            typed["audience_election"] = condition.election_id
        if condition.kind in PICKED_AT:
            typed[PICKED_AT[condition.kind]] = list(condition.ids)
        elif condition.kind in NAMED_AT:
            typed[NAMED_AT[condition.kind]] = list(condition.texts)
        elif condition.kind in _FILLED_IN:
            place, write = _FILLED_IN[condition.kind]
            typed[place] = write(condition)
        elif condition.kind in KINDS:
            typed["audience_answers" if KINDS[condition.kind].needs_election else "audience"].append(condition.kind)
    return typed


# The kinds that have a field of their own: which, and what stands in it.
_FILLED_IN: Final[dict[str, tuple[str, Callable[[Condition], Any]]]] = {
    "placed_at": ("audience_stations", lambda condition: ", ".join(condition.texts)),
    "picked": ("audience_numbers", lambda condition: "\n".join(choices.numbers_of(condition.ids))),
    "found": ("audience_found", lambda condition: condition.ids[0]),
}
