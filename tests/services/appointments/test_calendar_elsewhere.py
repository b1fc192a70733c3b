"""The calendar as ical.js reads it, the reader of Thunderbird: nothing of it is known to what writes the calendar."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.services.appointments import answers, calendars
from app.services.audit import COMMAND
from tests.support import parts
from tests.support.factories.appointments import OFFICE, appoint, decision_of, make_setup
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.plans import publish_places

SCRIPT = Path(__file__).parents[2] / "support/read_calendar.mjs"


@pytest.fixture
def election(db):
    return make_election()


@pytest.fixture
def publish(election, now):
    station = make_station(election, 12, "Gymzaal “De Hoek”; ingang links, 1e verdieping", street="Dorpsplein 1")
    member = make_member()

    def place(shift: int, *, at: datetime = now, ended: tuple[Any, ...] = (), **values: Any) -> Any:
        (found,) = publish_places(
            election, [(member, station, shifts_of(election)[shift], make_function("voorzitter"))], now=at, ended=ended
        )
        for name, value in values.items():
            setattr(found, name, value)
        return found

    place.member = member
    return place


def read(member: Any, now: datetime) -> list[dict[str, Any]]:
    parts.need("calendar reader")
    node = shutil.which("node") or shutil.which("nodejs") or ""
    written = calendars.make_calendar(member, OFFICE, language="nl", now=now)
    module = parts.find_calendar_reader()
    done = subprocess.run([node, str(SCRIPT), str(module)], input=written, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return list(json.loads(done.stdout))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def test_it_reads_when_and_where_with_odd_marks(publish, now):
    place = publish(0)
    (event,) = read(publish.member, now)
    assert (moment(event["start"]), moment(event["end"])) == (place.starts_at, place.ends_at)
    assert event["location"] == "Gymzaal “De Hoek”; ingang links, 1e verdieping, Dorpsplein 1"
    assert event["summary"].endswith("(Voorzitter)")
    assert (event["status"], event["sequence"]) == ("TENTATIVE", 0)


def test_a_move_is_the_same_event_and_what_fell_away_is_cancelled(publish, election, now):
    first = publish(0)
    later = now + timedelta(days=1)
    second = publish(1, at=later, ended=(first,), assignment_id=first.assignment_id)
    (before,) = read(publish.member, later)
    assert moment(before["start"]) == second.starts_at
    end = later + timedelta(days=1)
    publish_places(election, [], now=end, ended=[second])
    (after,) = read(publish.member, end)
    assert before["uid"] == after["uid"]
    assert 0 < before["sequence"] < after["sequence"]
    assert (before["status"], after["status"]) == ("TENTATIVE", "CANCELLED")


def test_a_yes_makes_it_sure(publish, election, now):
    publish(0)
    appoint(make_setup(election, now=now), now=now)
    answers.accept(decision_of(publish.member), actor=COMMAND, now=now)
    assert [event["status"] for event in read(publish.member, now)] == ["CONFIRMED"]
