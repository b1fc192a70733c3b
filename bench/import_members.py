"""Importing 100,000 members, against the floor of the same run: read + check the file, and insert its rows bare.

PERF: at most 2 × the floor, at most 14 s. usage: bench/import_members.py [rows]; DATABASE_URL chooses the database
(an empty one: its members are deleted afterwards by throwing the folder away, or by hand on PostgreSQL).
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

FOLDER = tempfile.TemporaryDirectory()
os.environ.setdefault("PORTAL_ENV", "development")
os.environ["INSTANCE_DIR"] = FOLDER.name
os.environ.setdefault("DATABASE_URL", f"sqlite:///{FOLDER.name}/bench.db")

from app.cli.setup import prepare_database  # noqa: E402
from app.clock import local_today, utc_now  # noqa: E402
from app.extensions import db  # noqa: E402
from app.importing.rosters.roster import RosterRow, open_roster, read_roster  # noqa: E402
from app.models import Member, User  # noqa: E402
from app.services.audit import COMMAND  # noqa: E402
from app.services.bulk import insert_rows  # noqa: E402
from app.services.rosters import runs  # noqa: E402
from bench.support.portals import judge, make_portal  # noqa: E402

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


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    app = make_portal()
    with app.app_context():
        prepare_database()
        content = make_roster(count)
        reading, rows = timed("read and check (floor)", lambda: read(content))
        writing, _ = timed("insert users and members bare (floor)", lambda: insert_bare(rows))

        def run() -> Any:
            plan, _ = runs.import_file(content, "leden.csv", actor=COMMAND, now=utc_now())
            db.session.commit()
            return plan

        importing, plan = timed("import", run)
        print(plan.summary)
        again, plan = timed("the same file again", run)
        print(plan.summary)
        print(
            f"import / floor: {importing / (reading + writing):.2f}   again / floor: {again / (reading + writing):.2f}"
        )
        judge("importing, against reading and inserting bare", importing / (reading + writing), at_most=2)
        judge("importing, against 30 s for 100,000 members", importing / (30 * count / 100_000), at_most=1)


if __name__ == "__main__":
    main()
