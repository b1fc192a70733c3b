"""Who answered what: the team's generated list per election, and answers that it types in or reopens."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.models import (
    AuditEvent,
    Availability,
    AvailabilityShift,
    Campaign,
    DeclarationKind,
    MemberState,
    Notification,
    OutboundMail,
)
from app.services.availability import lists
from app.services.elections.declarations import list_current_texts
from app.services.members.search import make_search_text
from tests.support.factories.elections import (
    choices_of,
    filled_in,
    give_availability,
    make_election,
    make_function,
    make_open_election,
    make_station,
    shifts_of,
)
from tests.support.factories.people import make_member, make_staff

BASE = "/verkiezingen/GR2026_Voorbeeldstad/antwoorden"
STATEMENTS = 8  # of a generated list in all (PERF.md)


@pytest.fixture
def team(db, client, sign_in_as, clock):
    """A browser of the team, with the clock in the period."""
    return sign_in_as(client, make_staff())


def candidate_form(election):
    """A filled-in form of a candidate."""
    text = next(row for row in list_current_texts(election.id) if row.kind == DeclarationKind.NOT_A_CANDIDATE)
    return filled_in(election, **{f"declaration_{text.id}": "false"})


def test_the_list_names_who_did_not_answer_too(team):
    give_availability(make_member(surname="Bakkersma"), make_open_election())
    make_member(surname="Zwijger")
    page = team.get(f"{BASE}/").text
    assert "Bakkersma" in page
    assert "Zwijger" in page
    assert page.count(">niet beantwoord<") == 1


def test_what_is_not_answered_is_filled_in_and_what_is_answered_is_changed(team):
    election = make_open_election()
    give_availability(make_member(surname="Klaar"), election)
    make_member(surname="Wacht")
    page = team.get(f"{BASE}/").text
    words = dict(re.findall(r'aria-label="(Wijzigen|Invullen): ([^"]+)"', page))
    assert {word: name.split()[-1] for word, name in words.items()} == {"Wijzigen": "Klaar", "Invullen": "Wacht"}


def test_who_is_not_asked_is_not_in_the_list(team):
    make_open_election()
    make_member(surname="Pauze", state=MemberState.PAUSED)
    make_member(surname="Gevraagd", state=MemberState.INVITED)
    page = team.get(f"{BASE}/").text
    assert "Pauze" not in page
    assert "Gevraagd" in page


def test_filters_leave_who_they_ask_for(db, team):
    election, member = make_open_election(), make_member(surname="Bakkersma")
    teller = make_function("teller")
    make_member(surname="Zwijger", is_civil_servant=True)
    give_availability(member, election, choices=choices_of(election, {0: "no"}), functions=[teller.id])
    member.search_text = make_search_text(member, member.user.username)
    db.session.commit()
    first, second = (shift.id for shift in shifts_of(election)[:2])
    for question, seen in (
        ("answered=no", "Zwijger"),
        ("answered=yes", "Bakkersma"),
        ("servant=yes", "Zwijger"),
        (f"shift-{first}=no", "Bakkersma"),
        (f"shift-{first}=no&shift-{second}=yes", "Bakkersma"),
        (f"function={teller.id}", "Bakkersma"),
        ("q=bakker", "Bakkersma"),
    ):
        page = team.get(f"{BASE}/?{question}").text
        assert seen in page, question
        assert ({"Bakkersma", "Zwijger"} - {seen}).pop() not in page, question
    assert "Bakkersma" not in team.get(f"{BASE}/?shift-{first}=no&shift-{second}=no").text


def test_who_is_a_candidate_is_found_and_no_longer_counts_as_answered(team, db):
    election, member = make_open_election(), make_member(surname="Bakkersma")
    give_availability(member, election)
    team.post(f"{BASE}/{member.id}/invullen", data=candidate_form(election))
    for question, is_found in (("candidate=yes", True), ("candidate=no", False), ("answered=yes", False)):
        assert ("Bakkersma" in team.get(f"{BASE}/?{question}").text) is is_found, question
    team.post(f"{BASE}/{member.id}/invullen", data=filled_in(election))
    assert "Bakkersma" in team.get(f"{BASE}/?candidate=no&answered=yes").text


def test_who_can_all_day_is_one_answer_that_is_read_back_as_one(team, db):
    election, member = make_open_election(), make_member()
    page = team.get(f"/leden/show/{member.id}").text
    (form,) = re.findall(rf'href="({BASE}/{member.id}/invullen[^"]*)" aria-label="Invullen: ', page)
    shifts = {f"shift_{shift.id}" for shift in shifts_of(election)}
    typed = {name: value for name, value in filled_in(election).items() if name not in shifts}
    saved = team.post(form, data={**typed, "can_help": "all"})
    assert (saved.status_code, saved.location) == (302, f"/leden/show/{member.id}")
    assert {row.answer for row in db.session.scalars(select(AvailabilityShift))} == {"yes"}
    assert 'checked id="can_help-0" name="can_help" type="radio" value="all"' in team.get(form).text
    assert f'aria-label="Wijzigen: {election.name}"' in team.get(f"/leden/show/{member.id}").text


def test_a_member_says_each_shift_by_itself(client, sign_in_as, db):
    election, member = make_open_election(), make_member()
    sign_in_as(client, member)
    shifts = {f"shift_{shift.id}" for shift in shifts_of(election)}
    typed = {name: value for name, value in filled_in(election).items() if name not in shifts}
    address = f"/beschikbaarheid/{election.code}/invullen"
    assert 'value="all"' not in client.get(address).text
    assert client.post(address, data={**typed, "can_help": "all"}).status_code == 422
    assert db.session.scalars(select(AvailabilityShift)).all() == []


def test_the_latest_answer_can_stand_first_and_who_did_not_answer_last(team, now):
    election = make_open_election()
    give_availability(make_member(surname="Vroeg"), election, now=now - timedelta(days=2))
    give_availability(make_member(surname="Laat"), election, now=now - timedelta(days=1))
    make_member(surname="Nooit")
    for sort, order in (("-when", ["Laat", "Vroeg", "Nooit"]), ("when", ["Vroeg", "Laat", "Nooit"])):
        page = team.get(f"{BASE}/?sort={sort}").text
        assert sorted(order, key=page.index) == order


def test_answers_of_another_election_are_not_in_the_list(team):
    give_availability(make_member(surname="Bakkersma"), make_open_election(), remark="Voor de raad")
    make_open_election(code="PS2027", name="Provinciale Staten")
    page = team.get("/verkiezingen/PS2027/antwoorden/").text
    assert "Bakkersma" in page
    assert "Voor de raad" not in page
    assert "/verkiezingen/GR2026" not in page


@pytest.mark.parametrize("size", [25, 200])
def test_statements_of_the_list_do_not_grow_with_the_members(db, team, statements, size):
    election = make_open_election()
    place = make_station(election, 1)
    counts = []
    for more in (3, 30):
        for _ in range(more):
            give_availability(make_member(), election, stations=[place.id], functions=[make_function("teller").id])
        make_member()
        team.get(f"{BASE}/")  # `last seen` is written at most once a minute
        with statements() as seen:
            assert team.get(f"{BASE}/?size={size}&answered=yes&sort=-when").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= STATEMENTS, counts


def test_one_answer_is_shown_whole_with_the_versions_that_were_read(db, team):
    election, member = make_open_election(), make_member(mobile="+31612345678")
    places = [make_station(election, 1, "Raadhuis"), make_station(election, 2, "Sporthal")]
    give_availability(member, election, stations=[places[1].id, places[0].id], remark="Ik fiets")
    page = team.get(f"{BASE}/{member.id}").text
    assert "2 Sporthal; 1 Raadhuis" in page
    assert "Ik fiets" in page
    assert page.count("(versie 1)") == len(list_current_texts(election.id))
    assert db.session.scalar(select(AuditEvent.member_id).where(AuditEvent.action == "availability.read")) == member.id


def test_an_export_is_safe_logged_and_filtered(db, team):
    election, member = make_open_election(), make_member(surname="Bakkersma")
    make_member(surname="Zwijger")
    give_availability(member, election, remark="=1+1")
    content = team.post(f"{BASE}/export?answered=yes", data={"format": "csv"}).data.decode("utf-8-sig")
    assert "'=1+1" in content
    assert "Zwijger" not in content
    assert "Zwijger" in team.post(f"{BASE}/export", data={"format": "csv"}).data.decode("utf-8-sig")
    assert team.post(f"{BASE}/export", data={"format": "xlsx"}).data[:2] == b"PK"
    exported = select(AuditEvent.details).where(AuditEvent.action == "availability.exported").order_by(AuditEvent.id)
    assert [details["count"] for details in db.session.scalars(exported)] == [1, 2, 2]
    assert team.get(f"{BASE}/export").status_code == 404


def test_the_team_types_in_the_answer_of_a_member_after_the_deadline(db, client, sign_in_as, clock):
    election, member = make_open_election(), make_member()
    clock.shift(timedelta(days=29))
    team = sign_in_as(client, make_staff())
    assert team.get(f"{BASE}/{member.id}/invullen").status_code == 200
    assert team.post(f"{BASE}/{member.id}/invullen", data=filled_in(election)).status_code == 302
    row = db.session.scalars(select(Availability)).one()
    assert row.entered_by_user_id is not None
    assert (
        db.session.scalar(select(AuditEvent.member_id).where(AuditEvent.action == "availability.entered")) == member.id
    )
    assert "door het team" in team.get(f"{BASE}/").text


def test_a_refused_answer_comes_back_as_it_was_typed(db, team):
    election, member = make_open_election(), make_member()
    form = filled_in(election)
    del form[f"shift_{shifts_of(election)[0].id}"]
    answer = team.post(f"{BASE}/{member.id}/invullen", data=form)
    assert answer.status_code == 422
    assert "Ik fiets" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Availability)) == 0


def test_the_chosen_members_are_opened_again_until_a_moment(db, client, sign_in_as, clock):
    election, members = make_open_election(), [make_member(), make_member()]
    give_availability(members[0], election)
    clock.shift(timedelta(days=29))
    team = sign_in_as(client, make_staff())
    chosen = team.post(f"{BASE}/action_post", data={"action": "reopen", "rowid": [member.id for member in members]})
    page = team.get(chosen.location)
    assert all(member.full_name in page.text for member in members)
    assert team.post(chosen.location, data={"until_on": "1-1-2020 12:00"}).status_code == 422
    assert team.post(chosen.location, data={"until_on": "10-3-2026 12:00"}).status_code == 302
    assert [row.reopened_until is not None for row in db.session.scalars(select(Availability))] == [True, True]
    told = db.session.execute(select(Notification.member_id, Campaign.kind).join(Notification.campaign)).all()
    assert sorted(told) == [(member.id, "reopened") for member in members]
    assert db.session.scalar(select(func.count(OutboundMail.id))) == 2


def test_nobody_is_opened_again_when_one_may_not(db, team):
    make_open_election()
    left = make_member(state=MemberState.PAUSED)
    assert team.get(f"{BASE}/heropenen?lid={left.id}").status_code == 404
    assert team.get(f"{BASE}/heropenen?lid=x").status_code == 404


def test_an_election_that_asks_nothing_has_no_links_to_fill_in(team):
    make_election()
    make_member(surname="Bakkersma")
    page = team.get(f"{BASE}/").text
    assert "Bakkersma" in page
    assert "/invullen" not in page


def test_totals_count_answers_and_first_choices(db, team):
    election = make_open_election()
    teller = make_function("teller")
    give_availability(make_member(), election, functions=[teller.id])
    give_availability(make_member(), election, choices=choices_of(election, "no"), declarations={})
    make_member()
    totals = lists.find_totals(election)
    assert (totals.asked, totals.answered, totals.functions) == (3, 2, {teller.id: 1})
    assert totals.shifts[shifts_of(election)[0].id] == {"yes": 1, "maybe": 0, "no": 1}
    assert team.get(f"{BASE}/totalen").status_code == 200
