"""The team's inbox and the page of a question: claim, collide, answer, note, hand over, merge, search."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import func, select

from app.models import (
    AuditEvent,
    CannedAnswer,
    InternalNote,
    Message,
    MessageDraft,
    Notification,
    SubjectChoice,
    Thread,
)
from app.services.message_box import team
from tests.support.factories.elections import make_open_election
from tests.support.factories.message_box import actor_of, answer, ask
from tests.support.factories.people import make_admin, make_member, make_staff
from tests.support.odd_forms import read_forms


@pytest.fixture
def colleague(client, sign_in_as, clock):
    second = make_staff(first_name="Tweede", last_name="Collega")
    sign_in_as(client, second)
    return second


def subjects(page):
    return re.findall(r'<th scope="row"><a href="/vragen/show/\d+[^"]*">([^<]*)</a>', page)


def test_unread_comes_first_and_what_waits_longest_on_top(client, colleague, now):
    old = ask(make_member(), "Oud", now=now - timedelta(days=5))
    ask(make_member(), "Nieuw", now=now)
    ask(make_member(), "Midden", now=now - timedelta(days=2))
    done = ask(make_member(), "Klaar", now=now - timedelta(days=9))
    answer(done, colleague)
    client.post(f"/vragen/read/{old.id}")
    page = client.get("/vragen/list/").text
    assert subjects(page) == ["Midden", "Nieuw", "Oud", "Klaar"]
    assert "5 dagen" in page
    assert client.get("/").text.count("langer dan 3 dagen") == 1


def test_the_first_page_counts_what_waits_too_long_and_the_menu_what_waits(client, colleague, now):
    ask(make_member(), now=now - timedelta(days=4))
    ask(make_member(), now=now)
    page = client.get("/").text
    assert re.search(r'<span class="count">1</span>\s*vraag die langer dan 3 dagen wacht', page)
    assert re.search(r'Vragen <span class="badge">2<span class="visually-hidden"> vragen die op antwoord wachten', page)


def test_the_inbox_filters_by_state_colleague_and_election(client, colleague, now):
    election = make_open_election()
    ask(make_member(), "Met verkiezing", election_id=election.id, now=now)
    mine = ask(make_member(), "Van mij", now=now)
    team.claim(mine, actor=actor_of(colleague), now=now)
    assert subjects(client.get("/vragen/list/?assignee=me").text) == ["Van mij"]
    assert subjects(client.get("/vragen/list/?assignee=nobody").text) == ["Met verkiezing"]
    assert subjects(client.get("/vragen/list/?state=in_progress").text) == ["Van mij"]
    assert subjects(client.get("/vragen/list/?assignee=no-number").text) == []


def test_search_finds_subject_message_note_and_name_without_accents(client, colleague, now, db):
    thread = ask(make_member(first_name="Zoë", surname="Ångström", search_text="zoe angstrom"), "Café", "Één vraag")
    ask(make_member(), "Iets anders", "Niets")
    team.add_note(thread, "Bellen vóór vrijdag", actor=actor_of(colleague), now=now)
    db.session.commit()
    for typed in ("cafe", "een vraag", "voor vrijdag", "angstrom", "zoe cafe"):
        assert subjects(client.get("/vragen/list/", query_string={"q": typed}).text) == ["Café"], typed


def test_the_list_costs_as_many_statements_with_20_questions_as_with_2(client, colleague, statements):
    counts = []
    for more in (2, 18):
        for _ in range(more):
            team.claim(ask(make_member()), actor=actor_of(colleague), now=ask(make_member()).created_at)
        client.get("/vragen/list/")
        with statements() as seen:
            client.get("/vragen/list/")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8, counts


def test_reading_is_in_the_trail_and_noted(client, colleague, db):
    thread = ask(make_member())
    client.get(f"/vragen/show/{thread.id}")
    assert db.session.scalar(select(Message.read_at)) is None
    client.post(f"/vragen/read/{thread.id}")
    assert db.session.scalar(select(Message.read_at)) is not None
    assert not db.session.get(Thread, thread.id).is_unread_by_team
    row = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "thread.read")).one()
    assert (row.actor_user_id, row.member_id) == (colleague.id, thread.member_id)


def test_the_second_to_claim_is_told_who_was_first(client, colleague, now, db):
    first, thread = make_staff(first_name="Anna", last_name="Eerst"), ask(make_member())
    team.claim(thread, actor=actor_of(first), now=now)
    db.session.commit()
    page = client.post(f"/vragen/take/{thread.id}", follow_redirects=True).text
    assert "Anna Eerst pakte deze vraag het eerst op" in page
    assert db.session.get(Thread, thread.id).assignee_user_id == first.id


def test_an_answer_is_sent_and_the_member_told(client, colleague, db):
    thread = ask(make_member())
    client.post(f"/vragen/answer/{thread.id}", data={"seen": thread.version, "body": "Op 3 maart."})
    assert db.session.get(Thread, thread.id).state == "answered"
    assert db.session.scalar(select(func.count(Notification.id))) == 1


def test_the_collision_keeps_the_second_text_and_it_can_be_sent_after_looking(client, colleague, db):
    first, thread = make_staff(first_name="Anna", last_name="Eerst"), ask(make_member())
    seen = thread.version
    answer(thread, first, "Ik was eerst.")
    data = {"seen": seen, "body": "Mijn lange antwoord.", "canned": "0"}
    page = client.post(f"/vragen/answer/{thread.id}", data=data)
    assert page.status_code == 422
    assert "Anna Eerst beantwoordde deze vraag" in page.text
    assert "Ik was eerst." in page.text
    assert "Mijn lange antwoord.</textarea>" in page.text
    assert db.session.scalars(select(MessageDraft.body)).all() == ["Mijn lange antwoord."]
    version = re.search(r'name="seen"[^>]*value="(\d+)"', page.text)
    client.post(f"/vragen/answer/{thread.id}", data={**data, "seen": version[1]})
    assert db.session.scalar(select(func.count(Message.id))) == 3
    assert db.session.scalar(select(func.count(MessageDraft.id))) == 0


def test_after_an_answer_the_question_that_waits_longest_is_one_click_away(client, colleague, db, now):
    first, other = ask(make_member(), "Eerst", now=now), make_staff()
    oldest = ask(make_member(), "Oudst", now=now - timedelta(days=5))
    team.claim(oldest, actor=actor_of(other), now=now)
    following = ask(make_member(), "Volgend", now=now - timedelta(days=2))
    ask(make_member(), "Later", now=now - timedelta(days=1))
    db.session.commit()
    sent = client.post(f"/vragen/answer/{first.id}", data={"seen": first.version, "body": "Ja.", "do": "answer"})
    page = client.get(sent.location).text
    assert re.search(rf'<a class="button" href="/vragen/show/{following.id}">Volgende vraag</a>', page)
    assert "Volgende vraag" not in client.get(f"/vragen/show/{first.id}").text
    closed = client.post(f"/vragen/close/{following.id}", data={"seen": following.version})
    assert "Volgende vraag" in client.get(closed.location).text


def test_a_standard_answer_is_filled_in_below_what_was_typed(client, colleague, db):
    canned = CannedAnswer(title="Groet", body="Beste {voornaam},\nGroet, {medewerker}")
    db.session.add(canned)
    db.session.commit()
    thread = ask(make_member(first_name="Fatma"))
    data = {"seen": 1, "body": "Eerst dit.", "canned": canned.id, "do": "canned"}
    page = client.post(f"/vragen/answer/{thread.id}", data=data, follow_redirects=True).text
    assert "Eerst dit.\n\nBeste Fatma,\nGroet, Tweede Collega</textarea>" in page
    assert db.session.scalar(select(func.count(Message.id))) == 1


def test_an_answer_with_a_place_to_fill_in_is_not_sent(client, colleague, db):
    thread = ask(make_member())
    page = client.post(f"/vragen/answer/{thread.id}", data={"seen": 1, "body": "Over {verkiezing}:", "canned": "0"})
    assert page.status_code == 422
    assert "Vul {verkiezing} eerst zelf in" in page.text
    assert db.session.scalar(select(func.count(Message.id))) == 1


def test_a_standard_answer_with_an_unknown_place_is_refused_at_the_field(client, colleague, db):
    page = client.post("/standaardantwoorden/add", data={"title": "X", "body": "Dag {achternaam}", "is_active": "y"})
    assert page.status_code == 422
    assert "{achternaam} is niet bekend" in page.text


def test_notes_are_kept_and_shown_to_the_team(client, colleague, db):
    thread = ask(make_member())
    page = client.post(f"/vragen/note/{thread.id}", data={"note": "Eerst bellen."}, follow_redirects=True).text
    assert "Eerst bellen." in page
    assert db.session.scalars(select(InternalNote.author_user_id)).all() == [colleague.id]
    assert client.post(f"/vragen/note/{thread.id}", data={"note": " "}).status_code == 422


def test_it_is_handed_over_given_back_and_closed(client, colleague, db):
    other, thread = make_admin(), ask(make_member())
    client.post(f"/vragen/take/{thread.id}")
    page = client.get(f"/vragen/show/{thread.id}").text
    version = re.search(r'name="seen"[^>]*value="(\d+)"', page)[1]
    client.post(f"/vragen/assign/{thread.id}", data={"seen": version, "colleague": other.id})
    assert db.session.get(Thread, thread.id).assignee_user_id == other.id
    client.post(f"/vragen/close/{thread.id}", data={"seen": int(version) + 1})
    assert db.session.get(Thread, thread.id).state == "closed"


def test_an_old_page_closes_nothing(client, colleague, db):
    thread = ask(make_member())
    client.post(f"/vragen/take/{thread.id}")
    page = client.post(f"/vragen/close/{thread.id}", data={"seen": 1}, follow_redirects=True).text
    assert "intussen gewijzigd" in page
    assert db.session.get(Thread, thread.id).state == "in_progress"


def test_the_page_offers_the_other_questions_of_the_member_to_merge(client, colleague, db):
    member = make_member()
    kept, double = ask(member, "Een"), ask(member, "Twee", "Nog een keer")
    ask(make_member(), "Van een ander")
    page = client.get(f"/vragen/show/{kept.id}").text
    assert "Van een ander" not in page
    merged = client.post(f"/vragen/merge/{kept.id}", data={"duplicate": double.id}, follow_redirects=True).text
    assert "Nog een keer" in merged
    assert client.get(f"/vragen/show/{double.id}").status_code == 404


def test_many_are_taken_or_closed_at_once(client, colleague, db):
    threads = [ask(make_member()) for _ in range(3)]
    keys = [thread.id for thread in threads]
    client.post("/vragen/action_post", data={"action": "take_chosen", "rowid": keys})
    assert db.session.scalars(select(Thread.assignee_user_id)).all() == [colleague.id] * 3
    client.post("/vragen/action_post", data={"action": "close_chosen", "rowid": keys[:2], "sure": "yes"})
    assert sorted(db.session.scalars(select(Thread.state))) == ["closed", "closed", "in_progress"]


def test_the_team_starts_a_thread_with_one_member(client, colleague, db):
    member = make_member()
    data = {"member_number": member.member_number, "subject": "Sleutel", "body": "Heb jij hem?", "election_id": "0"}
    assert client.post("/vragen/add", data={**data, "member_number": "onbekend"}).status_code == 422
    assert client.post("/vragen/add", data=data).status_code == 302
    thread = db.session.scalars(select(Thread)).one()
    assert (thread.member_id, thread.is_from_team, thread.state) == (member.id, True, "answered")
    assert "gevraagd door het team" in client.get("/vragen/list/").text


@pytest.mark.parametrize(("step", "field"), [("answer", "body"), ("note", "note")])
def test_what_a_colleague_typed_survives_the_end_of_the_session(client, colleague, db, clock, sign_in_as, step, field):
    thread = ask(make_member())
    here, there = f"/vragen/show/{thread.id}", f"/vragen/{step}/{thread.id}"
    form = next(form for form in read_forms(client.get(here).text, here) if form.action == there)
    clock.shift(timedelta(minutes=16))
    refused = client.post(there, data=form.values(**{field: "Lang verhaal"}))
    assert refused.location.startswith(f"/inloggen/?next=/vragen/show/{thread.id}?getypt%3D")
    page = unquote(refused.location.partition("next=")[2])
    sign_in_as(client, colleague)
    assert client.get(page).text.count("Lang verhaal</textarea>") == 1
    sign_in_as(client, make_staff())
    assert "Lang verhaal" not in client.get(page).text


def test_subject_and_election_of_a_question_can_be_changed_and_are_found(client, colleague, db):
    choice, election = SubjectChoice(name="Vervoer"), make_open_election()
    db.session.add(choice)
    db.session.commit()
    thread = ask(make_member(), "Tijd")
    data = {"subject": "Vertrektijd", "election": election.id, "subject_choice": choice.id}
    assert client.post(f"/vragen/edit/{thread.id}", data=data).status_code == 302
    assert subjects(client.get("/vragen/list/?q=vertrektijd").text) == ["Vertrektijd"]


@pytest.mark.parametrize("path", ["/veelgestelde-vragen", "/standaardantwoorden", "/onderwerpen"])
def test_the_lists_of_the_team_have_generated_screens(client, colleague, path):
    assert client.get(f"{path}/list/").status_code == 200
    assert client.get(f"{path}/add").status_code == 200


def test_a_question_that_is_often_asked_is_found_by_its_words(client, colleague, db, sign_in_as):
    data = {"question": "Wanneer is de training?", "answer": "In maart.", "is_active": "y", "subject_choice": "__None"}
    assert client.post("/veelgestelde-vragen/add", data=data).status_code == 302
    sign_in_as(client, make_member())
    assert "In maart." in client.get("/berichtenbox/antwoorden?subject=training").text


def test_a_note_that_is_being_typed_is_kept_apart_from_the_answer(client, colleague, db):
    thread = ask(make_member())
    client.post(f"/vragen/draft/{thread.id}", data={"body": "Half antwoord"})
    client.post(f"/vragen/draft/{thread.id}", data={"note": "Halve notitie"})
    page = client.get(f"/vragen/show/{thread.id}").text
    assert "Half antwoord</textarea>" in page
    assert "Halve notitie</textarea>" in page
    assert "Je bent nog aan het schrijven" in client.get("/vragen/list/").text
    client.post(f"/vragen/note/{thread.id}", data={"note": "Hele notitie"})
    assert db.session.scalars(select(MessageDraft.body)).all() == ["Half antwoord"]
