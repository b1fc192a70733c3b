"""Searching everything at once, for the team: the box in the header leads here."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext

from app.auth.visitor import current_grants
from app.services.search.query import LONGEST, read_search
from app.views.base import Page
from app.views.parts.search_groups import may_see, search_all
from app.views.subject import subjects

ENOUGH: Final = 1_000  # rows that are looked at of a word that many hold; the list behind the page has them all
BSN_DIGITS: Final = 9


class SearchView(Page):
    """Zoeken: members, questions, documents and general messages, each as far as the role may read them."""

    route_base = "/zoeken"

    @expose("/", methods=["GET"])
    @has_access
    def show(self) -> ResponseReturnValue:
        """The best of each group; what was typed stands in the address. A statement or less per group."""
        typed = request.args.get("q", "")[:LONGEST].replace("\x00", "").strip()
        search = replace(read_search(typed), most=ENOUGH)
        back = url_for(".show", q=typed)
        every = [group for subject in subjects() for group in subject.search]
        groups = [group for group in every if may_see(group, current_grants().pairs)]
        shown = [] if search.is_empty else search_all(groups, search, typed=typed, back=back)
        title = gettext("Search for “%(typed)s”", typed=typed) if typed else gettext("Search")
        return self.render_template(
            "staff/search/search.html",
            title=title,
            typed=typed,
            names=[group.name for group in groups],
            groups=[group for group in shown if group.hits],
            notes=dict.fromkeys(group.note for group in shown if group.note),
            is_bsn_long=sum(letter.isdecimal() for letter in typed) == BSN_DIGITS,
            breadcrumbs=[(gettext("Search"), None)],
        )
