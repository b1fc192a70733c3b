"""What chairs wrote afterwards, for the team only."""

from __future__ import annotations

from typing import Any

from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Query, joinedload

from app.models import ChairNote
from app.views.labels.planning.places import write_station
from app.views.staff.elections.parts import OfElectionView
from app.views.tables.filters.by_column import Filter
from app.views.tables.filters.by_member import member_filter


class ChairNotesView(OfElectionView):
    """Notities van voorzitters. They are the chairs' own words: the team reads them."""

    datamodel = SQLAInterface(ChairNote)
    member_of = "about_member_id"
    route_base = "/notities-van-voorzitters"
    include_route_methods = {"list", "show"}
    singular, plural = _("note of a chair"), _("notes of chairs")
    base_order = ("written_at", "desc")
    quick_search = ("body",)
    quick_label = _("Search in the notes")
    label_columns = {
        "station": _("Polling station"),
        "about": _("About"),
        "body": _("Note"),
        "member": _("Written by"),
        "election": _("Election"),
        "written_at": _("Written on"),
        "changed_at": _("Changed on"),
    }
    list_columns = ["station", "about", "body", "member", "written_at"]
    more_columns = ("election",)
    show_columns = ["election", "station", "about", "body", "member", "written_at", "changed_at"]
    formatters_columns = {"station": write_station}
    search_columns = ["written_at"]
    order_columns = ["written_at"]

    def row_name(self, item: ChairNote) -> str:
        """The station, and whom it is about."""
        about = item.about.full_name if item.about else gettext("the polling station itself")
        return f"{write_station(item.station)}: {about}"

    def filters_now(self) -> list[Filter]:
        """By whom it is about."""
        return [*super().filters_now(), member_filter(ChairNote.about_member_id.in_)]

    def rows(self) -> Query[Any]:
        """With what each row shows."""
        loaded = [joinedload(ChairNote.station), joinedload(ChairNote.about), joinedload(ChairNote.member)]
        return super().rows().options(*loaded)
