"""The team replaces somebody within minutes, by mail or by telephone; members answer with one tap on a phone."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.models import AskState, AuditEvent, OutboundMail, ReplacementAsk, Reserve, ReserveState, Vacancy, VacancyState
from app.services.appointments.replacement import reserves
from app.services.audit import COMMAND
from tests.support.factories.elections import shifts_of
from tests.support.factories.people import make_staff
from tests.support.factories.planning import make_available, places_of
from tests.support.factories.replacement import ask, leave, make_published
from tests.support.statements import seen_statements

LIST = "/vervanging/list/?looked=open"


@pytest.fixture
def planned(remembered, now, clock):
    return remembered(lambda: make_published(now=now))


@pytest.fixture
def vacancy(planned, now):
    return leave(planned.leaves, now=now)


@pytest.fixture
def anna(planned):
    return make_available(planned.election, first_name="Anna", infix="", surname="Bos", mobile="+31612345678")


@pytest.fixture
def piet(planned):
    return make_available(planned.election, first_name="Piet", infix="", surname="Vis", mobile="")


@pytest.fixture
def team(client, sign_in_as, clock, planned):
    return sign_in_as(client, make_staff())


def page_of(vacancy):
    return f"/vervanging/show/{vacancy.id}"


def test_the_home_leads_to_the_list_and_that_to_whom_to_ask(db, team, planned, vacancy, anna, piet, now):
    assert re.search(r'looked=open"><span class="count">1</span> vrijgekomen plek', team.get("/").text)
    found = team.get(LIST).text
    for wanted in ("Stembureaulid, 1 School 1", planned.leaves.full_name, "kan niet komen", "nog niemand"):
        assert wanted in found, wanted
    export = team.post("/vervanging/export?looked=open", data={"format": "csv"}).text
    assert "nog niemand" in export
    here = page_of(vacancy)
    with seen_statements(db.engine) as seen:
        page = team.get(here).text
    assert len(seen) <= 8, seen
    assert "Anna Bos" in page
    assert page.count('name="only"') == 2


def test_one_click_asks_one_and_ticks_ask_several(team, db, vacancy, anna, piet):
    asked = team.post(f"/vervanging/vraag/{vacancy.id}", data={"only": str(anna.id), "hours": "4"})
    assert asked.location == page_of(vacancy)
    both = {"member": [str(anna.id), str(piet.id)], "hours": "4"}
    team.post(f"/vervanging/vraag/{vacancy.id}", data=both)
    page = team.get(page_of(vacancy)).text
    assert "Anna Bos is al gevraagd" in page
    assert "Aan 1 lid is de vraag gesteld" in page
    assert {row.member_id for row in db.session.scalars(select(ReplacementAsk))} == {anna.id, piet.id}
    nobody = team.post(f"/vervanging/vraag/{vacancy.id}", data={"hours": "4"}, follow_redirects=True)
    assert "Kies ten minste één lid" in nobody.text


def test_a_member_says_yes_and_the_next_hears_kindly_that_somebody_was_first(
    app, db, sign_in_as, vacancy, anna, piet, now
):
    first, second = ask(vacancy, anna, piet, now=now)
    phone, other = sign_in_as(app.test_client(), anna), sign_in_as(app.test_client(), piet)
    home = phone.get("/").text
    assert "Kun je inspringen?" in home
    assert f'href="/inspringen/{first.id}"' in home
    page = phone.get(f"/inspringen/{first.id}").text
    for wanted in ("woensdag 18 maart 2026", "School 1", "Stembureaulid", "Ja, ik kom", "Nee, ik kan niet"):
        assert wanted in page, wanted
    assert vacancy.left_member.full_name not in page
    assert "Ja, ik kom" in other.get(f"/inspringen/{second.id}").text
    assert "Je komt. Dank je wel!" in phone.post(f"/inspringen/{first.id}/ja", follow_redirects=True).text
    late = other.post(f"/inspringen/{second.id}/ja", follow_redirects=True).text
    assert "Iemand anders was je net voor" in late
    assert "Ja, ik kom" not in late
    db.session.expire_all()
    assert vacancy.filled_by_member_id == anna.id
    assert "Kun je inspringen?" not in other.get("/").text


def test_a_member_says_no_and_may_come_after_all_while_the_place_is_free(db, client, sign_in_as, vacancy, anna, now):
    (question,) = ask(vacancy, anna, now=now)
    phone = sign_in_as(client, anna)
    said = phone.post(f"/inspringen/{question.id}/nee", follow_redirects=True).text
    assert "Kun je toch komen?" in said
    phone.post(f"/inspringen/{question.id}/ja")
    db.session.expire_all()
    assert question.state == AskState.YES


def test_nobody_sees_or_answers_the_question_of_somebody_else(db, client, sign_in_as, vacancy, anna, piet, now):
    (question,) = ask(vacancy, anna, now=now)
    other = sign_in_as(client, piet)
    assert other.get(f"/inspringen/{question.id}").status_code == 404
    for answer in ("ja", "nee"):
        assert other.post(f"/inspringen/{question.id}/{answer}").status_code == 404
    db.session.expire_all()
    assert question.state == AskState.ASKED


def test_the_team_calls_and_notes_with_one_tap_what_was_said(team, db, vacancy, anna, piet):
    here = f"/vervanging/bellijst/{vacancy.id}"
    page = team.get(here).text
    assert 'href="tel:+31612345678"' in page
    assert "06 12345678" in page
    assert "Piet Vis" not in page  # without a number
    called = f"/vervanging/gebeld/{vacancy.id}"
    team.post(called, data={"member": str(anna.id), "said": "missed"})
    assert "niet bereikt" in team.get(here).text
    answer = team.post(called, data={"member": str(anna.id), "said": "yes"})
    assert answer.location == page_of(vacancy)
    db.session.expire_all()
    assert (vacancy.state, vacancy.filled_by_member_id) == (VacancyState.FILLED, anna.id)
    late = team.post(called, data={"member": str(piet.id), "said": "no"}, follow_redirects=True).text
    assert "al bezet" in late


def test_the_team_takes_back_a_question_undoes_a_yes_and_stops_looking(team, db, vacancy, anna, piet, now):
    first, second = ask(vacancy, anna, piet, now=now)
    team.post(f"/vervanging/intrekken/{vacancy.id}/{first.id}")
    assert team.post(f"/vervanging/intrekken/{vacancy.id}/99999").status_code == 404
    team.post(f"/vervanging/gebeld/{vacancy.id}", data={"member": str(piet.id), "said": "yes"})
    assert "Ongedaan maken: Piet Vis komt niet" in team.get(page_of(vacancy)).text
    team.post(f"/vervanging/ongedaan/{vacancy.id}")
    db.session.expire_all()
    assert (first.state, second.state) == (AskState.WITHDRAWN, AskState.WITHDRAWN)
    assert (vacancy.state, places_of(piet)) == (VacancyState.OPEN, [])
    team.post(f"/vervanging/niet-meer-nodig/{vacancy.id}")
    db.session.expire_all()
    assert vacancy.state == VacancyState.CLOSED


def test_the_team_notes_that_somebody_cannot_come_and_never_that_somebody_is_ill(team, db, planned, now):
    who = team.post("/vervanging/uitval/", data={"member": planned.stays.user.username})
    here = f"/vervanging/uitval/{planned.stays.id}"
    assert who.location == here
    (place,) = places_of(planned.stays)
    empty = team.post(here, data={})
    assert empty.status_code == 422
    assert "personal" in team.get(here).text
    for why in ({"why": "other", "reason": ""}, {"why": "personal", "reason": "Griep"}, {"why": "ill"}):
        assert team.post(here, data={"left": str(place.id), **why}).status_code == 422
    noted = team.post(here, data={"left": str(place.id), "why": "personal", "reason": ""})
    assert noted.location == LIST
    vacancy = db.session.scalars(select(Vacancy)).one()
    assert (vacancy.left_member_id, vacancy.reason) == (planned.stays.id, "personal")
    assert "Persoonlijke omstandigheden" in team.get(f"/vervanging/show/{vacancy.id}").text
    assert "wordt nu nergens verwacht" in team.get(here).text
    assert team.get("/vervanging/uitval/99999").status_code == 404


def test_a_member_goes_in_reserve_and_says_not_any_more(client, sign_in_as, db, planned, anna):
    phone = sign_in_as(client, anna)
    shift = shifts_of(planned.election)[0]
    page = phone.get("/inspringen/").text
    assert page.count("Ik wil reserve zijn") == 3
    phone.post(f"/inspringen/reserve/{shift.id}", data={"on": "y"})
    assert "Toch niet meer" in phone.get("/inspringen/").text
    assert db.session.scalars(select(Reserve.state)).one() == ReserveState.ON
    phone.post(f"/inspringen/reserve/{shift.id}")
    db.session.expire_all()
    assert db.session.scalars(select(Reserve.state)).one() == ReserveState.OFF
    assert phone.post("/inspringen/reserve/99999").status_code == 404


def test_the_list_of_reserves_adds_all_who_can_or_one_and_takes_them_off(team, db, planned, anna, piet, now):
    shift = shifts_of(planned.election)[0]
    done = team.post("/reserves/allen", data={"shift": str(shift.id)}, follow_redirects=True).text
    assert "2 leden staan op de reservelijst" in done
    assert "Anna Bos" in done
    again = team.post("/reserves/add", data={"shift": str(shift.id), "member": anna.user.username})
    assert again.status_code == 422
    key = db.session.scalars(select(Reserve.id).where(Reserve.member_id == anna.id)).one()
    team.post("/reserves/action_post", data={"action": "take_off", "scope": "ticked", "rowid": str(key), "sure": "yes"})
    db.session.expire_all()
    assert db.session.get(Reserve, key).state == ReserveState.OFF
    assert team.post("/reserves/add", data={"shift": str(shift.id), "member": anna.user.username}).status_code == 302
    export = team.post("/reserves/export?state=on", data={"format": "csv"})
    assert "Anna Bos" in export.text
    assert {"reserve.on", "reserve.off"} <= set(db.session.scalars(select(AuditEvent.action)))


def test_reserves_come_first_also_who_answered_otherwise_before(team, planned, vacancy, anna, now):
    says_no = make_available(planned.election, "no", first_name="Toch", infix="", surname="Wel")
    reserves.put_on(says_no, shifts_of(planned.election)[0], actor=COMMAND, now=now)
    page = team.get(page_of(vacancy)).text
    assert page.index("Toch Wel") < page.index("Anderen die kunnen") < page.index("Anna Bos")


def test_who_was_asked_is_listed_and_stands_on_the_page_of_the_member(team, db, vacancy, anna, now):
    (question,) = ask(vacancy, anna, now=now)
    assert "Anna Bos" in team.get("/vervanging/vragen/list/").text
    page = team.get(f"/leden/show/{anna.id}/indeling").text
    assert "nog geen antwoord" in page
    assert f"/vervanging/uitval/{anna.id}" in page
    ticked = {"action": "withdraw", "scope": "ticked", "rowid": str(question.id), "sure": "yes"}
    team.post("/vervanging/vragen/action_post", data=ticked)
    sent = db.session.scalars(select(OutboundMail).order_by(OutboundMail.id))
    kinds = [mail.values["kind"] for mail in sent if mail.template == "replacement"]
    assert kinds == ["asked", "withdrawn"]
    assert "replacement_ask.asked" in set(db.session.scalars(select(AuditEvent.action)))
