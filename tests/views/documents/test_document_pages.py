"""Documents on screen: the team uploads, publishes, replaces and reminds; a member reads what is for them."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.jobs import due
from app.models import AuditEvent, Document, DocumentReading, MemberState, Notification, PublicationState, StoredFile
from app.services.audit import COMMAND
from app.services.documents import documents, readings
from tests.support.factories.documents import give, keep, publish
from tests.support.factories.people import make_member, make_staff
from tests.support.files import sample_files as files
from tests.support.statements import seen_statements


@pytest.fixture(autouse=True)
def _standing_clock(clock):
    """Requests have the same now as the test."""


@pytest.fixture
def team(client, sign_in_as):
    return sign_in_as(client, make_staff())


def filled(*uploads, **values):
    return {
        "title": "",
        "category": "manual",
        "language": "nl",
        "election_id": "0",
        "audience": "everybody",
        "audience_match": "all",
        "audience_saved": "0",
        "audience_election": "0",
        "files": [(io.BytesIO(content), name) for name, content in uploads],
        **values,
    }


def upload(team, *uploads, **values):
    return team.post("/documentbeheer/add", data=filled(*uploads, **values))


def errors_of(answer):
    return re.findall(r'class="error"[^>]*><span[^>]*>[^<]*</span>(.*?)</p>', answer.text)


def url_of(document):
    return f"/bestanden/{document.versions[0].file_id}/x.pdf"


# --- the team -----------------------------------------------------------------------------------------------------


def test_several_files_are_uploaded_looked_at_and_published_at_once(team, db):
    make_member()
    answer = upload(team, ("Gids.pdf", files.pdf()), ("Rooster.xlsx", files.xlsx()), is_announced="y")
    assert answer.status_code == 302
    page = team.get(answer.headers["Location"]).text
    assert "Gids" in page
    assert "Rooster" in page
    assert page.count("1 lid kan dit document lezen.") == 2
    assert set(db.session.scalars(select(Document.state))) == {PublicationState.DRAFT}
    team.post("/documentbeheer/publiceren", data={"id": list(db.session.scalars(select(Document.id)))})
    assert set(db.session.scalars(select(Document.state))) == {PublicationState.PUBLISHED}
    due.start_campaigns()
    due.start_campaigns()
    assert db.session.query(Notification).count() == 2


def test_the_limits_are_told_before_anybody_chooses(team):
    page = team.get("/documentbeheer/add").text
    assert "Hoogstens 20 bestanden van elk 20 MB: PDF, Word (.docx), Excel (.xlsx)" in page
    assert 'accept=".pdf,.docx' in page


def test_a_refused_file_is_named_with_the_reason_and_none_is_kept(team, db):
    answer = upload(
        team,
        ("Goed.pdf", files.pdf()),
        ("Pagina.pdf", b"<html>"),
        ("Bom.docx", files.bomb(300_000_000)),
        title="",
        title_en="",
    )
    assert answer.status_code == 422
    (messages,) = errors_of(answer)
    page, bomb = messages.split("<br>")
    assert page.startswith("Pagina.pdf: Dit is een webpagina")
    assert bomb.startswith("Bom.docx: Dit bestand wordt te groot")
    assert db.session.query(Document).count() == db.session.query(StoredFile).count() == 0


def test_a_script_is_told_where_to_go_and_then_sees_the_message_once(team, db):
    answer = team.post("/documentbeheer/add", data=filled(("Gids.pdf", files.pdf())), headers={"X-Upload": "1"})
    assert answer.status_code == 204
    assert answer.headers["X-Location"].startswith("/documentbeheer/publiceren?id=")
    assert "1 document geplaatst" in team.get(answer.headers["X-Location"]).text


def test_without_a_file_the_form_comes_back_filled_in(team, db):
    answer = team.post("/documentbeheer/add", data={**filled(), "files": [], "title": "Mijn gids"})
    assert answer.status_code == 422
    assert 'value="Mijn gids"' in answer.text
    assert "Kies een bestand." in answer.text


def test_the_show_page_tells_who_gets_it_and_how_many_read_it(team, db, now):
    member = make_member(surname="Zandstra")
    document = publish(now)
    readings.note_reading(member.id, document, now)
    db.session.commit()
    page = team.get(f"/documentbeheer/show/{document.id}").text
    assert "Zandstra" in page
    assert "Gelezen door 1 van de 1 leden." in page
    assert f"/bestanden/{document.versions[0].file_id}/Gids.pdf" in page


def test_a_new_version_replaces_and_the_history_stays(team, db, now):
    document = publish(now)
    old = url_of(document)
    data = {"files": [(io.BytesIO(files.pdf("Nieuw")), "Nieuw.pdf")], "tells": "y"}
    assert team.post(f"/documentbeheer/nieuwe-versie/{document.id}", data=data).status_code == 302
    page = team.get(f"/documentbeheer/show/{document.id}").text
    assert "Nieuw.pdf" in page
    assert "Gids.pdf" in page
    assert team.get(old).status_code == 200
    assert db.session.get(Document, document.id).version_number == 2


def test_withdrawing_and_publishing_again(team, db, now):
    document = publish(now)
    assert "ingetrokken" in team.post(f"/documentbeheer/intrekken/{document.id}", follow_redirects=True).text
    team.post("/documentbeheer/publiceren", data={"id": document.id})
    assert db.session.get(Document, document.id).state == PublicationState.PUBLISHED


def test_the_team_sees_who_read_it_and_reminds_the_others(team, db, now):
    read, unread = make_member(surname="Aarts"), make_member(surname="Bos")
    document = publish(now)
    readings.note_reading(read.id, document, now)
    db.session.commit()
    page = team.get(f"/leesbevestigingen/{document.id}").text
    assert "Bos" in page
    assert "Aarts" not in page
    assert "1 lid herinneren dat het niet heeft gelezen" in page
    page = team.get(f"/leesbevestigingen/{document.id}?wie=gelezen").text
    assert "Aarts" in page
    assert "ma 2 februari 2026" in page
    done = team.post(f"/leesbevestigingen/{document.id}/herinneren", follow_redirects=True).text
    assert "1 lid is herinnerd." in done
    assert [notification.member_id for notification in db.session.scalars(select(Notification))] == [unread.id]


def test_readers_who_are_not_reached_are_listed_with_why_and_what_helps(team, db, now, statements):
    make_member(surname="Aarts")
    make_member(surname="Bos", state=MemberState.IMPORTED)
    document = publish(now)
    db.session.commit()
    team.get(f"/leesbevestigingen/{document.id}")
    with statements() as seen:
        page = team.get(f"/leesbevestigingen/{document.id}").text
    assert len(seen) <= 8
    assert "1 lid is nog niet uitgenodigd" in page
    assert f'href="/leden/list/?not_reached=document-{document.id}-not_invited"' in page
    assert "nog niet uitgenodigd</td>" in page
    missed = team.get(f"/leesbevestigingen/{document.id}?wie=niet-bereikt").text
    assert "Bos" in missed
    assert "Aarts" not in missed
    assert team.get(f"/leesbevestigingen/{document.id}?wie=onzin").status_code == 404


def test_a_member_reaches_none_of_the_teams_screens(client, sign_in_as, db, now):
    document = publish(now)
    member = sign_in_as(client, make_member())
    for path in (
        "/documentbeheer/list/",
        "/documentbeheer/add",
        f"/documentbeheer/show/{document.id}",
        f"/documentbeheer/publiceren?id={document.id}",
        f"/leesbevestigingen/{document.id}",
        "/persoonlijke-documenten/",
    ):
        assert member.get(path).status_code == 403, path
    assert member.post(f"/documentbeheer/intrekken/{document.id}").status_code == 403


def test_a_personal_file_is_opened_by_the_team_with_a_trace_and_can_be_taken_back(team, db, now):
    member = make_member(surname="Zandstra")
    document = give(now, member)
    page = team.get(f"/documentbeheer/show/{document.id}").text
    assert "Zandstra" in page
    (link,) = re.findall(r"/bestanden/\d+/Gids.pdf", page)
    assert team.get(link).status_code == 200
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "document.looked_at")).one()
    assert event.member_id == member.id
    (take_back,) = re.findall(r"/documentbeheer/terugnemen/\d+/\d+", page)
    assert "ziet dit bestand niet meer" in team.post(take_back, follow_redirects=True).text


def test_the_forms_of_both_kinds_keep_what_was_filled_in(team, db, now):
    for document in (publish(now, title="Gids"), give(now, make_member())):
        page = team.get(f"/documentbeheer/edit/{document.id}").text
        assert f'value="{document.title}"' in page
        data = {
            "title": "Anders",
            "category": "form",
            "language": "en",
            "election_id": "0",
            "audience": "everybody",
            "audience_match": "all",
            "audience_saved": "0",
            "audience_election": "0",
        }
        assert team.post(f"/documentbeheer/edit/{document.id}", data=data).status_code == 302
        assert db.session.get(Document, document.id).title == "Anders"


def test_a_list_of_documents_takes_few_statements(team, db, now, statements):
    for _ in range(12):
        publish(now)
    team.get("/documentbeheer/list/")
    with statements() as seen:
        team.get("/documentbeheer/list/")
    assert len(seen) <= 8, seen


# --- the member ---------------------------------------------------------------------------------------------------


@pytest.fixture
def me(db):
    return make_member()


@pytest.fixture
def mine(client, sign_in_as, me):
    return sign_in_as(client, me)


def test_a_member_finds_documents_in_groups_with_kind_size_and_whether_they_are_new(mine, me, db, now):
    publish(now, title="Handleiding stembureau")
    publish(now, title="Instructie", category="instruction")
    give(now, me)
    page = mine.get("/documenten/").text
    assert [heading for heading in re.findall(r"<h2>([^<]*)</h2>", page)] == [
        "Brieven",
        "Werkinstructies",
        "Handleidingen",
    ]
    assert page.count("PDF, 1 kB") == 3
    assert page.count('<span class="badge">nieuw</span>') == 3
    assert "alleen voor jou" in page


def test_opening_a_document_notes_the_first_reading_and_the_badge_goes(mine, me, db, now, clock):
    document = publish(now, is_announced=True)
    due.start_campaigns()
    assert "te lezen of te beantwoorden" in mine.get("/toegankelijkheid").text
    url = url_of(document)
    mine.head(url)
    mine.get(url, headers={"Range": "bytes=50-"})
    assert db.session.query(DocumentReading).count() == 0
    mine.get(url)
    clock.shift(timedelta(minutes=20))
    mine.get(url)
    reading = db.session.scalars(select(DocumentReading)).one()
    assert (reading.member_id, reading.first_read_at) == (me.id, now)
    page = mine.get("/documenten/").text
    assert '<span class="badge">gelezen</span>' in page
    assert "te lezen of te beantwoorden" not in page
    assert db.session.scalars(select(Notification)).one().read_at == now


def test_unread_documents_stand_on_the_home_page_and_can_be_opened_there(mine, me, db, now):
    documents = [publish(now + timedelta(seconds=number - 10), title=f"Gids {number}") for number in range(3)]
    page = mine.get("/").text
    assert [title[:6] for title in page.split("<h3>")[1:]] == ["Gids 2", "Gids 1", "Gids 0"]
    assert all(f'href="/bestanden/{document.versions[0].file_id}/Gids.pdf"' in page for document in documents)


def test_a_notification_leads_to_the_card_of_the_document(mine, me, db, now):
    document = publish(now, is_announced=True)
    due.start_campaigns()
    notification = db.session.scalars(select(Notification)).one()
    answer = mine.post(f"/meldingen/{notification.id}/openen")
    assert answer.headers["Location"].endswith(f"/documenten/#document-{document.id}")


def test_a_guessed_address_of_somebody_elses_document_is_not_there_and_recorded(mine, me, db, now):
    document = give(now, make_member())
    file_id = db.session.scalars(select(StoredFile.id)).one()
    assert mine.get(f"/bestanden/{file_id}/Gids.pdf").status_code == 404
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "file.denied")).one()
    assert (event.member_id, event.details) == (me.id, {"file_id": file_id})
    assert db.session.query(DocumentReading).count() == 0
    assert document.title not in mine.get("/documenten/").text


def test_a_withdrawn_document_and_one_for_another_audience_are_not_there(mine, me, db, now):
    document = publish(now)
    url = url_of(document)
    assert mine.get(url).status_code == 200
    documents.DOCUMENTS.withdraw(document, actor=COMMAND, now=now)
    db.session.commit()
    assert mine.get(url).status_code == 404


def test_an_earlier_version_and_a_draft_are_for_the_team_only(mine, me, db, now):
    document = publish(now)
    old = url_of(document)
    documents.add_version(document, keep(now), tells=False, actor=COMMAND, now=now)
    db.session.commit()
    assert mine.get(old).status_code == 404
    assert mine.get(url_of(document)).status_code == 200
    (draft,) = documents.add_documents(documents.read_document(document), [keep(now)], actor=COMMAND, now=now)
    db.session.commit()
    assert mine.get(url_of(draft)).status_code == 404


def test_a_page_of_documents_takes_as_many_statements_with_twenty_as_with_two(mine, me, db, now):
    counts = []
    for more in (2, 18):
        for number in range(more):
            publish(now, title=f"Gids {more} {number}")
        mine.get("/documenten/")
        with seen_statements(db.engine) as seen:
            mine.get("/documenten/")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 4 + 2


def test_a_document_of_just_after_midnight_is_received_on_that_dutch_day(client, sign_in_as, me, now, clock):
    after_midnight = now.replace(hour=23, minute=30)  # UTC; in the Netherlands half past twelve the next day
    clock.move_to(after_midnight)
    publish(after_midnight)
    assert "Ontvangen op di 3 februari 2026" in sign_in_as(client, me).get("/documenten/").text
