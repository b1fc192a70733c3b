"""What the pages of planning of one election share: the election in the address, and the way back to it."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext

from app.models import Election
from app.views.base import Page
from app.views.staff.elections.station_import import find_election

__all__ = ["OfElectionPage", "find_election"]


class OfElectionPage(Page):
    """A page at `/verkiezingen/<code>/…`, of the templates in `folder`."""

    folder: ClassVar[str] = "staff/planning"

    def show_page(self, template: str, election: Election, title: str, **values: Any) -> str:
        """The page, with the way back to the election."""
        crumbs = [
            (gettext("Elections"), url_for("ElectionsView.list")),
            (election.name, url_for("ElectionsView.show", pk=election.code)),
            (title, None),
        ]
        given = {"election": election, "title": title, "breadcrumbs": crumbs, **values}
        page: str = self.render_template(f"{self.folder}/{template}", **given)
        return page
