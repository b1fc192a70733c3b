"""The message box as members see it: ask, read, reply, drafts, limits, and nothing of anybody else."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import func, select

from app.models import AuditEvent, Faq, Message, MessageDraft, Notification, Thread
from app.services.message_box import team
from app.services.message_box.writing import drafts, faqs
from tests.support.factories.elections import make_open_election
from tests.support.factories.message_box import actor_of, answer, ask, reply
from tests.support.factories.people import make_member, make_staff

ASK = "/berichtenbox/vraag"


@pytest.fixture
def member(client, sign_in_as, clock):
    asking = make_member()
    sign_in_as(client, asking)
    return asking


def filled(**values):
    return {"choice_id": "0", "election_id": "0", "subject": "Parkeren", "body": "Waar kan ik parkeren?", **values}


def make_faq(db, question, answer="Dat staat hier.", **values):
    row = Faq(question=question, answer=answer, **values)
    row.search_text = faqs.make_search_text(row)
    db.session.add(row)
    db.session.commit()
    return row


def test_a_question_is_asked_and_shown_as_a_conversation(client, member, db):
    page = client.post(ASK, data=filled(), follow_redirects=True)
    assert "Je vraag is verstuurd" in page.text
    assert "<h1>Parkeren</h1>" in page.text
    assert "Waar kan ik parkeren?" in page.text
    assert "nog niet gelezen" in page.text
    assert db.session.scalars(select(Thread.member_id)).all() == [member.id]


def test_what_was_typed_comes_back_with_the_fault(client, member, db):
    answer_page = client.post(ASK, data=filled(subject=""))
    assert answer_page.status_code == 422
    assert "Kies een onderwerp" in answer_page.text
    assert "Waar kan ik parkeren?" in answer_page.text
    assert db.session.scalars(select(MessageDraft.body)).all() == ["Waar kan ik parkeren?"]


def test_the_form_tells_its_limits(client, member, app):
    page = client.get(ASK).text
    assert "5.000 tekens" in page
    assert f"{app.config['MESSAGES_PER_HOUR']} berichten per uur" in page


def test_too_many_messages_an_hour_are_refused_and_kept(client, member, db, app):
    for _ in range(app.config["MESSAGES_PER_HOUR"]):
        assert client.post(ASK, data=filled()).status_code == 302
    refused = client.post(ASK, data=filled(body="Deze is te veel."))
    assert refused.status_code == 422
    assert "binnen een uur" in refused.text
    assert db.session.scalars(select(MessageDraft.body)).all() == ["Deze is te veel."]


def test_html_that_a_member_types_is_shown_as_text(client, member):
    page = client.post(ASK, data=filled(body="<script>alert(1)</script>"), follow_redirects=True)
    assert "&lt;script&gt;alert(1)" in page.text


def test_opening_the_answer_notes_the_reading_and_settles_the_notification(client, member, db):
    thread = ask(member)
    answer(thread, make_staff())
    assert "nieuw bericht" in client.get("/berichtenbox/").text
    assert "Op 3 maart." in client.get(f"/berichtenbox/{thread.id}").text
    assert db.session.scalar(select(Notification.read_at)) is None  # a GET notes nothing
    assert client.post(f"/berichtenbox/{thread.id}/openen").location == f"/berichtenbox/{thread.id}"
    assert db.session.scalar(select(Notification.read_at)) is not None
    assert "nieuw bericht" not in client.get("/berichtenbox/").text


def test_the_members_home_and_menu_say_that_an_answer_waits(client, member):
    thread = ask(member)
    answer(thread, make_staff())
    page = client.get("/").text
    assert "Training</h3>" in page
    assert f'action="/berichtenbox/{thread.id}/openen"' in page
    assert re.search(r'Berichten <span class="badge">1<span class="visually-hidden"> te lezen', page)


def test_the_notification_leads_to_the_thread(client, member, db):
    thread = ask(member)
    answer(thread, make_staff())
    told = db.session.scalar(select(Notification.id))
    assert client.post(f"/meldingen/{told}/openen").location == f"/berichtenbox/{thread.id}"


def test_a_reply_reopens(client, member, db):
    thread = ask(member)
    answer(thread, make_staff())
    client.post(f"/berichtenbox/{thread.id}/antwoord", data={"body": "En de locatie?"})
    assert db.session.get(Thread, thread.id).state == "in_progress"


def test_a_member_sees_neither_notes_nor_names_of_colleagues(client, member, db, now):
    colleague = make_staff(first_name="Wilhelmina", last_name="Geheimhouder")
    thread = ask(member)
    team.add_note(thread, "Belt elke dag.", actor=actor_of(colleague), now=now)
    answer(thread, colleague)
    drafts.save_draft(colleague.id, drafts.place_of(thread), body="Half antwoord", thread_id=thread.id, now=now)
    db.session.commit()
    for path in (f"/berichtenbox/{thread.id}", "/berichtenbox/", "/", "/meldingen/", ASK):
        page = client.get(path).text
        for hidden in ("Belt elke dag.", "Geheimhouder", "Half antwoord"):
            assert hidden not in page, path


def test_a_thread_of_somebody_else_is_not_there_and_the_try_is_in_the_trail(client, member, db):
    foreign = ask(make_member(), body="Van een ander.")
    tries = [
        client.get(f"/berichtenbox/{foreign.id}"),
        client.post(f"/berichtenbox/{foreign.id}/openen"),
        client.post(f"/berichtenbox/{foreign.id}/antwoord", data={"body": "Mijn tekst"}),
        client.post("/berichtenbox/concept", data={"thread": foreign.id, "body": "Mijn tekst"}),
        client.post("/berichtenbox/concept/weg", data={"thread": foreign.id}),
    ]
    assert [answer.status_code for answer in tries] == [404] * 5
    assert not any("Van een ander." in answer.text for answer in tries)
    rows = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "thread.refused")).all()
    assert [(row.actor_user_id, row.details) for row in rows] == [(member.user_id, {"thread": foreign.id})] * 5
    assert db.session.scalar(select(func.count(Message.id))) == 1


def test_a_merged_question_leads_to_the_one_it_went_into(client, member, db, now):
    from app.services.message_box.merging import merge_threads

    kept, double = ask(member), ask(member, "Dubbel")
    merge_threads(kept, double.id, actor=actor_of(make_staff()), now=now)
    db.session.commit()
    assert client.get(f"/berichtenbox/{double.id}").location == f"/berichtenbox/{kept.id}"
    assert "Dubbel" not in client.get("/berichtenbox/").text
    client.post(f"/berichtenbox/{double.id}/antwoord", data={"body": "Nog iets"})
    assert db.session.scalars(select(Message.thread_id).order_by(Message.id.desc())).first() == kept.id


def test_known_answers_are_shown_before_asking_also_without_script(client, member, db):
    make_faq(db, "Waar kan ik mijn auto parkeren?", "Achter het stadhuis.")
    make_faq(db, "Hoeveel is de vergoeding?", "Dat hangt af van je functie.")
    make_faq(db, "Parkeren in 2019", is_active=False)
    page = client.post(ASK, data=filled(do="suggest"))
    assert page.status_code == 200
    assert "Achter het stadhuis." in page.text
    assert "vergoeding" not in page.text
    assert "2019" not in page.text
    assert "Waar kan ik parkeren?</textarea>" in page.text
    assert db.session.scalar(select(func.count(Thread.id))) == 0


def test_known_answers_come_while_the_subject_is_typed(client, member, db, statements):
    make_faq(db, "Wanneer krijg ik mijn vergoeding?", "Binnen **zes** weken.")
    found = client.get("/berichtenbox/antwoorden?subject=vergoeding+wanneer")
    assert "<strong>zes</strong>" in found.text
    assert "<html" not in found.text
    assert "vergoeding" not in client.get("/berichtenbox/antwoorden?subject=wanneer").text


def test_a_draft_is_kept_while_typing_and_gone_when_sent(client, member, db):
    assert client.post("/berichtenbox/concept", data={"subject": "Par", "body": "Waar"}).status_code == 204
    page = client.get(ASK).text
    assert 'value="Par"' in page
    assert ">\r\nWaar</textarea>" in page or ">Waar</textarea>" in page or "Waar</textarea>" in page
    assert "Dit was je aan het schrijven" in page
    client.post(ASK, data=filled())
    assert db.session.scalar(select(func.count(MessageDraft.id))) == 0


def test_a_draft_of_a_reply_comes_back_in_its_thread_only(client, member):
    thread, other = ask(member), ask(member, "Ander")
    client.post("/berichtenbox/concept", data={"thread": thread.id, "body": "Half af"})
    assert "Half af" in client.get(f"/berichtenbox/{thread.id}").text
    assert "Half af" not in client.get(f"/berichtenbox/{other.id}").text
    client.post("/berichtenbox/concept/weg", data={"thread": thread.id})
    assert "Half af" not in client.get(f"/berichtenbox/{thread.id}").text


def test_the_list_costs_as_many_statements_with_20_threads_as_with_2(client, member, statements):
    counts = []
    for more in (2, 18):
        for _ in range(more):
            ask(member)
        client.get("/berichtenbox/")
        with statements() as seen:
            client.get("/berichtenbox/")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 7, counts  # four before the page; total, rows and drafts


def test_a_conversation_costs_as_many_statements_with_20_messages_as_with_2(client, member, statements):
    thread, colleague, counts = ask(member), make_staff(), []
    for more in (1, 9):
        for _ in range(more):
            answer(thread, colleague)
            reply(thread)
        client.get(f"/berichtenbox/{thread.id}")
        with statements() as seen:
            client.get(f"/berichtenbox/{thread.id}")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 9, counts  # four before the page, and five of its own


@pytest.mark.parametrize("path", ["/vragen/list/", "/vragen/show/1", "/vragen-aan-leden/list/", "/onderwerpen/list/"])
def test_a_member_reaches_no_screen_of_the_team(client, member, path):
    assert client.get(path).status_code == 403


@pytest.mark.parametrize(("site", "is_shown"), [("same-origin", True), ("cross-site", False), ("", False)])
def test_a_form_that_is_too_old_gives_its_text_back_but_not_what_another_site_sends(
    csrf_client, sign_in_as, db, site, is_shown
):
    sign_in_as(csrf_client, make_member())
    headers = {"Sec-Fetch-Site": site} if site else {}
    answer_page = csrf_client.post(ASK, data=filled(body="Een heel <verhaal>"), headers=headers)
    assert answer_page.status_code == 400
    assert ("Een heel &lt;verhaal&gt;" in answer_page.text) is is_shown
    assert db.session.scalar(select(func.count(Thread.id))) == 0


def test_a_link_fills_in_what_a_question_is_about(client, member, clock):
    election = make_open_election()
    page = client.get("/beschikbaarheid/").text
    assert "Vertel het aan het team" not in page  # the member can still answer
    election.availability_closes_at = election.availability_opens_at
    page = client.get("/beschikbaarheid/").text
    [link] = re.findall(r'href="(/berichtenbox/vraag\?[^"]+)"', page)
    form = client.get(html.unescape(link)).text
    assert f'value="Mijn beschikbaarheid voor {election.name}"' in form
    assert f'<option selected value="{election.id}">' in form
    assert client.get(f"{ASK}?subject={'x' * 500}&election=no").status_code == 200
