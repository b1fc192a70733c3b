"""The list of one station on its day, on the phone of its chair or on a screen of the team: who is here, and taps.

Works without JavaScript, by forms; with it (attendance.js) a tap is kept on the device until the portal has it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from flask import abort, flash, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.auth.visitor import current_actor, signed_in_visitor
from app.clock import local
from app.extensions import db
from app.i18n import translate
from app.member_fields import show_phone
from app.models import AttendanceKind, AttendanceState, Capacity
from app.phrases import RuleBroken
from app.services.attendance import notes
from app.services.attendance.notes import LONGEST_NAME, Note, Taken, read_clock
from app.services.attendance.people import Day
from app.services.attendance.stations import Listed, StationList, read_station
from app.views.base import Page
from app.views.forms.asked import AskedField
from app.views.forms.fields import ClockField, read_key
from app.views.forms.forms import PortalForm
from app.views.labels.attendance import BUREAU_STATES, OFFERED, TAPS, say_bureau, say_person, tap_words
from app.views.labels.availability import shift_label
from app.views.labels.planning.coverage import write_span
from app.views.parts.markdown import in_language
from app.views.parts.taps import make_key, read_button, read_instant, read_taps

NONCE_BYTES = 9
OF_BUREAU = (Capacity.CHAIR, Capacity.DEPUTY, Capacity.MEMBER)


class TimeForm(PortalForm):
    """Another time for what was noted last, or another function."""

    seen = HiddenField()  # the note that it corrects
    at = ClockField(_("Time"), [InputRequired()], description=_("Past midnight is the night after. For example 7:05."))
    function_id = SelectField(_("Works here as"), [Optional()], coerce=read_key)


class VoterForm(PortalForm):
    """A voter who sits in (J 12)."""

    seen = HiddenField()  # makes the same form sent twice one voter
    shift_id = AskedField(_("Shift"), coerce=read_key)
    voter_name = StringField(
        _("Name of the voter"),
        [InputRequired(), Length(max=LONGEST_NAME)],
        description=_("Only the name, for the official report. It is taken away when the report may be destroyed."),
        render_kw={"autocomplete": "off"},
    )
    replaces = SelectField(_("In the place of"), [Optional()])
    at = ClockField(_("Since"), [InputRequired()])


class StationDayPages(Page):
    """Base of both; `find_day` says which day the address names, and refuses who may not keep it."""

    default_view = "keep"
    for_team: ClassVar[bool] = False

    def find_day(self, **address: Any) -> Day:
        """The station and day of the address; aborts where this visitor may not."""
        raise NotImplementedError

    def crumbs(self, day: Day) -> Sequence[tuple[Any, str | None]]:
        """The way back."""
        return ()

    def _here(self, method: str, **more: Any) -> str:
        known = {name: value for name, value in (request.view_args or {}).items() if name != "about"}
        return url_for(f".{method}", **known, **more)

    @expose("/", methods=["GET"])
    @has_access
    @permission_name("keep")
    def keep(self, **address: Any) -> ResponseReturnValue:
        """Who is here."""
        day = self.find_day(**address)
        found = read_station(day, g.now, for_team=self.for_team)
        return self._render_day(
            "keep",
            day,
            gettext("Who is here: polling station %(number)s", number=day.station.number),
            found=found,
            nonce=secrets.token_urlsafe(NONCE_BYTES),
            tapper=signed_in_visitor().user.id,
            words=tap_words(),
            functions=_functions(found),
        )

    def _render_day(self, template: str, day: Day, title: str, **values: Any) -> str:
        page: str = self.render_template(
            f"attendance/{template}.html",
            day=day,
            election=day.election if self.for_team else None,
            title=title,
            here=self._here,
            for_team=self.for_team,
            breadcrumbs=list(self.crumbs(day)),
            taps=TAPS,
            offered=OFFERED,
            say_person=say_person,
            say_bureau=say_bureau,
            bureau_states=BUREAU_STATES,
            shift_label=shift_label,
            write_span=write_span,
            show_phone=show_phone,
            in_words=_in_words,
            clock_of=_clock_of,
            **values,
        )
        return page

    @expose("/noteer", methods=["POST"])
    @has_access
    @permission_name("keep")
    def note(self, **address: Any) -> ResponseReturnValue:
        """One button of the form."""
        day = self.find_day(**address)
        found = read_station(day, g.now, for_team=self.for_team)
        people = [listed.person for listed in found.people]

        def take() -> None:
            wanted = read_button(request.form.get("tap", ""), request.form.get("nonce", ""), people, g.now)
            for each in wanted:
                notes.take_one(day, each, actor=current_actor(), now=g.now)

        self._commit_or_refuse(take, None)
        return redirect(self._here("keep"))

    @expose("/tikken", methods=["POST"])
    @has_access
    @permission_name("keep")
    def send(self, **address: Any) -> ResponseReturnValue:
        """What a page kept until there was a connection. Of the same person only, who is signed in again by now."""
        day = self.find_day(**address)
        if request.form.get("tapper") != str(signed_in_visitor().user.id):
            abort(409)
        try:
            sent = list(read_taps(request.form.get("taps", ""), day))
            device_now = read_instant(request.form.get("now", ""))
        except RuleBroken:
            abort(400)
        wanted = [tap for tap in sent if isinstance(tap, Note)]
        taken = notes.take_in(day, wanted, actor=current_actor(), now=g.now, device_now=device_now)
        db.session.commit()
        taken += [tap for tap in sent if isinstance(tap, Taken)]
        answers = [{"key": each.key, "refused": translate(each.refused) if each.refused else None} for each in taken]
        return jsonify(taken=answers)

    @expose("/wie/<about>", methods=["GET", "POST"])
    @has_access
    @permission_name("keep")
    def edit(self, about: str, **address: Any) -> ResponseReturnValue:
        """Another time or function of what was noted last."""
        day = self.find_day(**address)
        found = read_station(day, g.now, for_team=self.for_team)
        listed = _find(found, about)
        person = listed.person
        moment = _moment_of(listed)
        clock = local(moment or g.now).time()
        form = TimeForm(data={"seen": person.last_key, "at": clock, "function_id": person.function_id or 0})
        if person.is_voter or person.state != AttendanceState.HERE:
            del form.function_id
        else:
            form.function_id.choices = _functions(found)
        if not person.is_noted:
            return redirect(self._here("keep"))

        def correct() -> None:
            function_id = form.function_id.data if "function_id" in form else None
            amends = form.seen.data or ""
            at = read_clock(day, form.at.data or clock)
            key = make_key(amends, str(at), str(function_id))
            changed = function_id if function_id != person.function_id else None
            made = Note(key, person.state, about, g.now, at=at, amends_key=amends, function_id=changed)
            notes.take_one(day, made, actor=current_actor(), now=g.now)

        if form.validate_on_submit() and self._commit_or_refuse(correct, form):
            return redirect(self._here("keep"))
        return self._render_day(
            "edit", day, gettext("Another time: %(name)s", name=listed.name), form=form, listed=listed
        )

    @expose("/kiezer", methods=["GET", "POST"])
    @has_access
    @permission_name("keep")
    def voter(self, **address: Any) -> ResponseReturnValue:
        """A voter sits in."""
        day = self.find_day(**address)
        found = read_station(day, g.now, for_team=self.for_team)
        form = VoterForm(data={"seen": secrets.token_urlsafe(NONCE_BYTES), "at": local(g.now).time()})
        form.shift_id.choices = [(shift.id, shift_label(shift)) for shift, _people in found.shifts]
        form.replaces.choices = [("", gettext("nobody in particular")), *_missing(found)]

        def sit_in() -> None:
            key = make_key(form.seen.data or "", form.voter_name.data or "")
            made = Note(
                key,
                AttendanceKind.HERE.value,
                f"v{key}",
                g.now,
                at=read_clock(day, form.at.data),  # type: ignore[arg-type]
                voter_name=form.voter_name.data or "",
                shift_id=form.shift_id.data,
                replaces=form.replaces.data or "",
            )
            notes.take_one(day, made, actor=current_actor(), now=g.now)

        if form.validate_on_submit() and self._commit_or_refuse(sit_in, form):
            flash(gettext("%(name)s sits in.", name=form.voter_name.data), "success")
            return redirect(self._here("keep"))
        return self._render_day("voter", day, gettext("A voter sits in"), form=form)


def read_date(written: str) -> date:
    """The day in an address; 404 for none."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        abort(404)


