"""What the benches share: each bench runs once per database in a process of its own, with as many members as asked."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.machines.postgresql import PostgresServer, find_programs  # noqa: E402

if TYPE_CHECKING:
    from flask import Flask

MEMBERS = 100_000
SURNAMES = ("Vries", "Jansen", "Bakker", "Visser", "Smit", "Meijer", "Mulder", "Bos", "Peters", "Hendriks", "Çelik")


def on_each_database(script: str, run: Callable[[], None]) -> None:
    """Without DATABASE_URL: run the script again on SQLite and on PostgreSQL. With it: run."""
    if os.environ.get("DATABASE_URL"):
        run()
        return
    for name, url in _databases():
        print(f"-- {name}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            settings = {"PORTAL_ENV": "development", "INSTANCE_DIR": folder, "LOG_LEVEL": "ERROR"}
            settings["DATABASE_URL"] = url or f"sqlite:///{folder}/bench.db"
            subprocess.run([sys.executable, script, *sys.argv[1:]], env={**os.environ, **settings}, check=True)


def _databases() -> Iterator[tuple[str, str]]:
    yield "SQLite", ""
    if find_programs() is None:
        print("-- PostgreSQL IS NOT HERE: left out")
        return
    server = PostgresServer()
    try:
        yield "PostgreSQL", f"{server.start()}/postgres"
    finally:
        server.stop()


@contextmanager
def another_database() -> Iterator[str]:
    """The URL of an empty one of the kind of DATABASE_URL, on a server of its own."""
    if os.environ["DATABASE_URL"].startswith("sqlite"):
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/bench.db"
        return
    server = PostgresServer()
    try:
        yield f"{server.start()}/postgres"
    finally:
        server.stop()


def make_portal() -> Flask:
    """The portal on DATABASE_URL as a command has it: filling it takes longer than a page may wait."""
    import click

    from app import create_app

    with click.Context(click.Command("bench")):
        return create_app()


@contextmanager
def portal_with_members(count: int) -> Iterator[Flask]:
    """The portal on DATABASE_URL with `count` members, inside an application context."""
    from app.cli.setup import prepare_database

    app = make_portal()
    app.config["MAIL_SUPPRESS_SEND"] = True
    app.extensions["mail"].suppress = True
    with app.app_context():
        prepare_database()
        _fill(count)
        yield app


def _fill(count: int) -> None:
    from app.clock import utc_now
    from app.extensions import db
    from app.models import Account, Member, User
    from app.services.bulk import insert_rows

    now, ids = utc_now(), range(1_000, 1_000 + count)
    users: Any = User.__table__
    members: Any = Member.__table__
    accounts: Any = Account.__table__
    insert_rows(
        users,
        ("id", "first_name", "last_name", "username", "active", "email"),
        ((n, "Jan", "Vries", f"lid{n}", True, f"lid{n}@x.invalid") for n in ids),
    )
    insert_rows(accounts, ("user_id", "epoch", "locale"), ((n, 1, "nl") for n in ids))
    same = {
        "initials": "J.",
        "first_name": "Jan",
        "infix": "de",
        "phone": "",
        "mobile": "",
        "street": "Dorpsstraat",
        "house_number": "1",
        "house_number_suffix": "",
        "postcode": "1234 AB",
        "city": "Voorbeeldstad",
        "iban_ending": "",
        "is_civil_servant": False,
        "languages": "",
        "state": "active",
        "bsn_duplicate": False,
        "created_at": now,
        "changed_at": now,
    }
    columns = ("id", "user_id", "member_number", "surname", "email", "search_text", *same)
    insert_rows(
        members,
        columns,
        ((n, n, str(n), _surname(n), f"lid{n}@post.example", _search_text(n), *same.values()) for n in ids),
    )
    db.session.commit()
    count_rows()


def count_rows() -> None:
    """Let the database know how many rows there are now, as it finds out by itself in real use."""
    from app.extensions import db

    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _search_text(number: int) -> str:
    from app.services.search.folding import fold_text

    return f"{fold_text(_surname(number))} de jan j. {number} lid{number} lid{number}@post.example"


def _surname(number: int) -> str:
    return f"{SURNAMES[number % len(SURNAMES)]}{number % 997}"


MISSES = "misses its aim"


def judge(row: str, ratio: float, *, at_most: float) -> None:
    """Name the row when it misses its aim; `make bench` lists these lines again at its end."""
    if ratio > at_most:
        print(f"{MISSES}: {row}, {ratio:.2f} × (aim: {at_most:g} ×)", flush=True)


def medians(works: dict[str, Callable[[], Any]], *, rounds: int) -> dict[str, float]:
    """The median seconds of each, taken in turns so that a busy moment of the machine meets them all."""
    seen: dict[str, list[float]] = {name: [] for name in works}
    for do in works.values():
        do()
    for _ in range(rounds):
        for name, do in works.items():
            start = time.perf_counter()
            do()
            seen[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seen.items()}
