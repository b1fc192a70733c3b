"""General messages on screen: the team writes, looks, publishes and withdraws; a member reads, searches, archives."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.jobs import due
from app.models import AuditEvent, Condition, Group, NewsItem, NewsReading, Notification, PublicationState
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.news import news
from app.services.news.news import NewsText
from tests.support.factories.people import make_member, make_staff


@pytest.fixture(autouse=True)
def _standing_clock(clock):
    """Requests have the same now as the test."""


@pytest.fixture
def team(client, sign_in_as):
    return sign_in_as(client, make_staff())


def filled(**values):
    return {
        "title": "Nieuwsbrief",
        "body": "# Beste leden\n\nTot **snel**.",
        "audience": "everybody",
        "audience_match": "all",
        "audience_saved": "0",
        "audience_election": "0",
        **values,
    }


def write(team, db, **values):
    answer = team.post("/berichtenbeheer/add", data=filled(**values))
    assert answer.status_code == 302, re.findall(r'class="error"[^<]*<.*?</p>', answer.text)
    return db.session.scalars(select(NewsItem).order_by(NewsItem.id.desc())).first()


def publish(db, now, **values):
    wanted = {"title": "Nieuwsbrief", "body": "Beste leden", "group": groups.everybody(), **values}
    item = news.write_news(NewsText(**wanted), None, actor=COMMAND, now=now)
    news.publish_news(item, actor=COMMAND, now=now)
    db.session.commit()
    return item


# --- the team -----------------------------------------------------------------------------------------------------


def test_before_it_is_published_the_team_sees_how_it_looks_and_who_gets_it(team, db):
    make_member(first_name="Zoë", infix="", surname="Ambtenaar", is_civil_servant=True)
    make_member(surname="Burger")
    item = write(team, db, audience="civil_servant")
    page = team.get(f"/berichtenbeheer/show/{item.id}").text
    assert "<strong>snel</strong>" in page
    assert "1 lid op dit moment" in page
    assert "Ambtenaar, Zoë" in page
    assert "Burger" not in page
    assert "1 lid kan dit bericht lezen." in team.get(f"/berichtenbeheer/publiceren/{item.id}").text
    assert db.session.get(NewsItem, item.id).state == PublicationState.DRAFT


def test_publishing_announcing_and_withdrawing(team, db, now):
    make_member()
    item = write(team, db, is_announced="y")
    team.post(f"/berichtenbeheer/publiceren/{item.id}")
    assert db.session.get(NewsItem, item.id).state == PublicationState.PUBLISHED
    due.start_campaigns()
    due.start_campaigns()
    assert len(db.session.scalars(select(Notification)).all()) == 1
    assert re.search(r'class="count">1</span>lid kreeg het', team.get(f"/berichtenbeheer/show/{item.id}").text)
    assert "ingetrokken" in team.post(f"/berichtenbeheer/intrekken/{item.id}", follow_redirects=True).text
    assert db.session.get(NewsItem, item.id).state == PublicationState.WITHDRAWN
    of_item = select(AuditEvent.action).where(AuditEvent.subject_type == "NewsItem").order_by(AuditEvent.id)
    assert list(db.session.scalars(of_item)) == ["news_item.created", "news_item.published", "news_item.withdrawn"]


def test_what_was_typed_is_kept_when_something_is_not_right(team, db):
    answer = team.post("/berichtenbeheer/add", data=filled(audience=[], publish_until="gisteren"))
    assert answer.status_code == 422
    assert "# Beste leden" in answer.text
    assert 'value="gisteren"' in answer.text
    assert db.session.scalar(select(NewsItem.id)) is None


def test_a_published_message_cannot_be_deleted(team, db, now):
    item = publish(db, now)
    team.post(f"/berichtenbeheer/delete/{item.id}")
    assert db.session.get(NewsItem, item.id) is not None


def test_a_preview_shows_what_was_typed_sanitised_and_keeps_nothing(team, db):
    typed = filled(
        body="# Kop\n\n<script>alert(1)</script> [x](javascript:alert(1)) ![x](https://evil.example/x.png)",
        body_en="Dear members",
    )
    page = team.post("/berichtenbeheer/voorbeeld", data=typed).text
    assert "<h4>Kop</h4>" in page
    assert "Dear members" in page
    for forbidden in ("<script>alert", 'href="javascript', "evil.example"):
        assert forbidden not in page.split("<main")[1].split("</main>")[0]
    part = team.post("/berichtenbeheer/voorbeeld", data={**typed, "part": "1"}).text
    assert part.strip().startswith("<article")
    assert db.session.scalar(select(NewsItem.id)) is None


def test_the_preview_wants_a_csrf_token(csrf_client, sign_in_as):
    team = sign_in_as(csrf_client, make_staff())
    assert team.post("/berichtenbeheer/voorbeeld", data=filled()).status_code == 400


def test_a_member_reaches_none_of_the_teams_screens(client, sign_in_as, db, now):
    item = publish(db, now)
    member = sign_in_as(client, make_member())
    for path in ("list/", "add", f"show/{item.id}", f"publiceren/{item.id}"):
        assert member.get(f"/berichtenbeheer/{path}").status_code == 403
    assert member.post(f"/berichtenbeheer/intrekken/{item.id}").status_code == 403


# --- the member ---------------------------------------------------------------------------------------------------


def test_a_member_opens_a_message_and_it_is_no_longer_new(client, sign_in_as, db, now):
    member = make_member(data_checked_at=now, bsn_known_at=now)
    item = publish(db, now, body="Tot **snel**")
    page = sign_in_as(client, member)
    assert "te lezen of te beantwoorden" in page.get("/account/").text
    assert "Nieuwsbrief" in page.get("/").text
    answer = page.post(f"/algemene-berichten/{item.id}/openen")
    assert answer.location == f"/algemene-berichten/{item.id}"
    assert "<strong>snel</strong>" in page.get(answer.location).text
    assert "te lezen of te beantwoorden" not in page.get("/account/").text
    assert "Nieuwsbrief" not in page.get("/").text


def test_looking_changes_nothing(client, sign_in_as, db, now):
    item = publish(db, now)
    page = sign_in_as(client, make_member())
    page.get("/algemene-berichten/")
    assert "Ik heb dit gelezen" in page.get(f"/algemene-berichten/{item.id}").text
    assert db.session.scalar(select(NewsReading.id)) is None


def test_a_message_is_put_away_found_and_put_back(client, sign_in_as, db, now):
    item = publish(db, now)
    page = sign_in_as(client, make_member())
    page.post(f"/algemene-berichten/{item.id}/archiveren")
    assert "Nieuwsbrief" not in page.get("/algemene-berichten/").text
    assert "Nieuwsbrief" in page.get("/algemene-berichten/?archief=1").text
    assert "in je archief" in page.get("/algemene-berichten/?q=beste").text
    page.post(f"/algemene-berichten/{item.id}/terugzetten")
    assert "Nieuwsbrief" in page.get("/algemene-berichten/").text


def _draft(db, now):
    item = news.write_news(NewsText("Geheim", "Tekst", group=groups.everybody()), None, actor=COMMAND, now=now)
    db.session.commit()
    return item


def _withdrawn(db, now):
    item = publish(db, now, title="Geheim")
    news.NEWS.withdraw(item, actor=COMMAND, now=now)
    return item


HIDDEN = {
    "a draft": _draft,
    "withdrawn": _withdrawn,
    "for others": lambda db, now: publish(db, now, title="Geheim", group=Group((Condition("civil_servant"),))),
    "not yet": lambda db, now: publish(db, now, title="Geheim", publish_from=now + timedelta(hours=1)),
    "no such number": lambda db, now: NewsItem(id=2**40),
}


@pytest.mark.parametrize("case", HIDDEN)
def test_what_a_member_may_not_see_is_not_there_by_any_way(client, sign_in_as, db, now, case):
    item_id = HIDDEN[case](db, now).id
    page = sign_in_as(client, make_member())
    assert page.get(f"/algemene-berichten/{item_id}").status_code == 404
    for step in ("openen", "archiveren", "terugzetten"):
        assert page.post(f"/algemene-berichten/{item_id}/{step}").status_code == 404
    for path in ("/", "/algemene-berichten/", "/algemene-berichten/?q=geheim", "/algemene-berichten/?archief=1"):
        assert "Geheim" not in page.get(path).text
    assert db.session.scalar(select(NewsReading.id)) is None


def test_readers_of_english_get_the_english_text_and_else_the_dutch_one_marked_as_such(client, sign_in_as, db, now):
    both = publish(db, now, title="Welkom", title_en="Welcome", body="Dag", body_en="Hello")
    dutch = publish(db, now, title="Alleen Nederlands")
    page = sign_in_as(client, make_member(locale="en"))
    text = page.get(f"/algemene-berichten/{both.id}").text
    assert "Hello" in text
    assert '<article class="newsletter">' in text
    assert '<article class="newsletter" lang="nl">' in page.get(f"/algemene-berichten/{dutch.id}").text


def test_the_list_takes_as_many_statements_for_many_messages(client, sign_in_as, db, now, statements):
    page, counts = sign_in_as(client, make_member()), []
    for _ in range(2):
        for _ in range(5):
            publish(db, now)
        page.get("/algemene-berichten/")
        with statements() as seen:
            page.get("/algemene-berichten/")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8
