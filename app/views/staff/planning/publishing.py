"""Publishing the plan after a look at what that does; the versions, and the places that they published."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Query, joinedload
from wtforms import SelectField

from app.auth.visitor import current_actor
from app.models import Election, PlanVersion, PublishedPlace, Shift
from app.services.planning.coverage.totals import count_short_now
from app.services.planning.versions import differences, publishing
from app.services.planning.versions.differences import Counts, Difference
from app.services.planning.versions.publishing import MAY_BE_PUBLISHED
from app.views.base import Page
from app.views.forms.forms import PortalForm
from app.views.labels.planning.places import (
    DIFFERENCES,
    PLACE_CELLS,
    PLACE_LABELS,
    write_place,
)
from app.views.parts.paging import Listed
from app.views.staff.elections.parts import OfElectionView
from app.views.staff.elections.station_import import find_election
from app.views.staff.planning.choices import function_filter, shift_filter, station_filter
from app.views.tables.filters.by_column import ANY, Filter
from app.views.tables.filters.by_member import member_filter

PER_PAGE = 25


class PublishView(Page):
    """What publishing does: how many places, and of whom; then it is done, unless that changed meanwhile."""

    route_base = "/verkiezingen/<code>/publiceren"
    default_view = "preview"

    @expose("/", methods=["GET", "POST"])
    @has_access
    def preview(self, code: str) -> ResponseReturnValue:
        """Look at it first; the POST publishes what was seen."""
        election, form = find_election(code), PortalForm()
        counts = differences.count_differences(election.id)
        seen = _mark(counts)
        is_changed = False
        if form.validate_on_submit():
            is_changed = request.form.get("seen") != seen
            if not is_changed and self._commit_or_refuse(lambda: self._publish(election), form):
                flash(gettext("The plan is published. Nobody has been told of it yet."), "success")
                return redirect(url_for("ElectionsView.show", pk=code))
        short = count_short_now(election)
        listing = Listed(
            lambda limit, offset: _lines(differences.list_differences(election.id, limit=limit, offset=offset)),
            counts.total,
            size=PER_PAGE,
            page_url=lambda page: url_for(".preview", code=code, page=page, _anchor="plekken"),
        )
        return self.render_template(
            "staff/planning/publish.html",
            election=election,
            form=form,
            counts=counts,
            seen=seen,
            is_changed=is_changed,
            may_be_published=election.state in MAY_BE_PUBLISHED,
            short=short,
            listing=listing,
        )

    @staticmethod
    def _publish(election: Election) -> None:
        publishing.publish(election, actor=current_actor(), now=g.now)


def _mark(counts: Counts) -> str:
    """What the page says, so that nobody publishes something else than was read."""
    return f"{counts.last}/{counts.added}/{counts.changed}/{counts.removed}/{counts.members}/{counts.stopped}"


def _lines(found: list[Difference]) -> list[list[Any]]:
    return [
        [
            difference.member.full_name,
            DIFFERENCES[difference.kind],
            write_place(difference.before) if difference.before else "",
            write_place(difference.after) if difference.after else "",
        ]
        for difference in found
    ]


class PlanVersionsView(OfElectionView):
    """Versies: what was published when, by whom, and how much differed."""

    datamodel = SQLAInterface(PlanVersion)
    route_base = "/indeling/versies"
    include_route_methods = {"list", "show"}
    singular, plural = _("published version"), _("published versions")
    base_order = ("id", "desc")
    label_columns = {
        "election": _("Election"),
        "number": _("Version"),
        "published_at": _("Published on"),
        "published_by": _("Published by"),
        "added": _("New places"),
        "changed": _("Changed places"),
        "removed": _("Places that ended"),
    }
    cells = {"published_by": lambda version: version.published_by or ""}
    list_columns = ["number", "published_at", "published_by", "added", "changed", "removed", "election"]
    show_columns = ["election", "number", "published_at", "published_by", "added", "changed", "removed"]
    show_template = "staff/planning/version.html"
    search_columns = ["published_at"]
    order_columns: list[str] = []

    def row_name(self, item: PlanVersion) -> str:
        """Its number and election."""
        return str(gettext("Version %(number)s: %(election)s", number=item.number, election=item.election.name))


COUNTS_NOW = {"yes": _("yes"), "no": _("no: a later version ended it")}


class PublishedPlacesView(OfElectionView):
    """Gepubliceerde plekken: who stands where as members see it, and as they saw it before."""

    datamodel = SQLAInterface(PublishedPlace)
    member_of = "member_id"
    route_base = "/indeling/gepubliceerd"
    include_route_methods = {"list"}
    singular, plural = _("published place"), _("published places")
    base_order = ("id", "desc")
    label_columns = {
        **PLACE_LABELS,
        "counts": _("Counts now"),
    }
    cells = {
        **PLACE_CELLS,
        "counts": lambda place: str(_("no") if place.until_version_id else _("yes")),
    }
    list_columns = ["member", "station", "function", "shift", "times", "counts", "election"]
    more_columns = ("member_number",)
    show_columns = ["member"]
    search_columns: list[str] = []
    order_columns: list[str] = []

    def rows(self) -> Query[Any]:
        """With the day of the shift, which its label says."""
        return super().rows().options(joinedload(PublishedPlace.shift).joinedload(Shift.day))

    def filters_now(self) -> list[Filter]:
        """By election, version, station, shift, function, member, and whether it counts now."""
        field = SelectField(_("Counts now"), choices=[("", ANY), *COUNTS_NOW.items()], default="")
        over = PublishedPlace.until_version_id
        return [
            *super().filters_now(),
            Filter(
                "counts",
                str(_("Counts now")),
                field,
                lambda value: over.is_(None) if value == "yes" else over.is_not(None),
                lambda value: str(COUNTS_NOW[value]),
            ),
            station_filter(PublishedPlace),
            shift_filter(PublishedPlace),
            function_filter(PublishedPlace),
            member_filter(lambda ids: PublishedPlace.member_id.in_(ids)),
        ]
