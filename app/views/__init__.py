"""The subjects of the portal, and how their screens become its menu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import current_app
from flask_appbuilder import AppBuilder
from flask_babel import lazy_gettext as _

from app.auth.browser import browser_name
from app.extensions import csrf
from app.services.waiting import HOME
from app.views.account import subject as account
from app.views.console import add_console
from app.views.forms import uploads
from app.views.pages import files
from app.views.pages import subject as pages
from app.views.pages.health import health
from app.views.pages.home import HomeView
from app.views.pages.unsubscribe import UnsubscribeView
from app.views.parts import map_links, markdown, paging, planning_row
from app.views.staff.accounts import subject as accounts
from app.views.staff.appointments import subject as appointments
from app.views.staff.attendance import subject as attendance
from app.views.staff.audiences import subject as audiences
from app.views.staff.audit import subject as audit
from app.views.staff.availability import subject as availability
from app.views.staff.campaigns import subject as campaigns
from app.views.staff.documents import subject as documents
from app.views.staff.elections import subject as elections
from app.views.staff.evaluation import subject as evaluation
from app.views.staff.experience import subject as experience
from app.views.staff.lists import subject as lists
from app.views.staff.mail import subject as mail
from app.views.staff.manual import subject as manual
from app.views.staff.members import subject as members
from app.views.staff.message_box import subject as message_box
from app.views.staff.news import subject as news
from app.views.staff.notes import subject as notes
from app.views.staff.planning import subject as planning
from app.views.staff.rosters import subject as rosters
from app.views.staff.search import subject as search
from app.views.staff.training import subject as training
from app.views.stock import check_views
from app.views.subject import Screen, Subject, use_subjects

__all__ = ["SUBJECTS", "HomeView", "Subject", "register_views"]

# In the order in which pages that unite subjects show them: the most wanted first.
SUBJECTS: Final[tuple[Subject, ...]] = tuple(
    package.SUBJECT
    for package in (
        *(account, accounts, members, notes, experience, rosters, elections, availability, planning, appointments),
        *(attendance, evaluation, training),
        *(message_box, documents, news, campaigns, mail, audiences, search, manual, lists, audit, pages),
    )
)


def register_views(builder: AppBuilder, known: Sequence[Subject] = SUBJECTS) -> None:
    """Register the screens of these subjects, in the order of the menu. Raises WronglyDeclared for a stock screen."""
    use_subjects(known)
    current_app.register_blueprint(health)
    csrf.exempt(builder.add_view_no_menu(UnsubscribeView).blueprint)  # why: see there
    builder.add_link(HOME, href="/", label=_("What do I have to do?"))
    for screen in sorted((screen for subject in known for screen in subject.screens), key=lambda screen: screen.place):
        _add(builder, screen)
    add_console(builder)
    current_app.jinja_env.filters["browser_name"] = browser_name
    map_links.init_app(current_app)
    markdown.init_app(current_app)
    paging.init_app(current_app)
    planning_row.init_app(current_app)
    uploads.init_app(current_app)
    files.init_app(current_app)
    check_views(builder)


def _add(builder: AppBuilder, screen: Screen) -> None:
    if not screen.entry:
        builder.add_view_no_menu(screen.view)
    elif screen.category is None:
        builder.add_view(screen.view, screen.entry, label=screen.label)
    else:
        category = {"category": screen.category.name, "category_label": screen.category.label}
        builder.add_view(screen.view, screen.entry, label=screen.label, **category)
