"""CPU of a visit: what each kind of signed-in page costs the server, against a bare Flask page in the same run.

CPU seconds of the process (user and system), not of the clock: what decides how many visits a core carries. A visit is
ten pages. PERF: a page at most 3 × bare; a list of the team 3 × a bare list, with 25 rows and their number.
usage: bench/visit.py [members]; on SQLite and PostgreSQL, or only on DATABASE_URL. With --profile the dearest functions
of the member's and the team's pages follow.
"""

from __future__ import annotations

import cProfile
import pstats
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.extensions import db
from app.models import AttemptCounter, Member, User
from app.services.access.passwords import hash_password
from bench.lists import bare_client as bare_list
from bench.support.portals import MEMBERS, judge, on_each_database, portal_with_members
from tests.support.client import PortalClient, sign_in
from tests.support.factories.people import make_member, make_staff

ROUNDS = 60
PROFILED = 200
AIM = 3  # × bare
FLOOR = "floor: bare Flask page, one query"
LIST_FLOOR = "floor of lists: bare, 25 rows, total"
PAGE = """<!doctype html><title>{{ name }}</title><h1>{{ name }}</h1><p>{{ email }}</p>"""
OF_A_MEMBER = ("/", "/mijn-gegevens/", "/beschikbaarheid/", "/berichten/", "/documenten/", "/account/")
OF_THE_TEAM = ("/", "/leden/show/1500", "/leden/edit/1500", "/account/")
LISTS = ("/leden/list/", "/functies/list/", "/vragen/list/")
VISIT = ("/", "/berichten/", "/mijn-gegevens/", "/beschikbaarheid/", "/documenten/", "/account/")  # and again to ten


def bare_client() -> FlaskClient:
    """An application with nothing but one query by key and its template."""
    bare, engine = Flask("bare"), db.engine

    @bare.get("/")
    def page() -> str:
        with engine.connect() as connection:
            row = connection.execute(select(Member.surname, Member.email).where(Member.id == 1_000)).one()
        return render_template_string(PAGE, name=row.surname, email=row.email)

    return bare.test_client()


def pages_of(app: Flask) -> dict[str, Callable[[], Any]]:
    """Each page that is measured, opened by who may."""
    app.test_client_class = PortalClient
    member = sign_in(app.test_client(), make_member(member_number="bench"))
    team = sign_in(app.test_client(), make_staff())
    pages = {f"member {path}": partial(member.get, path, follow_redirects=True) for path in OF_A_MEMBER}
    pages |= {f"team   {path}": partial(team.get, path, follow_redirects=True) for path in (*OF_THE_TEAM, *LISTS)}
    for name, open_page in pages.items():
        assert open_page().status_code == 200, name
    return pages


def cpu_of(works: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """The median CPU seconds of each, in turns."""
    seen: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, do in works.items():
            start = time.process_time()
            do()
            seen[name].append(time.process_time() - start)
    return {name: statistics.median(values) for name, values in seen.items()}


def password_step(app: Flask) -> Callable[[], Any]:
    """The password page: what signing in costs beside the ten pages. Its code goes to nowhere."""
    user = db.session.get_one(User, 1_001)
    user.password = hash_password("drie-losse-woorden-samen")
    db.session.commit()

    def type_password() -> None:
        data = {"user_name": "lid1001", "password": "drie-losse-woorden-samen"}
        assert app.test_client().post("/inloggen/", data=data).status_code == 302
        db.session.query(AttemptCounter).delete()
        db.session.commit()

    return type_password


def profile(pages: dict[str, Callable[[], Any]]) -> None:
    """The dearest functions of one page of a member and one of the team, over 200 requests each."""
    for name in ("member /", "team   /functies/list/"):
        profiler = cProfile.Profile()
        profiler.enable()
        for _ in range(PROFILED):
            pages[name]()
        profiler.disable()
        print(f"-- {name}")
        pstats.Stats(profiler).sort_stats("cumulative").print_stats("app/|flask_babel|gettext|jinja2", 45)


def main() -> None:
    """Measure and print, on the database that DATABASE_URL names."""
    numbers = [argument for argument in sys.argv[1:] if argument.isdigit()]
    with portal_with_members(int(numbers[0]) if numbers else MEMBERS) as app:
        pages = pages_of(app)
        if "--profile" in sys.argv:
            profile(pages)
            return
        seconds = cpu_of(
            {
                FLOOR: partial(bare_client().get, "/"),
                LIST_FLOOR: partial(bare_list().get, "/total"),
                **pages,
                "password step of a sign-in": password_step(app),
            }
        )
        print(f"{'':36} {'CPU ms':>8} {'× bare':>8} {'× bare list':>12}")
        for name, value in seconds.items():
            of_list = f"{value / seconds[LIST_FLOOR]:12.1f}" if name.endswith("/list/") else ""
            print(f"{name:36} {value * 1000:8.2f} {value / seconds[FLOOR]:8.1f} {of_list}")
        for name in pages:
            floor = LIST_FLOOR if name.endswith("/list/") else FLOOR
            judge(f"{name} against {floor}", seconds[name] / seconds[floor], at_most=AIM)
        visit = sum(seconds[f"member {VISIT[number % len(VISIT)]}"] for number in range(10))
        print(f"{'ten pages of a member':36} {visit * 1000:8.1f} {visit / seconds[FLOOR] / 10:8.1f}")


if __name__ == "__main__":
    on_each_database(__file__, main)
