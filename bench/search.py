"""The team's search with 100,000 members, 10,000 threads and 20,000 messages, against page 1 of the list of members.

PERF: no page slower than 2 × page 1; statements do not grow with the rows.
usage: bench/search.py [members]; on SQLite and PostgreSQL, or only on DATABASE_URL.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.clock import utc_now
from app.extensions import db
from app.models import Message, Thread
from app.services.bulk import insert_rows
from bench.lists import count_statements
from bench.support.portals import MEMBERS, judge, medians, on_each_database, portal_with_members
from tests.support.client import PortalClient, sign_in
from tests.support.factories.people import make_staff

ROUNDS = 20
PAGE_1 = "members, page 1"
WORDS = [
    *("stembureau", "sleutel", "training", "rooster", "vergoeding", "afspraak", "vrijdag", "pauze", "parkeren"),
    *("legitimatie", "rijbewijs", "stembiljet", "potlood", "telling", "voorzitter", "reserve", "ziek", "vakantie"),
    *("route", "fiets", "koffie", "lunch", "verklaring", "benoeming"),
]
ADDRESSES = {
    PAGE_1: "/leden/list/",
    "members, search inside a name": "/leden/list/?q=endrik",
    "members, a name that all have": "/leden/list/?q=jan",
    "members, an e-mail address": "/leden/list/?q=lid50123%40post",
    "members, two letters": "/leden/list/?q=he",
    "questions, page 1": "/vragen/list/",
    "questions, a rare word": "/vragen/list/?q=kluisnummer77",
    "questions, a word of one in 24": "/vragen/list/?q=sleutel",
    "questions, a word of each": "/vragen/list/?q=groet",
    "everything, a rare number": "/zoeken/?q=99998",
    "everything, a surname": "/zoeken/?q=de+hendriks",
    "everything, a word of one in 24": "/zoeken/?q=sleutel",
    "everything, a name that all have": "/zoeken/?q=jan",
    "everything, a word of each message": "/zoeken/?q=groet",
    "everything, two letters": "/zoeken/?q=he",
    "everything, nothing found": "/zoeken/?q=bestaatniet",
}


def fill_threads(members: int) -> None:
    """A thread of two messages for each tenth member."""
    now: Any = utc_now()
    owners = range(1_000, 1_000 + members, 10)
    threads: Any = Thread.__table__
    messages: Any = Message.__table__
    columns = (
        "id",
        "member_id",
        "subject",
        "state",
        "is_from_team",
        "is_unread_by_team",
        "is_unread_by_member",
        "created_at",
        "last_message_at",
        "version",
        "search_text",
    )
    insert_rows(
        threads,
        columns,
        (
            (n, owner, WORDS[n % 24], "answered", False, False, False, now, now, 1, WORDS[n % 24])
            for n, owner in enumerate(owners, 1)
        ),
    )
    insert_rows(messages, ("thread_id", "member_id", "is_team", "body", "created_at", "search_text"), _messages(owners))
    db.session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _messages(owners: range) -> Iterator[tuple[Any, ...]]:
    now = utc_now()
    for n, owner in enumerate(owners, 1):
        for part in range(2):
            words = " ".join(WORDS[(n * 7 + part * 5 + step) % 24] for step in range(0, 12, 3))
            body = f"beste team, ik heb een vraag over {words} kluisnummer{n} en dank je wel, met vriendelijke groet"
            yield n, owner, part == 1, body, now, body


def main() -> None:
    """Measure and print, on the database that DATABASE_URL names."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS
    with portal_with_members(count) as app:
        fill_threads(count)
        app.test_client_class = PortalClient
        team = sign_in(app.test_client(), make_staff())
        for path in ADDRESSES.values():
            assert team.get(path).status_code == 200, path
        pages = {name: partial(team.get, path) for name, path in ADDRESSES.items()}
        seconds = medians(pages, rounds=ROUNDS)
        print(f"{'with ' + format(count, ',') + ' members':36} {'ms':>8} {'× page 1':>8} {'SQL':>5}")
        for name, value in seconds.items():
            print(f"{name:36} {value * 1000:8.1f} {value / seconds[PAGE_1]:8.2f} {count_statements(pages[name]):>5}")
            judge(f"{name}, against page 1", value / seconds[PAGE_1], at_most=2)


if __name__ == "__main__":
    on_each_database(__file__, main)
