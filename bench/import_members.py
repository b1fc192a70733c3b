"""Importing 100,000 members, against the floor of the same run: read + check the file, and insert its rows bare.

Aim: at most 2 × the floor, at most 30 s. usage: bench/import_members.py [rows]; on SQLite and PostgreSQL. The floor is
measured first, on a server of its own: what it rolled back would lie in the way of the import.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.cli.setup import prepare_database
from app.clock import local_today, utc_now
from app.extensions import db
from app.importing.rosters.roster import RosterRow, open_roster, read_roster
from app.models import Member, User
from app.services.audit import COMMAND
from app.services.bulk import insert_rows
from app.services.rosters import runs
from bench.support.portals import another_database, judge, make_portal, on_each_database

FLOOR = "--floor"
HEADER = (
    "Lidnummer;Voorletters;Voornaam;Tussenvoegsel;Achternaam;Geboortedatum;E-mail;Mobiel;Straat;Huisnummer;"
    "Postcode;Woonplaats;IBAN;BSN"
)
SURNAMES = ("Vries", "Jansen", "Bakker", "Visser", "Smit", "Meijer", "Mulder", "Bos", "Peters", "Hendriks", "Çelik")


def make_bsn(number: int) -> str:
    """The n-th number that passes the eleven-test."""
    base = 10_000_000 + number
    digits = [int(digit) for digit in f"{base:08d}"]
    check = sum(weight * digit for weight, digit in zip(range(9, 1, -1), digits, strict=True)) % 11
    return "" if check == 10 else f"{base:08d}{check}"


def make_roster(rows: int) -> bytes:
    lines = [HEADER]
    for n in range(rows):
        born = f"{n % 28 + 1}-{n % 12 + 1}-{1950 + n % 50}"
        mobile = f"06{n % 90_000_000 + 10_000_000:08d}"
        address = f"Dorpsstraat;{n % 300 + 1};{1000 + n % 9000} AB;Voorbeeldstad"
        surname = SURNAMES[n % len(SURNAMES)]
        lines.append(f"{n};J.;Jan;de;{surname};{born};lid{n}@post.example;{mobile};{address};;{make_bsn(n)}")
    return "\n".join(lines).encode()


def timed(what: str, do: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = do()
    seconds = time.perf_counter() - start
    print(f"{what:44} {seconds:7.2f} s")
    return seconds, result


def read(content: bytes) -> list[RosterRow]:
    roster = open_roster(content, "leden.csv")
    rows = read_roster(roster.rows(), roster.mapping, today=local_today(utc_now()), header=roster.header)
    return [row for row in rows if isinstance(row, RosterRow)]


USER_COLUMNS = ("id", "first_name", "last_name", "username", "active", "email")
READ = ("member_number", "first_name", "infix", "surname", "birth_date", "email", "mobile", "street", "house_number")
READ += ("postcode", "city")
EMPTY = ("initials", "phone", "house_number_suffix", "iban_ending", "languages")
MEMBER_COLUMNS = ("id", "user_id", *READ, *EMPTY, "is_civil_servant", "state", "bsn_duplicate", "search_text")
MEMBER_COLUMNS += ("created_at", "changed_at")


def insert_bare(rows: list[RosterRow]) -> None:
    """The floor of writing: the users' and members' rows only, no names to make, nothing sealed, rolled back."""
    users: Any = User.__table__
    members: Any = Member.__table__
    numbered = list(enumerate(rows, 1_000_000))
    insert_rows(users, USER_COLUMNS, (bare_user(number, row) for number, row in numbered))
    insert_rows(members, MEMBER_COLUMNS, (bare_member(number, row, utc_now()) for number, row in numbered))
    db.session.rollback()


def bare_user(number: int, row: RosterRow) -> tuple[Any, ...]:
    return number, row.first_name, row.surname, f"floor{number}", True, f"floor{number}@x"


def bare_member(number: int, row: RosterRow, now: datetime) -> tuple[Any, ...]:
    read = (getattr(row, name) for name in READ)
    return number, number, *read, *("" for _ in EMPTY), False, "imported", False, row.surname, now, now


def find_floor(count: int) -> float:
    """The seconds of the floor."""
    with another_database() as url:
        command = [sys.executable, __file__, str(count), FLOOR]
        done = subprocess.run(
            command, env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.PIPE, text=True, check=True
        )
    print(done.stdout, end="")
    return sum(float(line.split()[-2]) for line in done.stdout.splitlines())


def measure_floor(count: int) -> None:
    content = make_roster(count)
    _, rows = timed("read and check (floor)", lambda: read(content))
    timed("insert users and members bare (floor)", lambda: insert_bare(rows))


def measure_import(count: int, floor: float) -> None:
    content = make_roster(count)

    def run() -> Any:
        plan, _ = runs.import_file(content, "leden.csv", actor=COMMAND, now=utc_now())
        db.session.commit()
        return plan

    importing, plan = timed("import", run)
    print(plan.summary)
    again, plan = timed("the same file again", run)
    print(plan.summary)
    print(f"import / floor: {importing / floor:.2f}   again / floor: {again / floor:.2f}")
    judge("importing, against reading and inserting bare", importing / floor, at_most=2)
    judge("importing, against 30 s for 100,000 members", importing / (30 * count / 100_000), at_most=1)


def main() -> None:
    """Measure and print, on the database that DATABASE_URL names."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    is_floor = FLOOR in sys.argv
    floor = 0 if is_floor else find_floor(count)
    with make_portal().app_context():
        prepare_database()
        if is_floor:
            measure_floor(count)
        else:
            measure_import(count, floor)


if __name__ == "__main__":
    on_each_database(__file__, main)
