"""Signing in with 100,000 members, against the bare password hash of the same run; and what a refusal's time tells.

PERF: at least 0.9 × the floor. SECURITY §1: an unknown name, a wrong password, an inactive and a locked account take
the same time within noise. usage: bench/sign_in.py [members]; on SQLite and PostgreSQL, or only on DATABASE_URL.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.support.portals import MEMBERS, judge, medians, on_each_database, portal_with_members

ROUNDS = 25
FLOOR = "floor: check one argon2id hash"
RIGHT = "right password, code mailed to nowhere"
EMPTIED = "counters emptied"  # between two tries; taken off the lines, for it is no part of signing in
LOCKED = "locked account"
PASSWORD = "drie-losse-woorden-samen"


def main() -> None:  # noqa: C901 (one page, top to bottom)
    from app.extensions import db
    from app.models import AttemptCounter, User
    from app.services.access.passwords import hash_password, verify_password
    from tests.support.client import PortalClient

    count = int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS
    with portal_with_members(count) as app:
        app.test_client_class = PortalClient
        stored = hash_password(PASSWORD)
        for user_id in (1_000, 1_001):
            db.session.get_one(User, user_id).password = stored
        db.session.get_one(User, 1_001).active = False
        db.session.commit()

        def forget_tries() -> None:
            db.session.query(AttemptCounter).delete()
            db.session.commit()

        def sign_in(name: str, password: str) -> None:
            app.test_client().post("/inloggen/", data={"user_name": name, "password": password})

        def fresh(name: str, password: str) -> None:
            sign_in(name, password)
            forget_tries()

        def locked() -> None:
            sign_in("lid1002", "wrong-password")

        for _ in range(30):
            locked()
        works = {
            FLOOR: lambda: verify_password(stored, PASSWORD),
            EMPTIED: forget_tries,
            RIGHT: lambda: fresh("lid1000", PASSWORD),
            "wrong password": lambda: fresh("lid1000", "wrong-password"),
            "unknown name": lambda: fresh("nobody-has-this", "wrong-password"),
            "inactive account, right password": lambda: fresh("lid1001", PASSWORD),
        }
        seconds = medians(works, rounds=ROUNDS)
        for _ in range(30):
            locked()
        seconds |= medians({LOCKED: locked}, rounds=ROUNDS)
        emptied = seconds.pop(EMPTIED)
        seconds = {name: value if name in (FLOOR, LOCKED) else value - emptied for name, value in seconds.items()}
        print(f"{'with ' + format(count, ',') + ' members':46} {'ms':>8} {'× floor':>8}")
        for name, value in seconds.items():
            print(f"{name:46} {value * 1000:8.1f} {value / seconds[FLOOR]:8.2f}")
        judge("signing in, against one check of the password", seconds[RIGHT] / seconds[FLOOR], at_most=1.1)


if __name__ == "__main__":
    on_each_database(__file__, main)
