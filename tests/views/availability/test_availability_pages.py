"""Giving availability on the member's pages."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from app.models import Availability, Declaration, DeclarationKind, OutboundMail
from app.services.elections import declarations
from tests.support.factories.elections import filled_in, give_availability, make_open_election, make_station, shifts_of
from tests.support.factories.people import make_member, make_staff

ADDRESS = "/beschikbaarheid/GR2026_Voorbeeldstad"


@pytest.fixture(autouse=True)
def _within_the_period(clock):
    """The clock of requests stands in the period of `make_open_election`."""


def test_a_member_gives_changes_and_reads_the_answer(db, client, sign_in_as):
    election, member = make_open_election(), make_member()
    place = make_station(election, 7, "Sporthal")
    sign_in_as(client, member)

    assert "Gemeenteraad Voorbeeldstad 2026" in client.get("/").text
    assert client.get(f"{ADDRESS}/invullen").status_code == 200
    answer = client.post(f"{ADDRESS}/invullen", data=filled_in(election, station_1=str(place.id)))
    assert answer.status_code == 302
    page = client.get(ADDRESS).text
    assert "7 Sporthal" in page
    assert "Ik fiets" in page
    assert page.count("(versie 1): <strong>Ja</strong>") == len(declarations.list_current_texts(election.id))
    client.post(f"{ADDRESS}/invullen", data=filled_in(election, "maybe"))
    row = db.session.scalars(select(Availability)).one()
    assert (row.member_id, {shift.answer for shift in row.shifts}) == (member.id, {"maybe"})
    assert f"{ADDRESS}/invullen" not in client.get("/").text


def test_a_refused_answer_comes_back_as_it_was_filled_in(db, client, sign_in_as):
    election = make_open_election()
    sign_in_as(client, make_member())
    form = filled_in(election)
    first = shifts_of(election)[0]
    del form[f"shift_{first.id}"]

    answer = client.post(f"{ADDRESS}/invullen", data=form)

    assert answer.status_code == 422
    assert f'href="#shift_{first.id}-0"' in answer.text
    assert answer.text.count('<li><a href="#') == 1
    assert "Ik fiets" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Availability)) == 0


@pytest.mark.parametrize("place", ["station_1", "function_3"])
def test_spaces_are_no_choice(db, client, sign_in_as, place):
    election = make_open_election()
    sign_in_as(client, make_member())
    answer = client.post(f"{ADDRESS}/invullen", data=filled_in(election, **{place: "  "}))
    assert answer.status_code == 422
    assert f'href="#{place}"' in answer.text


def test_an_empty_form_hears_of_every_question_at_once(db, client, sign_in_as):
    election = make_open_election()
    sign_in_as(client, make_member())
    answer = client.post(f"{ADDRESS}/invullen", data={"can_help": "yes"})
    faults = len(shifts_of(election)) + len(declarations.list_current_texts(election.id))
    assert answer.text.count('<li><a href="#') == faults


def test_the_summary_says_which_declaration_each_fault_is_about(db, client, sign_in_as):
    make_open_election()
    sign_in_as(client, make_member())
    summary = re.findall(
        r'<li><a href="#[^"]+">([^<]+)</a>', client.post(f"{ADDRESS}/invullen", data={"can_help": "yes"}).text
    )
    assert len(set(summary)) == len(summary)
    assert not [words for words in summary if ".:" in words]


def test_who_cannot_help_answers_one_question(db, client, sign_in_as):
    election = make_open_election()
    sign_in_as(client, make_member())
    assert client.post(f"{ADDRESS}/invullen", data={"can_help": "no"}).status_code == 302
    row = db.session.scalars(select(Availability)).one()
    assert [shift.answer for shift in row.shifts] == ["no"] * len(shifts_of(election))


def test_who_cannot_help_declares_nothing_by_boxes_left_empty(db, client, sign_in_as):
    make_open_election()
    sign_in_as(client, make_member())
    client.post(f"{ADDRESS}/invullen", data={"can_help": "no"})
    assert db.session.scalar(select(func.count(Declaration.id))) == 0
    assert "Wat je hebt verklaard" not in client.get(ADDRESS).text


def test_a_candidate_is_told_that_helping_is_not_possible(db, client, sign_in_as):
    election = make_open_election()
    sign_in_as(client, make_member())
    text = next(r for r in declarations.list_current_texts(election.id) if r.kind == DeclarationKind.NOT_A_CANDIDATE)
    answer = client.post(f"{ADDRESS}/invullen", data=filled_in(election, **{f"declaration_{text.id}": "false"}))

    assert answer.status_code == 302
    assert "zittend lid" in client.get(ADDRESS).text
    assert db.session.scalars(select(Availability)).one().state == "requested"


def test_after_the_deadline_nothing_is_taken_and_the_reason_is_told(db, client, sign_in_as, clock):
    election = make_open_election()
    clock.shift(60 * 24 * 3600)
    sign_in_as(client, make_member())
    assert client.get(f"{ADDRESS}/invullen").status_code == 403
    answer = client.post(f"{ADDRESS}/invullen", data=filled_in(election))
    assert answer.status_code == 422
    assert "2 maart" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Availability)) == 0


def test_what_was_filled_in_stays_on_screen_when_the_deadline_passed_meanwhile(db, client, sign_in_as, clock):
    election = make_open_election()
    clock.shift(60 * 24 * 3600)
    sign_in_as(client, make_member())
    page = client.post(f"{ADDRESS}/invullen", data=filled_in(election)).text
    assert "Ik fiets" in page
    assert "Je antwoord is niet doorgegeven" in page
    assert page.count("2 maart") == 1


def test_a_member_sees_own_answers_only(db, client, sign_in_as):
    election, member, other = make_open_election(), make_member(), make_member()
    give_availability(other, election, remark="Van een ander")
    sign_in_as(client, member)
    assert "Van een ander" not in client.get(f"{ADDRESS}/invullen").text
    assert client.get(ADDRESS).status_code == 302
    client.post(f"{ADDRESS}/invullen", data=filled_in(election, member_id=str(other.id)))
    assert {row.member_id for row in db.session.scalars(select(Availability))} == {member.id, other.id}


def test_the_team_has_no_availability_of_its_own(db, client, sign_in_as):
    make_open_election()
    sign_in_as(client, make_staff())
    assert client.get(f"{ADDRESS}/invullen").status_code in (302, 403)


def test_who_answered_reads_what_happens_now_on_screen_and_by_mail(db, client, sign_in_as):
    election, member = make_open_election(), make_member()
    sign_in_as(client, member)
    client.post(f"{ADDRESS}/invullen", data=filled_in(election))
    page = client.get(ADDRESS).text
    assert "Wat gebeurt er nu?</h2>" in page
    assert re.search(r"Uiterlijk op \w+dag \d+ \w+ 2026 hoor je per e-mail", page)
    [mail] = db.session.scalars(select(OutboundMail)).all()
    assert (mail.template, mail.user_id, mail.values["by"]) == ("availability_received", member.user_id, "member")


def test_a_reader_of_english_gets_the_english_explanation_or_the_dutch_one_marked_as_dutch(db, client, sign_in_as):
    election = make_open_election()
    election.availability_explanation = "Graag snel"
    sign_in_as(client, make_member(locale="en"))
    address = f"/beschikbaarheid/{election.code}/invullen"
    assert '<div lang="nl"><p>Graag snel</p>' in client.get(address).text
    election.availability_explanation_en = "Please be quick"
    db.session.commit()
    page = client.get(address).text
    assert "<div><p>Please be quick</p>" in page
    assert "Graag snel" not in page
