"""Handing mail over, against raw smtplib to the same sink in the same run; and making a campaign for 100,000 members.

PERF: at least 0.5 × raw per worker; a campaign in seconds. Every mail of the campaign waits while a worker claims its
batches. usage: bench/mail.py [members [seconds]]; on SQLite and PostgreSQL, or only on DATABASE_URL.
"""

from __future__ import annotations

import asyncio
import json
import os
import smtplib
import statistics
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.support.portals import MEMBERS, judge, on_each_database, portal_with_members
from tests.support.machines.postgresql import free_port

SECONDS = 5.0  # of each measurement
ROUNDS = 3
WORKERS = 4
SENDER, RECEIVER = "verkiezingen@voorbeeldstad.example", "lid1000@post.example"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else SECONDS
    port = free_port()
    sink = subprocess.Popen([sys.executable, __file__, "--sink", str(port)])
    os.environ |= {"MAIL_PORT": str(port), "MAIL_SERVER": "127.0.0.1"}
    try:
        with portal_with_members(count) as app:
            app.extensions["mail"].suppress = False
            make_campaign(count)
            measure(port, seconds)
    finally:
        sink.kill()
        sink.wait()


def make_campaign(count: int) -> None:
    from sqlalchemy import func, select, update

    from app.clock import utc_now
    from app.extensions import db
    from app.models import NotificationKind, OutboundMail
    from app.services.audiences import groups
    from app.services.audit import COMMAND
    from app.services.campaigns import campaigns

    now = utc_now()
    group = groups.everybody()
    text = campaigns.CampaignText(kind=NotificationKind.INFORMATION, title="Welkom", group=group)
    campaign = campaigns.write_campaign(text, None, actor=COMMAND, now=now)
    campaigns.plan_campaign(campaign, send_at=now, actor=COMMAND, now=now)
    db.session.commit()
    start = time.perf_counter()
    campaigns.start_due_campaigns(now)
    db.session.commit()
    print(f"campaign for {count} members, notifications and mails: {time.perf_counter() - start:.1f} s")
    assert db.session.scalar(select(func.count(OutboundMail.id))) == count
    db.session.execute(
        update(OutboundMail).values(next_attempt_at=now), execution_options={"synchronize_session": False}
    )
    db.session.commit()


def measure(port: int, seconds: float) -> None:
    """Mails per second of each, in turns."""
    message = sample()
    works: dict[str, Any] = {
        "raw smtplib, 1 connection": lambda: raw(port, message, seconds),
        "1 worker": lambda: workers(1, seconds),
        f"{WORKERS} workers": lambda: workers(WORKERS, seconds),
    }
    seen: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, do in works.items():
            seen[name].append(do())
    floor = statistics.median(seen["raw smtplib, 1 connection"])
    for name, rates in seen.items():
        rate = statistics.median(rates)
        print(f"{name}: {rate:.0f} mails/s, {rate / floor:.2f} × raw")
        judge(f"{name}, time for a mail against raw", floor / rate, at_most=2)


def sample() -> bytes:
    """A mail as the worker sends it, so that raw has the same bytes to carry."""
    from app.clock import utc_now
    from app.mail.rendering import compile_mail, per_recipient_values

    values = {
        "name": "Jan de Vries",
        "user_name": "lid1000",
        "link": "http://localhost/meldingen/1",
        "is_optional": True,
        "is_test": False,
    }
    compiled = compile_mail("waiting", "nl", values)
    return compiled.fill(
        to=RECEIVER, message_id="<1@localhost>", sent_at=utc_now(), values=per_recipient_values(values)
    )


def raw(port: int, message: bytes, seconds: float) -> float:
    with smtplib.SMTP("127.0.0.1", port) as host:
        sent, start = 0, time.perf_counter()
        while (passed := time.perf_counter() - start) < seconds:
            host.sendmail(SENDER, [RECEIVER], message)
            sent += 1
    return sent / passed


def workers(number: int, seconds: float) -> float:
    """Processes that start to deliver at the same moment; together so many mails per second."""
    start = time.time() + 4 + number
    command = [sys.executable, __file__, "--worker", str(start), str(seconds)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(number)]
    answers = [json.loads(worker.communicate()[0]) for worker in started]
    return sum(answer["sent"] for answer in answers) / max(answer["seconds"] for answer in answers)


def work(start: float, seconds: float) -> None:
    from app import create_app
    from app.mail.delivery import deliver_due_mail

    app = create_app()
    with app.app_context():
        time.sleep(max(0.0, start - time.time()))
        begun = time.perf_counter()
        sent = deliver_due_mail(seconds=seconds)
        print(json.dumps({"sent": sent, "seconds": time.perf_counter() - begun}))


def listen(port: int) -> None:
    """A sink that forgets what it gets."""
    from aiosmtpd.smtp import SMTP

    class Forget:
        async def handle_DATA(self, *_: Any) -> str:  # noqa: N802
            return "250 OK"

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(Forget(), hostname="sink"), "127.0.0.1", port)
        async with server:
            await server.serve_forever()

    with suppress(KeyboardInterrupt):
        asyncio.run(serve())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--sink"]:
        listen(int(sys.argv[2]))
    elif sys.argv[1:2] == ["--worker"]:
        work(float(sys.argv[2]), float(sys.argv[3]))
    else:
        on_each_database(__file__, main)
