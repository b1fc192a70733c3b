"""The manual of the team: a page for each task, and the list of them."""

from __future__ import annotations

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import get_locale, gettext

from app.services.search.query import LONGEST, read_search
from app.views.base import Page
from app.views.parts.markdown import render_markdown
from app.views.parts.search_groups import Hit
from app.views.staff.manual.chapters import Chapter, list_chapters, search_chapters


class ManualView(Page):
    """Handleiding."""

    route_base = "/handleiding"
    default_view = "list"

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> ResponseReturnValue:
        """All chapters, or those in which the words of `q` stand."""
        typed = request.args.get("q", "")[:LONGEST].replace("\x00", "").strip()
        search = read_search(typed)
        found = list_chapters(language()) if search.is_empty else search_chapters(search, language())
        title = gettext("Manual")
        return self.render_template(
            "staff/manual/list.html", title=title, typed=typed, chapters=found, breadcrumbs=[(title, None)]
        )

    @expose("/<int:pk>", methods=["GET"])
    @has_access
    def show(self, pk: int) -> ResponseReturnValue:
        """One chapter, with the way to its neighbours."""
        chapters = list_chapters(language())
        place = next((place for place, chapter in enumerate(chapters) if chapter.number == pk), None)
        if place is None:
            abort(404)
        chapter = chapters[place]
        return self.render_template(
            "staff/manual/show.html",
            title=chapter.title,
            body=render_markdown(chapter.body, top=2),
            earlier=chapters[place - 1] if place else None,
            later=chapters[place + 1] if place + 1 < len(chapters) else None,
            breadcrumbs=[(gettext("Manual"), url_for(".list")), (chapter.title, None)],
        )


def language() -> str:
    """That of the reader, as the files are kept."""
    return str(get_locale().language)


def write_hit(row: Chapter) -> Hit:
    """A chapter on the search page."""
    plain = row.body.replace("*", "").replace("#", "")
    return Hit(row.number, row.title, (), plain)
