"""The first page after signing in: what to do for a member, what waits for the team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import IndexView, expose

from app.auth.visitor import Visitor, current_visitor
from app.models import Member
from app.phrases import Phrase
from app.services.appointments.open_tasks import list_elections_at_home
from app.services.attendance.access import list_kept_near
from app.services.overview.inbox import open_items
from app.services.overview.next_steps import list_courses
from app.services.overview.open_tasks import list_open_tasks
from app.services.overview.team_home import read_team_home
from app.services.overview.visible_audiences import read_visible_groups
from app.views.base import Page
from app.views.election_course import steps_with_places
from app.views.labels.elections import ELECTION_STATES
from app.views.member.inbox import make_card
from app.views.member.work.places import find_own_plans
from app.views.menu import may_wait, number_at_home, own_badges
from app.views.subject import Subject, subjects, visible_kinds

MESSAGES = ("My messages",)  # where the menu counts them
MESSAGES_ON_HOME = 20  # what asks for an answer first, then the newest; the rest is a click away


@dataclass(frozen=True, slots=True)
class ShownTask:
    """A task with the page where it is done."""

    title: Phrase
    explanation: Phrase
    deadline: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class ShownTotal:
    """A number with its name, and the list of what is counted."""

    name: Phrase
    number: int
    url: str


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
            return self._home_of_team(visitor)
        return self._home_of(visitor.member)

    def _home_of_team(self, visitor: Visitor) -> str:
        sources = [totals for subject in subjects() for totals in subject.totals]
        home = read_team_home([(totals.read, totals.if_any) for totals in sources], own_badges(visitor), g.now)
        g.badges = home.waiting  # for the menu
        page: str = self.render_template(
            "pages/home_team.html",
            totals=tuple(
                ShownTotal(total.name, cast(int, total.number), sources[place].url(total.only))
                for place, totals in home.totals.items()
                for total in totals
            ),
            courses=list_courses(g.now),
            election_states=ELECTION_STATES,
            steps_with_places=steps_with_places,
            left_imports=home.left_imports,
            marking_stopped_at=home.marking_stopped_at,
        )
        return page

    def _home_of(self, member: Member) -> str:
        # Kept for the badges in the menu, which ask the same.
        visible = g.visible_groups = read_visible_groups(g.now, visible_kinds())
        tasks, number = _tasks_of(member, g.now), number_at_home()
        items = open_items(member.id, g.now, visible=visible).read(limit=MESSAGES_ON_HOME) if may_wait(MESSAGES) else []
        cards = [make_card(item) for item in items]
        found = list_elections_at_home(member.id, g.now)
        elections = [election for election, _coming in found]
        page: str = self.render_template(
            "pages/home_member.html",
            kept_stations=list_kept_near(member.id, elections, g.now),
            own_plans=find_own_plans(member.id, elections),
            number=number,
            tasks=tasks,
            questions=[card for card in cards if card.is_to_do],
            news=[card for card in cards if card.is_new],
            more=number - len(tasks) - len(cards),
            elections=[election for election in elections if election.is_answerable],
            coming={election.id: coming for election, coming in found if coming is not None},
        )
        return page


def _tasks_of(member: Member, now: datetime) -> list[ShownTask]:
    with_tasks = [subject for subject in subjects() if subject.tasks]
    known = {kind: task for subject in with_tasks for kind, task in subject.tasks.items()}
    waiting = [subject for subject in with_tasks if may_wait(_entries_of(subject))]
    finders = dict.fromkeys(task.find for subject in waiting for task in subject.tasks.values())  # one finds several
    found = list_open_tasks(member, now, finders)
    return [ShownTask(task.title, task.explanation, task.deadline, known[task.kind].url(task)) for task in found]


def _entries_of(subject: Subject) -> list[str]:
    """Where the menu counts the tasks of this subject."""
    return [badge.entry for badge in subject.badges if not badge.is_of_team]
