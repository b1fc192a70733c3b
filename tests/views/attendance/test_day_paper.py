"""What of the day stands on paper: sheets before it, and the record after it; and the actual coverage."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
import pytest
from sqlalchemy import select

from app.models import Attendance, AuditEvent
from app.services.attendance.voters import forget_voters
from tests.support.factories.attendance import ON, at, make_running_election, make_team, note, take
from tests.support.factories.people import make_staff
from tests.support.files.valid_pdfs import find_faults
from tests.support.statements import seen_statements


@pytest.fixture
def team(db, now):
    return make_team(make_running_election(), now=now)


@pytest.fixture
def here(team):
    return f"/verkiezingen/{team[0].election.code}/op-papier/"


@pytest.fixture
def noted(team):
    """Two came, one was replaced by a voter, and the chair went home."""
    station, _members, places = team
    abouts = [f"p{place.id}" for place in places]
    voter = {"voter_name": "Kees Kiezer", "shift_id": places[0].shift_id, "replaces": abouts[2]}
    taps = [note(about, "here", at(7, 3)) for about in abouts[:2]] + [note(abouts[2], "absent", at(7, 10))]
    taps += [note("vvoter-key-1", "here", at(7, 40), **voter), note(abouts[0], "gone", at(14, 31))]
    take(station, *taps, now=at(14, 31))


@pytest.fixture
def staff(client, sign_in_as, clock, team):
    clock.move_to(at(15))
    return sign_in_as(client, make_staff())


def test_the_sheets_of_all_stations_are_one_valid_pdf(db, staff, here, team, now):
    make_team(team[0].election, 13, now=now)
    answer = staff.post(f"{here}bladen")
    assert answer.mimetype == "application/pdf"
    assert find_faults(answer.data) == []
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        assert len(pdf.pages) == 2
    own = staff.post(f"{here}bladen?station={team[0].id}")
    with pikepdf.open(io.BytesIO(own.data)) as pdf:
        assert len(pdf.pages) == 1
    printed = select(AuditEvent).where(AuditEvent.action == "attendance.sheets").order_by(AuditEvent.id)
    events = db.session.scalars(printed).all()
    assert [event.details["stations"] for event in events] == [2, 1]


@pytest.mark.usefixtures("noted")
def test_the_record_agrees_on_screen_as_pdf_and_as_a_file(db, staff, here, team):
    with seen_statements(db.engine) as seen:
        page = staff.get(here)
    assert len(seen) <= 8, "\n".join(seen)
    for words in (
        "7.03 uur",
        "14.31 uur",
        "Kees Kiezer",
        "in de plaats van Persoon12c",
        "komt niet",
        "vertrek niet genoteerd",
    ):
        assert words in page.text, words
    pdf = staff.post(f"{here}bezetting")
    assert pdf.mimetype == "application/pdf"
    assert find_faults(pdf.data) == []
    lines = staff.post(f"{here}export", data={"format": "csv"}).data.decode("utf-8-sig").splitlines()
    assert len(lines) == 5
    assert any("Kees Kiezer" in line and "07:40" in line and "Persoon12c" in line for line in lines)
    actions = set(db.session.scalars(select(AuditEvent.action)))
    assert actions >= {"attendance.record", "attendance.exported"}
    assert staff.get(f"{here}?station={team[0].id}").status_code == 200
    assert staff.get(f"{here}?station=x").status_code == 404
    assert str(ON) in page.text


def test_an_election_without_people_says_so(staff, here, db):
    empty = make_running_election(code="EP2024", name="Europa")
    answer = staff.post(f"/verkiezingen/{empty.code}/op-papier/bladen", follow_redirects=True)
    assert "niemand op een stembureau ingedeeld" in answer.text


@pytest.mark.usefixtures("noted")
def test_planned_and_actual_coverage_stand_apart(staff, team):
    url = f"/verkiezingen/{team[0].election.code}/dekking/"
    planned, actual = staff.get(url).text, staff.get(f"{url}?stand=werkelijk").text
    assert "7.30–7.40 uur" in actual
    assert "7.30–7.40 uur" not in planned
    assert "Werkelijke dekking" in actual
    file = staff.post(f"{url}export?stand=werkelijk", data={"format": "csv"})
    assert "7.30–7.40 uur" in file.data.decode("utf-8-sig")


@pytest.mark.usefixtures("noted")
def test_names_of_voters_go_when_the_record_may_be_destroyed(db):
    assert forget_voters(at(9) + timedelta(days=120), days=120) == 0
    assert forget_voters(at(9) + timedelta(days=121), days=120) == 1
    db.session.commit()
    assert set(db.session.scalars(select(Attendance.voter_name))) == {""}
    assert "attendance.voters_forgotten" in set(db.session.scalars(select(AuditEvent.action)))
    assert forget_voters(at(9) + timedelta(days=121), days=120) == 0
