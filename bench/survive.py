"""A campaign to 10,000 members while the worker is killed once and the mail server stops half-way; then a reminder.

No speed, but a proof with numbers: every member has one notification, the sink has each mail once, the page shows it
live. Worker and mail server are processes, ended by kill -9. What takes long in life (the quarter of an hour, the lease
of a dead worker, the wait for a retry, the day until the reminder) is set forward in the database; nothing else is.
usage: bench/survive.py [members]; on SQLite and PostgreSQL, or only on DATABASE_URL.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.support.portals import on_each_database, portal_with_members

if TYPE_CHECKING:
    from tests.support.machines.mail_sink import Sink

REMINDED_OF = 5  # every fifth member does not act


def main() -> None:
    from tests.support.machines.mail_sink import Sink
    from tests.support.machines.postgresql import free_port

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with portal_with_members(count) as app, tempfile.TemporaryDirectory() as folder:
        sink = Sink(free_port(), Path(folder)).start()
        try:
            Story(app, sink, count).tell()
        finally:
            sink.kill()


class Story:
    """One campaign from the form to the last mail, and its reminder."""

    def __init__(self, app: Any, sink: Sink, count: int) -> None:
        from tests.support.client import PortalClient, sign_in
        from tests.support.factories.people import make_staff

        self.app, self.sink, self.count = app, sink, count
        app.config["TESTING"] = True
        app.test_client_class = PortalClient
        self.team = sign_in(app.test_client(), make_staff())
        self.campaign_id = 0
        self.workers: list[Any] = []

    def tell(self) -> None:
        """Do it, with what the progress page says at each turn."""
        self.send_campaign()
        try:
            self.kill_worker(at=self.count * 3 // 10)
            self.stop_mail_server(at=self.count * 6 // 10)
            self.wait(lambda: self.sent() == self.count, hurry=True)
            self.say("all sent")
            self.check_campaign()
            self.remind()
        finally:
            for worker in self.workers:
                worker.kill()

    def send_campaign(self) -> None:
        from app.clock import local, utc_now

        due = local(utc_now() + timedelta(days=8))
        form = {
            "kind": "check_data",
            "title": "Kijk je gegevens na",
            "audience": "everybody",
            "audience_match": "all",
            "audience_saved": "0",
            "audience_election": "0",
            "election_id": "0",
            "is_mailed": "y",
            "due_at": f"{due:%d-%m-%Y %H:%M}",
            "reminder_days": "7",
        }
        answer = self.team.post("/verzendingen/add", data=form)
        assert answer.status_code == 302, re.findall(r'class="error".*?</p>', answer.text)
        self.campaign_id = self.ask("SELECT max(id) FROM campaign")
        start = time.perf_counter()
        self.team.post(f"/verzendingen/send/{self.campaign_id}", data={"when": "now"})
        self.start_worker()
        self.wait(lambda: self.ask("SELECT count(*) FROM outbound_mail") == self.count)
        passed = time.perf_counter() - start
        print(f"planned on the screen; the worker made notifications and mails within {passed:.1f} s")
        self.set_forward("next_attempt_at", "state = 'queued'")  # the end of the quarter of an hour

    def kill_worker(self, *, at: int) -> None:
        self.wait(lambda: len(self.sink.taken()) > at, hurry=True)
        self.workers[-1].kill()
        self.say("worker killed with -9")
        self.set_forward("lease_until", "state = 'sending'")  # five minutes later
        self.start_worker()

    def stop_mail_server(self, *, at: int) -> None:
        self.wait(lambda: len(self.sink.taken()) > at)
        self.sink.kill()
        self.say("mail server killed with -9")
        self.wait(lambda: self.ask("SELECT count(*) FROM outbound_mail WHERE state = 'sending'") == 0)
        time.sleep(2)
        self.say("two seconds without a mail server")
        assert self.ask("SELECT count(*) FROM outbound_mail WHERE state = 'failed'") == 0
        self.sink.start()

    def check_campaign(self) -> None:
        told = self.ask("SELECT count(DISTINCT member_id) FROM notification")
        notifications = self.ask("SELECT count(*) FROM notification")
        times = Counter(receiver for receiver, _ in self.sink.taken())
        repeats = sum(times.values()) - len(times)
        print(f"members with a notification: {told}; notifications: {notifications}")
        print(f"receivers in the sink: {len(times)}; mails: {sum(times.values())}; repeats: {repeats}")
        assert told == notifications == len(times) == self.count
        assert repeats <= 2, "one worker killed and one mail server killed: at most one repeat each"

    def remind(self) -> None:
        """A day later: only who did not act gets a mail."""
        from app.clock import local, utc_now
        from app.extensions import db
        from app.services.campaigns import reminders

        before = len(self.sink.taken())
        self.run(f"UPDATE member SET data_checked_at = :now WHERE id % {REMINDED_OF} <> 0", now=self.moment(utc_now()))
        left = self.ask(f"SELECT count(*) FROM member WHERE id % {REMINDED_OF} = 0")
        travelled = (local(utc_now()) + timedelta(days=1)).replace(hour=12).astimezone(UTC)
        assert reminders.send_due_reminders(travelled) == 1
        assert reminders.send_due_reminders(travelled + timedelta(minutes=1)) == 0
        db.session.commit()
        self.set_forward("next_attempt_at", "state = 'queued'")
        self.wait(lambda: len(self.sink.taken()) >= before + left, hurry=True)
        time.sleep(2)
        reminded = Counter(receiver for receiver, _ in self.sink.taken()[before:])
        print(f"members who did not act: {left}; reminded: {len(reminded)}; mails: {sum(reminded.values())}")
        assert {int(re.findall(r"\d+", who)[0]) % REMINDED_OF for who in reminded} == {0}
        assert len(reminded) == sum(reminded.values()) == left
        self.say("reminded")

    # --- what it needs ---

    def start_worker(self) -> None:
        from tests.support.worker import Worker

        self.workers.append(Worker(self.app, MAIL_PORT=str(self.sink.port)).start())

    def wait(self, reached: Callable[[], bool], *, hurry: bool = False) -> None:
        end = time.monotonic() + 900
        while not reached():
            assert time.monotonic() < end, "waited in vain"
            if hurry:
                self.set_forward("next_attempt_at", "state = 'retrying'")  # the wait for a retry
                self.deliver()
            time.sleep(0.3)

    def deliver(self) -> None:
        from app import jobs

        jobs.deliver_mail()

    def sent(self) -> int:
        return int(self.ask("SELECT count(*) FROM outbound_mail WHERE state = 'sent'"))

    def say(self, what: str) -> None:
        page = self.team.get(f"/verzendingen/progress/{self.campaign_id}")
        assert page.status_code == 200
        counts = re.findall(r'class="count">([\d.]+)</span>\s*(.*?)</li>', page.text)
        print(f"{what}. The page: " + ", ".join(f"{number} {re.sub('<.*?>', '', words)}" for number, words in counts))

    def set_forward(self, column: str, which: str) -> None:
        from app.clock import utc_now

        self.run(
            f"UPDATE outbound_mail SET {column} = :now WHERE {which}", now=self.moment(utc_now() - timedelta(seconds=1))
        )

    def moment(self, at: datetime) -> Any:
        from app.extensions import db

        return at.replace(tzinfo=None).isoformat(sep=" ") if db.engine.dialect.name == "sqlite" else at

    def run(self, statement: str, **values: Any) -> None:
        from sqlalchemy import text

        from app.extensions import db

        db.session.execute(text(statement), values)
        db.session.commit()

    def ask(self, statement: str) -> Any:
        from sqlalchemy import text

        from app.extensions import db

        answer = db.session.scalar(text(statement))
        db.session.rollback()
        return answer


if __name__ == "__main__":
    on_each_database(__file__, main)