def _find(found: StationList, about: str) -> Listed:
    listed = next((each for each in found.people if each.person.about == about), None)
    return listed or abort(404)


def _moment_of(listed: Listed) -> datetime | None:
    """The moment of the note that made the state."""
    if listed.person.state == AttendanceState.LATE:
        return listed.person.expected_at
    spell = listed.person.spells[-1] if listed.person.spells else None
    if spell is None:
        return listed.person.noted_at
    return spell.since if listed.person.state == AttendanceState.HERE else spell.until


def _clock_of(listed: Listed) -> str:
    """That moment as one types it; empty where nothing is noted."""
    moment = _moment_of(listed)
    return f"{local(moment):%H:%M}" if moment is not None else ""


def _functions(found: StationList) -> list[tuple[int, str]]:
    """In which one may work at a polling station."""
    known = (row for row in found.functions if row.capacity in OF_BUREAU)
    return [(row.id, in_language(row, "name")) for row in known]


def _missing(found: StationList) -> list[tuple[str, str]]:
    """Whose place may be taken: who is not here."""
    gone = (AttendanceState.EXPECTED, AttendanceState.LATE, AttendanceState.ABSENT, AttendanceState.GONE)
    return [
        (each.person.about, f"{each.name} ({shift_label(shift)})")
        for shift, people in found.shifts
        for each in people
        if each.person.state in gone and not each.person.is_voter
    ]


def _in_words(listed: Listed) -> str:
    """In which function, or as what."""
    return in_language(listed.function, "name") if listed.function is not None else gettext("voter who sits in")
