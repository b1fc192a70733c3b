"""The first page after signing in: what to do for a member, what waits for the team."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import IndexView, expose

from app.auth.visitor import current_visitor
from app.models import Member
from app.services.availability import lists
from app.services.availability.period import list_answerable_elections
from app.services.documents import for_member
from app.services.news import for_member as own_news
from app.services.overview import dashboard, open_tasks
from app.services.overview.visible_audiences import read_shown_groups
from app.services.overview.waiting_imports import list_left_imports
from app.views.base import Page

DOCUMENTS_ON_HOME = 3
NEWS_ON_HOME = 3  # the newest; the rest is a click away


class HomeView(Page, IndexView):
    """`/`: the home of who is signed in; everybody else goes to the sign-in page."""

    route_base = ""
    default_view = "index"
    index_template = "pages/home_member.html"  # FAB's own is a stock page

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Home."""
        visitor = current_visitor()
        if visitor is None:
            return redirect(url_for("SignInView.sign_in"))
        if visitor.member is None:
            return self.render_template(
                "pages/home_team.html",
                counts=dashboard.count_what_matters(
                    g.now, answer_within=timedelta(days=current_app.config["ANSWER_WITHIN_DAYS"])
                ),
                waiting=lists.count_waiting(),
                left_imports=list_left_imports(g.now),
            )
        return self._home_of(visitor.member)

    def _home_of(self, member: Member) -> str:
        shown = g.shown_groups = read_shown_groups(g.now)  # kept for the badges in the menu, which ask the same
        page: str = self.render_template(
            "pages/home_member.html",
            tasks=open_tasks.list_open_tasks(member, g.now),
            news=own_news.list_unread_news(member.id, g.now, limit=NEWS_ON_HOME, groups=shown.news),
            documents=for_member.list_unread_documents(
                member.id, g.now, limit=DOCUMENTS_ON_HOME, groups=shown.documents
            ),
            elections=list_answerable_elections(),
        )
        return page
