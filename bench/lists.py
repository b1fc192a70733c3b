"""Lists and signed-in pages with 100,000 members, against a bare Flask page with one query in the same run.

PERF: a page at most 3 × the floor; statements do not grow with the rows. The floor does what a list does: 25 rows and
their number, counted as far as the portal counts.
usage: bench/lists.py [members]; on SQLite and PostgreSQL, or only on DATABASE_URL.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.clock import utc_now
from app.extensions import db
from app.models import Condition, Group, Member, MemberState
from app.services.audiences import groups
from app.services.audit import Actor
from app.services.message_box import team_questions
from app.services.message_box.team_questions import TeamQuestionText
from app.views.tables.lists.page import COUNT_LIMIT
from bench.support.portals import MEMBERS, count_rows, judge, medians, on_each_database, portal_with_members
from tests.support.client import PortalClient, sign_in
from tests.support.factories.people import make_member, make_staff
from tests.support.statements import seen_statements

ROUNDS = 40
FLOOR = "floor: Flask + Jinja + rows + total"
ROWS = """<table>{% for row in rows %}
<tr><td>{{ row.surname }}</td><td>{{ row.first_name }}</td><td>{{ row.email }}</td>
<td>{{ row.member_number }}</td><td>{{ row.state }}</td></tr>{% endfor %}</table>"""


def bare_client() -> FlaskClient:
    """The floor: an application with nothing but the query and its template; `/total` counts members as well."""
    bare, engine = Flask("bare"), db.engine
    columns = (Member.surname, Member.first_name, Member.email, Member.member_number, Member.state)

    @bare.get("/")
    def page() -> str:
        with engine.connect() as connection:
            found = connection.execute(select(*columns).order_by(Member.surname, Member.id).limit(25)).all()
        return render_template_string(ROWS, rows=found)

    @bare.get("/total")
    def page_with_total() -> str:
        with engine.connect() as connection:
            counted = select(Member.id).limit(COUNT_LIMIT + 1).subquery()
            connection.execute(select(func.count()).select_from(counted)).scalar()
        return page()

    return bare.test_client()


def ask_everybody(member_id: int) -> None:
    """A thread for each member, and one that a rare word finds, of this member."""
    asker, now = Actor("bench", make_staff().id), utc_now()
    db.session.execute(update(Member).values(state=MemberState.ACTIVE))
    only_one = Group((Condition("picked", ids=(member_id,)),))
    for words, group in (("Eet je mee?", groups.everybody()), ("zeldzaam", only_one)):
        wanted = TeamQuestionText("Vraag", words, group)
        question = team_questions.write_team_question(wanted, None, actor=asker, now=now)
        team_questions.ask_audience(question, actor=asker, now=now)
    db.session.commit()
    count_rows()


def pages_of(app: Flask, count: int) -> dict[str, Callable[[], Any]]:
    """What is measured, by name: a page for the team or a member that is there (else this fails)."""
    app.test_client_class = PortalClient
    own = make_member(member_number="bench")  # with its role, as a real one
    ask_everybody(own.id)
    team, member = sign_in(app.test_client(), make_staff()), sign_in(app.test_client(), own)
    addresses = {
        "the team's home": (team, "/"),
        "members, page 1": (team, "/leden/list/"),
        "members, a deep page": (team, f"/leden/list/?page={min(count, 10_000) // 25}"),
        "members, sorted by town": (team, "/leden/list/?sort=city"),
        "one member, with all sections": (team, "/leden/show/1000"),
        "the form of a member": (team, "/leden/edit/1000"),
        "members, search inside a name": (team, "/leden/list/?q=endrik"),
        "members, rare search": (team, "/leden/list/?q=99998"),
        "what changed (empty list)": (team, "/wijzigingen/list/"),
        "questions (inbox), a thread for each member": (team, "/vragen/list/"),
        "questions, a deep page": (team, f"/vragen/list/?page={min(count, 10_000) // 25}"),
        "questions, rare search in all text": (team, "/vragen/list/?q=zeldzaam"),
        "functions (a generated list)": (team, "/functies/list/"),
        "a member's home": (member, "/"),
    }
    for who, path in addresses.values():
        assert who.get(path).status_code == 200, path
    return {name: partial(who.get, path) for name, (who, path) in addresses.items()}


def count_statements(open_page: Callable[[], Any]) -> int:
    """How many SQL statements the page takes."""
    with seen_statements(db.engine) as seen:
        open_page()
    return len(seen)


def main() -> None:
    """Measure and print, on the database that DATABASE_URL names."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS
    with portal_with_members(count) as app:
        floor, pages = bare_client(), pages_of(app, count)
        works = {FLOOR: partial(floor.get, "/total"), "the same without the total": partial(floor.get, "/"), **pages}
        seconds = medians(works, rounds=ROUNDS)
        print(f"{'with ' + format(count, ',') + ' members':36} {'ms':>8} {'× floor':>8} {'SQL':>5}")
        for name, value in seconds.items():
            statements = count_statements(pages[name]) if name in pages else ""
            print(f"{name:36} {value * 1000:8.1f} {value / seconds[FLOOR]:8.2f} {statements:>5}")
            judge(f"{name}, against a bare page", value / seconds[FLOOR], at_most=3)


if __name__ == "__main__":
    on_each_database(__file__, main)
