"""The board of an election: stations by shift, the next open place with who can take it, and what colleagues do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from wtforms.validators import InputRequired

from app.auth.visitor import current_actor
from app.extensions import db
from app.models import Election, Member, PlanAct
from app.services.members.lookup import find_member
from app.services.planning.board import acts, holes, news, undo
from app.services.planning.board.askable import list_askable
from app.services.planning.board.checks import OPEN_PHASES
from app.services.planning.board.couples import assign_couple, find_partner
from app.services.planning.board.facts import Key
from app.services.planning.board.holes import FULL, OPEN, SHORT, Filters, OpenNeed, Spot
from app.services.planning.board.places import Place
from app.services.planning.board.ranking.candidates import rank
from app.services.planning.board.times import Span
from app.services.planning.needs.choices import list_shifts
from app.services.planning.times import shift_hours
from app.views.forms.forms import PortalForm
from app.views.forms.lookup import LookupField
from app.views.forms.lookup_sources import MEMBERS
from app.views.labels.availability import shift_label
from app.views.labels.elections import STATION_TYPES
from app.views.labels.planning.plan import ACT_KINDS, BOARD_STATES
from app.views.parts.markdown import in_language
from app.views.parts.paging import listed_of, page_of
from app.views.staff.planning.board.pages import (
    PlanPage,
    filter_arguments,
    filters_now,
    read_codes,
    read_number,
    read_place_key,
    write_key,
    write_span,
    write_station,
    write_work,
)

PAGE_SIZE = 30  # stations; with long names a page stays under 50 kB
ACTS_SHOWN = 50
AGAIN = 5  # seconds between two looks at what colleagues do


class SomebodyForm(PortalForm):
    """Anybody, also who is not in the list."""

    member = LookupField(
        _("Member"), [InputRequired()], source=MEMBERS, description=_("A name, member number or user name.")
    )


class PlanBoardView(PlanPage):
    """Indeling."""

    route_base = "/indeling"
    default_view = "choose"

    @expose("/", methods=["GET"])
    @has_access
    @permission_name("show")
    def choose(self) -> ResponseReturnValue:
        """Which election; the only one that can be planned at once. With `lid`: the places of this member."""
        wanted = select(Election).where(Election.state.in_(OPEN_PHASES)).order_by(Election.voting_on, Election.id)
        found, member_id = db.session.scalars(wanted).all(), read_number("lid", request.args)
        elections = [(election, self._way_in(election.id, member_id)) for election in found]
        if len(elections) == 1:
            return redirect(elections[0][1])
        return self.render_template("staff/planning/board/choose.html", title=gettext("Plan"), elections=elections)

    @staticmethod
    def _way_in(pk: int, member_id: int) -> str:
        if member_id:
            return url_for("PlanMembersView.place", pk=pk, member=member_id)
        return url_for("PlanBoardView.show", pk=pk)

    @expose("/<int:pk>", methods=["GET"])
    @has_access
    def show(self, pk: int) -> ResponseReturnValue:
        """Stations by shift: how many are missing, each a link to its open place."""
        election, filters = self._election(pk), filters_now()
        rows, shifts = holes.read_board(pk, filters), list_shifts(pk)
        listing = listed_of(rows, size=PAGE_SIZE, page_url=page_of(".show", pk=pk, **filter_arguments(filters)))
        return self.render_template(
            "staff/planning/board/board.html",
            title=gettext("Plan: %(election)s", election=election.name),
            breadcrumbs=self._crumbs(election),
            election=election,
            filters=filters,
            asked=filter_arguments(filters),
            listing=listing,
            rows=listing.items,
            shifts=[shift for shift in shifts if filters.shift_id in (0, shift.id)],
            all_shifts=shifts,
            types=STATION_TYPES,
            states={state: BOARD_STATES[state] for state in (SHORT, OPEN, FULL)},
            shift_label=shift_label,
            **self._news(pk, after=None),
        )

    @expose("/<int:pk>/open-plek", methods=["GET"])
    @has_access
    @permission_name("plan")
    def next(self, pk: int) -> ResponseReturnValue:
        """To the next open place, after that of `na`; with `vrij`: the next for which somebody can be asked."""
        election = self._election(pk)
        after = request.args.get("na", "")
        key = read_place_key(after) if after else None
        if request.args.get("vrij"):
            return redirect(self._askable_url(election, filters_now(), key))
        return redirect(self._next_url(pk, filters_now(), key))

    @expose("/<int:pk>/open-plek/<key>", methods=["GET"])
    @has_access
    @permission_name("plan")
    def hole(self, pk: int, key: str) -> ResponseReturnValue:
        """An open place: who can take it, the best one chosen."""
        spot = self._spot(pk, key)
        candidates = rank(spot.hole(), available=spot.available)
        there = holes.list_there(spot.key)
        taken = sum(row.Function.id == spot.function.id for row in there)
        arguments = filter_arguments(filters_now())
        title = f"{in_language(spot.function, 'name')}: {write_station(spot.station)}"
        return self.render_template(
            "staff/planning/board/hole.html",
            title=title,
            breadcrumbs=self._crumbs(spot.election, (title, None)),
            election=spot.election,
            spot=spot,
            when=f"{shift_label(spot.shift)}, {write_span(Span(*shift_hours(spot.shift)))}",
            candidates=candidates,
            has_couples=any(candidate.partner_id and not candidate.partner_here for candidate in candidates),
            there=there,
            open=max(spot.target - taken, 0),
            short=max(spot.minimum - taken, 0),
            somebody=SomebodyForm(),
            here=url_for(".take", pk=pk, key=key, **arguments),
            skip=url_for(".next", pk=pk, na=key, **arguments),
            askable=url_for(".next", pk=pk, na=key, vrij="1", **arguments),
            station_key=spot.station.id if spot.station else 0,
            next_after_undo=url_for(".hole", pk=pk, key=key, **arguments),
            **self._news(pk, after=None),
        )

    @expose("/<int:pk>/open-plek/<key>", methods=["POST"])
    @has_access
    @permission_name("plan")
    def take(self, pk: int, key: str) -> ResponseReturnValue:
        """Give the place to who was chosen, and on to the next open place."""
        spot, filters = self._spot(pk, key), filters_now()
        back = url_for(".hole", pk=pk, key=key, **filter_arguments(filters))
        member_id, shown = read_choice()
        if not member_id:
            flash(gettext("Choose who takes the place."), "error")
            return redirect(back)
        place = Place(member_id, spot.key[0], spot.shift.id, spot.function.id)
        before = holes.list_open(pk, filters)
        if not any(need.key == spot.key for need in before):  # a colleague was first: what is refused leads further
            back = self._next_url(pk, filters, spot.key)

        def give(confirmed: Any) -> None:
            if request.form.get("couple"):
                assign_couple(spot.election, place, confirmed=confirmed, **self._by_whom())
            else:
                acts.assign_many(spot.election, [place], confirmed=confirmed, **self._by_whom())

        answer = self._act(spot.election, give, back=back, shown=shown)
        if answer is not None:
            return answer
        member = db.session.get(Member, member_id)
        name = member.full_name if member else ""
        partner = find_partner(member_id) if request.form.get("couple") else None
        if partner is not None:
            place_words = f"{write_station(spot.station)}, {shift_label(spot.shift)}"
            together = {"name": name, "other": partner.full_name, "place": place_words}
            flash(gettext("Planned together: %(name)s and %(other)s, at %(place)s.", **together), "success")
        else:
            work = write_work(spot.station, spot.shift, spot.function)
            flash(gettext("Planned: %(name)s at %(work)s.", name=name, work=work), "success")
        return redirect(self._next_url(pk, filters, spot.key, before))

    @expose("/<int:pk>/ongedaan", methods=["POST"])
    @has_access
    @permission_name("plan")
    def undo(self, pk: int) -> ResponseReturnValue:
        """Take an act back."""
        election = self._election(pk)
        act = db.session.get(PlanAct, read_number("act", request.form))
        if act is None or act.election_id != election.id:
            abort(404)
        rest = bool(request.form.get("rest"))
        if self._commit_or_refuse(lambda: undo.undo(act, only_unchanged=rest, **self._by_whom()), None):
            flash(gettext("It was undone."), "success")
        return redirect(self.get_redirect() if request.form.get("next") else url_for(".show", pk=pk))

    @expose("/<int:pk>/handelingen", methods=["GET"])
    @has_access
    @permission_name("show")
    def acts(self, pk: int) -> ResponseReturnValue:
        """What was done lately, each to be undone."""
        election = self._election(pk)
        title = gettext("What was done")
        return self.render_template(
            "staff/planning/board/acts.html",
            title=title,
            breadcrumbs=self._crumbs(election, (title, None)),
            election=election,
            acts=news.list_acts(pk, limit=ACTS_SHOWN),
            kinds=ACT_KINDS,
            here=request.path,
        )

    @expose("/<int:pk>/nieuws", methods=["GET"])
    @has_access
    @permission_name("show")
    def news(self, pk: int) -> ResponseReturnValue:
        """What colleagues did since the page was made: a part of it, fetched anew every few seconds."""
        self._election(pk)
        return self.render_template("staff/planning/board/news.html", **self._news(pk, after=read_number("na")))

    # --- what routes share -------------------------------------------------------------------------------------------

    def _news(self, pk: int, *, after: int | None) -> dict[str, Any]:
        own_user_id = current_actor().user_id
        numbers = news.read_numbers(pk, own_user_id)
        since = numbers.latest_act_id if after is None else after
        found = news.list_news(pk, after=since, own_user_id=own_user_id) if after is not None else []
        return {
            "numbers": numbers,
            "news": found,
            "again": AGAIN,
            "news_url": url_for("PlanBoardView.news", pk=pk, na=since),
        }

    def _spot(self, pk: int, key: str) -> Spot:
        return holes.find_spot(pk, read_place_key(key)) or abort(404)

    def _next_url(self, pk: int, filters: Filters, after: Key | None, before: Sequence[OpenNeed] = ()) -> str:
        """The same place while it is open, by the order of `before`; else the next; else the board."""
        arguments, open_needs = filter_arguments(filters), holes.list_open(pk, filters)
        found = holes.find_next(open_needs, after) if not before else holes.go_on(before, open_needs, after)
        if found is None:
            flash(gettext("No place is open here any more."), "success")
            return url_for(".show", pk=pk, **{name: arguments[name] for name in arguments if name != "stembureau"})
        return url_for(".hole", pk=pk, key=write_key(found.key), **arguments)

    def _askable_url(self, election: Election, filters: Filters, after: Key | None) -> str:
        """The next for which somebody is free; where there is none: the same place, or the board."""
        pk, arguments = election.id, filter_arguments(filters)
        open_needs = holes.list_open(pk, filters)
        found = holes.go_on(open_needs, list_askable(election, open_needs), after)
        if found is not None:
            return url_for(".hole", pk=pk, key=write_key(found.key), **arguments)
        flash(gettext("For none of the open places somebody is free who may be appointed."), "warning")
        if after is None:
            return url_for(".show", pk=pk, **arguments)
        return url_for(".hole", pk=pk, key=write_key(after), **arguments)


def read_choice() -> tuple[int, frozenset[str]]:
    """Who was chosen of the list, with the warnings that stood there; or who was looked up. 0: nobody."""
    if request.form.get("somebody"):
        form = SomebodyForm()
        found = find_member(form.member.data or "") if form.validate() else None
        for error in form.member.errors:
            flash(error, "error")
        return (found[1].id, frozenset()) if found else (0, frozenset())
    chosen, _, codes = request.form.get("member", "").partition("~")
    return read_number("member", {"member": chosen}), read_codes(codes)
