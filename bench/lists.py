"""Lists and signed-in pages with 100,000 members, against a bare Flask page with one query in the same run.

PERF: a generated list at most 1.3 × the floor, no page slower than 2 × page 1; statements do not grow with the rows.
usage: bench/lists.py [members]; on SQLite and PostgreSQL, or only on DATABASE_URL.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.portals import MEMBERS, medians, on_each_database, portal_with_members

ROUNDS = 40
FLOOR = "floor: Flask + Jinja + rows + total"
ROWS = """<table>{% for one in rows %}
<tr><td>{{ one.surname }}</td><td>{{ one.first_name }}</td><td>{{ one.email }}</td>
<td>{{ one.member_number }}</td><td>{{ one.state }}</td></tr>{% endfor %}</table>"""


def main() -> None:
    from flask import Flask, render_template_string
    from sqlalchemy import func, select

    from app.extensions import db
    from app.models import Member, User
    from tests.client import PortalClient, sign_in
    from tests.factories import make_staff
    from tests.statements import seen_statements

    count = int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS
    with portal_with_members(count) as app:
        bare = Flask("bare")
        engine = db.engine

        @bare.get("/")
        def page() -> str:
            statement = select(Member.surname, Member.first_name, Member.email, Member.member_number, Member.state)
            with engine.connect() as connection:
                found = connection.execute(statement.order_by(Member.surname, Member.id).limit(25)).all()
            return render_template_string(ROWS, rows=found)

        @bare.get("/total")
        def page_with_total() -> str:
            with engine.connect() as connection:
                connection.execute(select(func.count()).select_from(Member)).scalar()
            return page()

        floor = bare.test_client()
        app.test_client_class = PortalClient
        team = sign_in(app.test_client(), make_staff())
        one = db.session.get_one(User, 1_000)
        member = sign_in(app.test_client(), one)
        pages = {
            "members, page 1": (team, "/leden/list/"),
            "members, a deep page": (team, f"/leden/list/?page={min(count, 10_000) // 25}"),
            "members, search inside a name": (team, "/leden/list/?q=endrik"),
            "members, rare search": (team, "/leden/list/?q=99998"),
            "what changed (empty list)": (team, "/wijzigingen/list/"),
            "functions (a generated list)": (team, "/functies/list/"),
            "a member's home": (member, "/"),
        }
        pages = {name: (who, path) for name, (who, path) in pages.items() if who.get(path).status_code == 200}
        works = {FLOOR: lambda: floor.get("/total"), "the same without the total": lambda: floor.get("/")}
        works |= {name: (lambda who=who, path=path: who.get(path)) for name, (who, path) in pages.items()}
        seconds = medians(works, rounds=ROUNDS)
        print(f"{'with ' + format(count, ',') + ' members':36} {'ms':>8} {'× floor':>8} {'SQL':>5}")
        for name, value in seconds.items():
            statements = ""
            if name in pages:
                who, path = pages[name]
                with seen_statements(engine) as seen:
                    who.get(path)
                statements = str(len(seen))
            print(f"{name:36} {value * 1000:8.1f} {value / seconds[FLOOR]:8.2f} {statements:>5}")


if __name__ == "__main__":
    on_each_database(__file__, main)
