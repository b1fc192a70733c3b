"""Needs of one election as a whole: the totals against the answers, filling from the template, copying."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound
from wtforms import RadioField
from wtforms.validators import InputRequired, NumberRange

from app.auth.visitor import current_actor
from app.i18n import write_number
from app.models import Election
from app.services.planning.needs import copying, filling, standard
from app.services.planning.needs.needs import MOST
from app.services.planning.needs.totals import find_totals
from app.views.forms.fields import WholeNumberField
from app.views.forms.forms import PortalForm
from app.views.labels.availability import shift_label
from app.views.labels.planning.plan import TEMPLATE_TYPES
from app.views.staff.planning.choices import key_or_none, write_function
from app.views.staff.planning.of_election import OfElectionPage, find_election


class WriteForm(PortalForm):
    """What becomes of needs that differ."""

    differing = RadioField(
        _("What is known already, with other numbers"),
        choices=[("keep", _("Leave as it is")), ("change", _("Change too"))],
        default="keep",
    )


class StartForm(PortalForm):
    """The number of the usual template that differs most between municipalities."""

    counters = WholeNumberField(
        _("Counters at the central count"),
        [InputRequired(), NumberRange(1, MOST)],
        description=_("In all, in each shift of it: not for each polling station. You can change it later."),
    )


class NeedPages(OfElectionPage):
    """Bezetting van een verkiezing."""

    route_base = "/verkiezingen/<code>/bezetting"
    default_view = "totals"

    @expose("/", methods=["GET"])
    @has_access
    def totals(self, code: str) -> ResponseReturnValue:
        """What is asked, what members answered, and what is planned."""
        election = find_election(code)
        shifts, whole = find_totals(election)
        return self.show_page(
            "need_totals.html",
            election,
            gettext("Staffing: %(name)s", name=election.name),
            shifts=shifts,
            whole=whole,
            shift_label=shift_label,
        )

    @expose("/vullen", methods=["GET", "POST"])
    @has_access
    def fill(self, code: str) -> ResponseReturnValue:
        """Give each station what its type needs, after a look at what that does."""
        election, form, done = find_election(code), WriteForm(), []

        def write() -> None:
            overwrite = form.differing.data == "change"
            done.append(filling.fill(election, overwrite=overwrite, actor=current_actor(), now=g.now))

        if form.validate_on_submit() and self._commit_or_refuse(write, form):
            _tell(*done[0])
            return redirect(url_for(".totals", code=code))
        return self._fill_page(election, form)

    @expose("/standaard", methods=["POST"])
    @has_access
    def start(self, code: str) -> ResponseReturnValue:
        """Begin with the usual template."""
        election, form = find_election(code), StartForm()
        if "counters" not in request.form:  # not asked where there is no central count
            del form.counters
        counters = form.counters.data if "counters" in form else None
        started = lambda: standard.start_standard(election, counters, actor=current_actor(), now=g.now)  # noqa: E731
        if form.validate_on_submit() and self._commit_or_refuse(started, form):
            flash(gettext("This is the template now. Change it, or fill the staffing with it."), "success")
        elif "counters" in form and form.errors:
            return self._fill_page(election, WriteForm(), form), 422
        return redirect(url_for(".fill", code=code))

    def _fill_page(self, election: Election, form: WriteForm, typed: StartForm | None = None) -> str:
        plan = filling.plan_filling(election)
        counters = standard.suggest_counters(plan.stations.total())
        suggested = [] if plan.template else standard.suggest_standard(election, counters)
        return self.show_page(
            "need_fill.html",
            election,
            gettext("Fill the staffing: %(name)s", name=election.name),
            form=form,
            plan=plan,
            tables=_tables_of(plan.template, plan),
            suggested=_tables_of(suggested, plan),
            start=typed or StartForm(data={"counters": counters}),
            asks_counters=any(not line.station_type for line in suggested),
            types=TEMPLATE_TYPES,
        )

    @expose("/overnemen", methods=["GET", "POST"])
    @has_access
    def copy(self, code: str) -> ResponseReturnValue:
        """The needs of an earlier election, after a look at what finds a match."""
        election, form, done = find_election(code), WriteForm(), []
        sources = copying.list_sources(election)
        source = _find_source(sources)

        def write() -> None:
            if source is None:
                raise NotFound
            overwrite = form.differing.data == "change"
            done.append(copying.copy(election, source, overwrite=overwrite, actor=current_actor(), now=g.now))

        if form.validate_on_submit() and self._commit_or_refuse(write, form):
            _tell(*done[0])
            return redirect(url_for(".totals", code=code))
        plan = copying.plan_copying(election, source) if source else None
        return self.show_page(
            "need_copy.html",
            election,
            gettext("Copy the staffing: %(name)s", name=election.name),
            form=form,
            sources=sources,
            source=source,
            plan=plan,
            lists=_say_unmatched(plan) if plan else [],
            shift_label=shift_label,
        )


def _find_source(sources: Sequence[Election]) -> Election | None:
    """The election in the address, if it has needs; else none."""
    key = key_or_none(request.args.get("bron", ""))
    return next((source for source in sources if source.id == key), None)


def _say_unmatched(plan: copying.Copying) -> list[tuple[str, str, list[str]]]:
    """What found no certain match: a heading with the number, what becomes of it, and the names."""
    renamed = [f"{old.number}: {old.name} → {now.name}" for old, now in plan.renamed]
    gone, new = ([f"{station.number} {station.name}" for station in found] for found in (plan.gone, plan.new))
    told = [
        (
            ngettext(
                "%(num)s polling station has the same number and another name",
                "%(num)s polling stations have the same number and another name",
                len(renamed),
            ),
            gettext("They are taken as the same place. Look whether they are."),
            renamed,
        ),
        (
            ngettext(
                "%(num)s earlier polling station was not found",
                "%(num)s earlier polling stations were not found",
                len(gone),
            ),
            gettext("What they needed is not copied."),
            gone,
        ),
        (
            ngettext(
                "%(num)s polling station is new and gets nothing",
                "%(num)s polling stations are new and get nothing",
                len(new),
            ),
            gettext("It was not there the last time. Fill it from the template."),
            new,
        ),
    ]
    return [(heading, about, names) for heading, about, names in told if names]


def _tell(added: int, changed: int) -> None:
    words = gettext(
        "%(added)s rows of staffing added, %(changed)s changed.",
        added=write_number(added),
        changed=write_number(changed),
    )
    flash(words, "success")


def _tables_of(lines: Any, plan: filling.Filling) -> list[tuple[str, list[Any], list[tuple[str, list[Any]]]]]:
    """A table for each type that has stations: its shifts, and a row for each function with numbers or None a shift."""
    tables = []
    for kind in (kind for kind in TEMPLATE_TYPES if plan.stations[kind] or not (kind and plan.stations)):
        own = [line for line in lines if line.station_type == kind]
        shifts = list({line.shift.id: line.shift for line in own}.values())
        functions = sorted({line.function for line in own}, key=lambda function: function.position)
        found = {(line.shift.id, line.function.id): line for line in own}
        rows = [
            (write_function(function), [_numbers(found.get((shift.id, function.id))) for shift in shifts])
            for function in functions
        ]
        if own:
            tables.append((kind, [shift_label(shift) for shift in shifts], rows))
    return tables


def _numbers(line: Any) -> tuple[int, int] | None:
    """The minimum and the number wanted."""
    if line is None:
        return None
    numbers = getattr(line, "numbers", line)
    return numbers.minimum, numbers.target
