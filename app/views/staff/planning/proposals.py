"""Proposals for the plan of an election: asking, following, looking at what changes, taking over, throwing away."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from app import jobs
from app.auth.visitor import current_actor
from app.clock import local
from app.i18n import translate, write_hours, write_number
from app.models import Election, ElectionState, Proposal, ProposedPlace
from app.phrases import Phrase
from app.services.elections.functions import list_active_functions
from app.services.planning.proposals import accepting, overview, requests, weighing
from app.views.forms.fields import WholeNumberField, read_key
from app.views.forms.forms import PortalForm
from app.views.labels.availability import shift_label
from app.views.labels.planning.plan import LEFT_OUT, PROPOSAL_STATES, TAKEN_OVER
from app.views.parts.paging import Listed, page_of
from app.views.staff.planning.choices import write_function
from app.views.staff.planning.of_election import OfElectionPage, find_election

PER_PAGE = 30  # stations
MOST_NUMBERS = 1000  # characters
QUICKLY = 2  # seconds between two looks while it is being made


class AskForm(PortalForm):
    """What to fill, and what may change for it."""

    stations = RadioField(
        _("Which open places?"),
        choices=[
            ("all", _("Of all polling stations, and of the central count")),
            ("some", _("Of some polling stations")),
        ],
        default="all",
    )
    numbers = StringField(
        _("Numbers of the polling stations"),
        [Length(max=MOST_NUMBERS)],
        description=_("Only for “some polling stations”. For example: 3, 7, 10-20."),
    )
    published = RadioField(
        _("What is published already"),
        choices=[("keep", _("Stays as it is")), ("move", _("May move, where that fills more"))],
        default="keep",
        description=_("Locked places always stay. Other places of the draft move only where that fills more."),
    )


class ProposalsView(OfElectionPage):
    """Voorstellen voor de indeling."""

    route_base = "/verkiezingen/<code>/voorstellen"
    default_view = "ask"

    @expose("/", methods=["GET", "POST"])
    @has_access
    def ask(self, code: str) -> ResponseReturnValue:
        """Ask for one, and the earlier ones."""
        election, form, asked = find_election(code), AskForm(), []
        if form.validate_on_submit() and self._commit_or_refuse(lambda: asked.append(_ask(election, form)), form):
            jobs.make_proposal(asked[0].id)
            return redirect(url_for(".show", code=code, pk=asked[0].id))
        return self.show_page(
            "proposal_ask.html",
            election,
            gettext("Proposal for the plan"),
            form=form,
            proposals=requests.list_proposals(election),
            states=PROPOSAL_STATES,
        )

    @expose("/<int:pk>", methods=["GET"])
    @has_access
    def show(self, code: str, pk: int) -> ResponseReturnValue:
        """How far it is; then what it changes, and what stays open and why."""
        proposal = _find(code, pk)
        election = proposal.election
        lines = overview.list_lines(proposal, election) if proposal.finished_at else []
        shifts = overview.list_shifts(election) if lines else []
        functions = list_active_functions() if lines else []
        left_out = overview.list_left_out(proposal)
        return self.show_page(
            "proposal.html",
            election,
            gettext("Proposal %(number)s", number=proposal.id),
            proposal=proposal,
            is_busy=proposal.state in requests.BUSY,
            again=QUICKLY,
            states=PROPOSAL_STATES,
            failure=Phrase(proposal.failure),
            is_outdated=proposal.state == "ready" and (bool(left_out) or requests.is_outdated(proposal)),
            may_move=_could_move(proposal, election),
            lines=_paged(lines, code, pk),
            open=sum(line.open for line in lines),
            steps=overview.list_steps(proposal, shifts, functions),
            left_out=left_out,
            numbers=overview.write_numbers(left_out),
            most_numbers=MOST_NUMBERS,
            shift_names=_name_shifts(election) if left_out else {},
            why=LEFT_OUT,
            taken=TAKEN_OVER,
            shift_label=shift_label,
            write_function=write_function,
        )

    @expose("/<int:pk>/stembureau/<int:station_id>", methods=["GET"])
    @has_access
    def station(self, code: str, pk: int, station_id: int) -> ResponseReturnValue:
        """Who comes to one polling station, and who goes."""
        proposal = _find(code, pk)
        election = proposal.election
        lines = {line.key: line for line in overview.list_lines(proposal, election)}
        line = lines.get(station_id) or abort(404)
        shifts = {shift.id: shift for shift in overview.list_shifts(election)}
        functions = {function.id: function for function in list_active_functions()}
        name = f"{line.station.number} {line.station.name}" if line.station else gettext("Central count")
        return self.show_page(
            "proposal_station.html",
            election,
            gettext("Proposal %(number)s: %(station)s", number=proposal.id, station=name),
            proposal=proposal,
            line=line,
            detail=overview.read_station(proposal, station_id),
            shifts=shifts,
            functions=functions,
            hours_of=_hours_of,
            shift_label=shift_label,
            write_function=write_function,
        )

    @expose("/<int:pk>/stoppen", methods=["POST"])
    @has_access
    def stop(self, code: str, pk: int) -> ResponseReturnValue:
        """Go on with the plan as far as it is."""
        proposal = _find(code, pk)
        if self._commit_or_refuse(lambda: requests.stop_proposal(proposal, **_by()), None):
            flash(gettext("It stops after this step. What was found so far becomes the proposal."), "success")
        return redirect(url_for(".show", code=code, pk=pk))

    @expose("/<int:pk>/overnemen", methods=["POST"])
    @has_access
    def accept(self, code: str, pk: int) -> ResponseReturnValue:
        """Take it over into the plan: whole, or of one station."""
        proposal, done = _find(code, pk), []
        station_id = _read_station(request.form.get("station"))
        take = lambda: done.append(accepting.accept(proposal, proposal.election, station_id, **_by()))  # noqa: E731
        if self._commit_or_refuse(take, None):
            _tell(done[0])
        return redirect(url_for(".show", code=code, pk=pk))

    @expose("/<int:pk>/weggooien", methods=["POST"])
    @has_access
    def drop(self, code: str, pk: int) -> ResponseReturnValue:
        """Throw it away."""
        proposal = _find(code, pk)
        if self._commit_or_refuse(lambda: requests.drop_proposal(proposal, **_by()), None):
            flash(gettext("The proposal has been thrown away. The plan is as it was."), "success")
        return redirect(url_for(".ask", code=code))

    @expose("/gewichten", methods=["GET", "POST"])
    @has_access
    def weights(self, code: str) -> ResponseReturnValue:
        """What counts more than what."""
        election = find_election(code)
        form = _weights_form(election)

        def save() -> None:
            values = {name: form[name].data for name in weighing.WORDS}
            weighing.change_weights(election, values, **_by())

        if form.validate_on_submit() and self._commit_or_refuse(save, form):
            flash(gettext("Saved. The next proposal counts with it."), "success")
            return redirect(url_for(".ask", code=code))
        return self.show_page(
            "proposal_weights.html",
            election,
            gettext("What counts in a proposal"),
            form=form,
            names=list(weighing.WORDS),
        )


def _could_move(proposal: Proposal, election: Election) -> bool:
    """Whether the law lacks something, and there is a published plan that this proposal left alone."""
    is_published = election.state in (ElectionState.PUBLISHED, ElectionState.RUNNING)
    return is_published and proposal.keeps_published and bool(proposal.outcome.get("illegal"))


def _name_shifts(election: Election) -> dict[int, str]:
    return {shift.id: shift_label(shift) for shift in overview.list_shifts(election)}


def _hours_of(place: ProposedPlace) -> str:
    return write_hours(local(place.starts_at).time(), local(place.ends_at).time())


def _by() -> dict[str, Any]:
    return {"actor": current_actor(), "now": g.now}


def _ask(election: Election, form: AskForm) -> Proposal:
    keys = requests.read_numbers(election, form.numbers.data or "") if form.stations.data == "some" else []
    keeps = form.published.data != "move"
    return requests.ask_proposal(election, station_ids=keys, keeps_published=keeps, **_by())


def _find(code: str, pk: int) -> Proposal:
    return requests.find_proposal(code, pk) or abort(404)


def _read_station(typed: str | None) -> int | None:
    """Of which station; None where the form names none: the whole. What names no station is not the whole."""
    try:
        return None if typed is None else read_key(typed)
    except ValueError:
        abort(404)


def _paged(lines: list[overview.StationLine], code: str, pk: int) -> Listed:
    def read(*, limit: int, offset: int) -> list[overview.StationLine]:
        return lines[offset : offset + limit]

    return Listed(read, len(lines), size=PER_PAGE, page_url=page_of(".show", code=code, pk=pk))


def _tell(done: accepting.Accepted) -> None:
    people = ngettext(
        "%(num)s person got a place as proposed.", "%(num)s people got their places as proposed.", done.taken
    )
    flash(people, "success")
    if done.left_out:
        left = gettext(
            "%(count)s were left out, because the plan changed meanwhile. See below who and why.",
            count=write_number(len(done.left_out)),
        )
        flash(left, "warning")


def _weights_form(election: Election) -> PortalForm:
    """A field for each weight, as it is now."""
    fields = {
        code: WholeNumberField(translate(words.name), [InputRequired()], description=translate(words.each))
        for code, words in weighing.WORDS.items()
    }
    form: Any = type("WeightsForm", (PortalForm,), fields)
    return form(data=weighing.read_weights(election))
