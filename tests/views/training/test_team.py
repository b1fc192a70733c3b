"""What the team does: sessions, participants for who calls, attendance on a phone, results and lists."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.models import SeatOutcome, TrainingResult, TrainingSeat, TrainingSession
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.training import make_session, mark, sign_up
from tests.support.statements import seen_statements

TYPED = {
    "title": "Training stembureaulid",
    "starts_at": "20-3-2026 19:30",
    "ends_at": "20-3-2026 21:30",
    "kind": "place",
    "place": "Stadhuis, Dorpsstraat 1",
    "capacity": "20",
    "valid_months": "24",
    "remind_days": "3",
}


@pytest.fixture
def team(db: Any, clock: Any, client: Any, sign_in_as: Any) -> Any:
    return sign_in_as(client, make_staff())


@pytest.fixture
def session(db: Any, now: Any) -> Any:
    return make_session(now)


@pytest.fixture
def today(db: Any, now: Any) -> Any:
    """A session that began just now; who is in it signed up two weeks before."""
    return make_session(now - timedelta(days=14), starts_at=now)


def join(session, **values):
    return sign_up(session, make_member(**values), session.starts_at - timedelta(days=14))


def outcomes(db):
    db.session.expire_all()
    return [seat.outcome for seat in db.session.scalars(select(TrainingSeat).order_by(TrainingSeat.id))]


def test_a_session_is_added_changed_found_and_deleted(team, db):
    form = team.get("/trainingen/add").text
    assert 'value="24"' in form
    refused = team.post("/trainingen/add", data={**TYPED, "place": ""})
    assert refused.status_code == 422
    assert "Vul in waar het is" in refused.text
    answer = team.post("/trainingen/add", data=TYPED)
    row = db.session.scalars(select(TrainingSession)).one()
    assert answer.location.endswith(f"/trainingen/show/{row.id}")
    assert team.post(f"/trainingen/edit/{row.id}", data={**TYPED, "capacity": "25"}).status_code == 302
    db.session.expire_all()
    assert row.capacity == 25
    assert "25" in team.get("/trainingen/list/").text
    assert f"/trainingen/show/{row.id}" in team.get("/zoeken/?q=stembureaulid").text
    assert team.post(f"/trainingen/delete/{row.id}").status_code == 302
    assert db.session.scalars(select(TrainingSession)).all() == []


def test_who_calls_is_added_moved_and_taken_out(team, db, session, now):
    member = make_member(username="jdevries", member_number="4711")
    other = make_session(now, starts_at=now + timedelta(days=20))
    assert team.post(f"/trainingen/{session.id}/erbij", data={"member": "Niemand"}).status_code == 422
    assert team.post(f"/trainingen/{session.id}/erbij", data={"member": "4711"}).status_code == 302
    seat = db.session.scalars(select(TrainingSeat)).one()
    assert seat.member_id == member.id
    assert member.full_name in team.get(f"/trainingen/show/{session.id}").text
    assert "plekken vrij" in team.get(f"/trainingsplaatsen/verplaatsen/{seat.id}").text
    team.post(f"/trainingsplaatsen/verplaatsen/{seat.id}", data={"session": other.id})
    states = db.session.execute(select(TrainingSeat.session_id, TrainingSeat.state)).all()
    assert dict(states) == {session.id: "cancelled", other.id: "signed_up"}
    moved = db.session.scalars(select(TrainingSeat).where(TrainingSeat.session_id == other.id)).one()
    team.post(f"/trainingsplaatsen/action/give_up/{moved.id}", data={"sure": "yes"})
    db.session.expire_all()
    assert moved.state == "cancelled"


def test_nothing_is_tapped_before_the_day(team, session, now):
    sign_up(session, make_member(), now)
    assert 'name="tap"' not in team.get(f"/trainingen/{session.id}/aanwezigheid").text


def test_the_trainer_taps_on_a_phone_without_a_script(team, db, today):
    session, seats = today, [join(today, surname=name) for name in ("Aa", "Bb")]
    page = team.get(f"/trainingen/{session.id}/aanwezigheid").text
    assert page.count('name="tap"') == 8
    answer = team.post(f"/trainingen/{session.id}/aanwezigheid", data={"tap": f"{seats[0].id}:present"})
    assert answer.location.endswith(f"#lid-{seats[0].id}")
    team.post(f"/trainingen/{session.id}/aanwezigheid", data={"tap": f"{seats[1].id}:failed"})
    assert outcomes(db) == ["present", "failed"]
    only = team.get(f"/trainingen/{session.id}/aanwezigheid?alleen=open").text
    assert "Iedereen is ingevuld." in only
    team.post(f"/trainingen/{session.id}/allemaal-geslaagd")
    assert outcomes(db) == ["passed", "failed"]
    assert len(db.session.scalars(select(TrainingResult)).all()) == 1
    team.post(f"/trainingen/{session.id}/aanwezigheid", data={"tap": f"{seats[0].id}:"})
    assert outcomes(db) == ["", "failed"]
    assert db.session.scalars(select(TrainingResult)).all() == []


def test_a_tap_that_means_nobody_or_nothing_is_refused(team, today):
    seat = join(today)
    for tap in ("", "x", "999999:present", f"{seat.id}:nonsense"):
        assert team.post(f"/trainingen/{today.id}/aanwezigheid", data={"tap": tap}).status_code == 404


def test_many_are_marked_at_once_in_the_list(team, db, today):
    seats = [join(today) for _ in range(2)]
    assert "Deelnemers" in team.get(f"/trainingsplaatsen/list/?session={today.id}").text
    team.post("/trainingsplaatsen/action_post", data={"action": "passed", "rowid": [seat.id for seat in seats]})
    assert outcomes(db) == ["passed", "passed"]


def test_a_whole_session_is_cancelled_after_a_look(team, db, session, now):
    sign_up(session, make_member(), now)
    assert "1 lid heeft een plek" in team.get(f"/trainingen/afzeggen/{session.id}").text
    answer = team.post(f"/trainingen/afzeggen/{session.id}", data={"reason": "Trainer ziek"}, follow_redirects=True)
    assert "1 lid krijgt bericht" in answer.text
    assert "afgezegd" in answer.text


def test_the_list_to_print_names_who_has_a_place(team, session, now):
    sign_up(session, make_member(surname="Bakker", infix="", first_name="Ali"), now)
    page = team.get(f"/trainingen/{session.id}/lijst").text
    assert "Bakker, Ali" in page
    assert "Handtekening" in page


def test_a_result_is_added_changed_and_taken_away(team, db):
    member = make_member(username="jdevries")
    typed = {"member": "jdevries", "source": "e_learning", "passed_on": "1-2-2026", "valid_until": "1-1-2026"}
    assert team.post("/trainingsuitslagen/add", data=typed).status_code == 422
    assert team.post("/trainingsuitslagen/add", data={**typed, "valid_until": "31-1-2028"}).status_code == 302
    row = db.session.scalars(select(TrainingResult)).one()
    days = {"passed_on": "2-2-2026", "valid_until": ""}
    assert team.post(f"/trainingsuitslagen/edit/{row.id}", data=days).status_code == 302
    db.session.expire_all()
    assert (member.trained_on, member.trained_until) == (date(2026, 2, 2), None)
    assert team.post(f"/trainingsuitslagen/delete/{row.id}").status_code == 302
    db.session.expire_all()
    assert member.trained_on is None


def test_home_says_who_waits_and_what_is_not_filled_in(team, session, now):
    for _ in range(3):
        sign_up(session, make_member(), now)
    past = make_session(now - timedelta(days=14), starts_at=now - timedelta(days=1))
    sign_up(past, make_member(), now - timedelta(days=14))
    home = team.get("/").text
    assert "lid op een wachtlijst van een training" in home
    assert "training waarvan de uitslagen nog niet zijn ingevuld" in home
    for how, found in (("waiting", session), ("unmarked", past)):
        page = team.get(f"/trainingen/list/?how={how}").text
        assert page.count("/trainingen/show/") == page.count(f"/trainingen/show/{found.id}") > 0


def test_pages_take_few_statements_however_many_take_part(team, db, today):
    today.capacity = 30
    seats = [join(today) for _ in range(12)]
    mark(seats[0], SeatOutcome.PASSED, today.starts_at)
    for path in (f"/trainingen/{today.id}/aanwezigheid", f"/trainingen/show/{today.id}", "/trainingsplaatsen/list/"):
        with seen_statements(db.engine) as seen:
            assert team.get(path).status_code == 200
        assert len(seen) <= 8, (path, len(seen))
