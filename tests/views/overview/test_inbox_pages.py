"""Berichten: everything that a member was told, asked, sent or given in one list, and home beside it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.models import Thread
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.campaigns import campaigns
from app.services.campaigns.checks import CampaignText
from app.services.message_box import team_questions
from app.services.message_box.team_questions import TeamQuestionText
from app.services.news import for_member
from tests.support.factories.documents import give, publish
from tests.support.factories.elections import make_open_election
from tests.support.factories.message_box import answer, ask, reply
from tests.support.factories.people import make_member, make_staff
from tests.views.news.test_news_pages import publish as publish_news

ADDRESSES = {
    "notification": "/meldingen/",
    "news": "/algemene-berichten/",
    "conversation": "/berichtenbox/",
}
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _standing_clock(clock):
    """Requests have the same now as the test."""


@pytest.fixture
def me():
    return make_member()


@pytest.fixture
def mine(client, sign_in_as, me):
    return sign_in_as(client, me)


def tell(db, now, title="Welkom", **values):
    wanted = {"kind": "information", "title": title, "group": groups.everybody(), **values}
    campaign = campaigns.write_campaign(CampaignText(**wanted), None, actor=COMMAND, now=now)
    campaigns.plan_campaign(campaign, send_at=now, actor=COMMAND, now=now)
    campaigns.start_due_campaigns(now)
    db.session.commit()


def ask_the_team_question(db, now, subject="Lunch"):
    wanted = TeamQuestionText(subject, "Eet je mee?", groups.everybody())
    question = team_questions.write_team_question(wanted, None, actor=COMMAND, now=now)
    team_questions.ask_audience(question, actor=COMMAND, now=now)
    db.session.commit()


def shown(page, level=2):
    """The kind and the heading of each message on a page, in their order."""
    cards = re.findall(rf'id="(\w+)-\d+">\s*<h{level}>(.*?)</h{level}>', page.text)
    return [(kind, re.sub("<[^>]+>", "", heading)) for kind, heading in cards]


def fill(db, now, me):
    """One of each kind, each with another age, the oldest first; and what others have."""
    other = make_member()
    for member in (me, other):
        give(now - 6 * DAY, member, title=f"Brief {member.id}")
        answer(ask(member, f"Vraag {member.id}", now=now - 5 * DAY), make_staff(), now=now - 4 * DAY)
    publish(now - 3 * DAY, title="Gids")
    item = publish_news(db, now - 2 * DAY, title="Nieuwsbrief")
    tell(db, now - DAY)
    return item


def test_every_kind_stands_in_one_list_the_latest_first_and_what_was_read_below(mine, me, db, now):
    item = fill(db, now, me)
    ask_the_team_question(db, now - 8 * DAY)
    page = mine.get("/berichten/")
    assert "<h1>Berichten</h1>" in page.text
    assert shown(page) == [
        ("conversation", "Lunch"),  # waits for an answer
        ("notification", "Welkom"),
        ("news", "Nieuwsbrief"),
        ("document", "Gids"),
        ("conversation", f"Vraag {me.id}"),
        ("document", f"Brief {me.id}"),
    ]
    for_member.mark_news_read(me.id, item, now)
    assert shown(mine.get("/berichten/"))[-1] == ("news", "Nieuwsbrief")


@pytest.mark.parametrize("kind", ADDRESSES)
def test_each_kind_has_its_old_address_and_the_municipalitys_own_name(mine, me, db, now, kind):
    fill(db, now, me)
    page = mine.get(ADDRESSES[kind])
    assert {found for found, _ in shown(page)} == {kind}
    for name in ("Alles (5)", "Notificaties (1)", "Algemene berichten (1)", "Berichtenbox (1)"):
        assert f">{name}</a>" in page.text
    assert f'href="{ADDRESSES[kind]}" aria-current="page"' in page.text


def test_documents_stay_findable_as_documents(mine, me, db, now):
    fill(db, now, me)
    assert '<a href="/documenten/">Documenten (2)</a>' in mine.get("/berichten/").text
    page = mine.get("/documenten/").text
    assert "Gids" in page
    assert f"Brief {me.id}" in page
    assert '<a href="/berichten/">Alles</a>' in page


@pytest.mark.parametrize("typed", ["berichtenbox", "Berichtenbox", "notificatie", "algemene berichten", "document"])
def test_the_names_of_the_kinds_are_found_by_searching(mine, typed):
    page = mine.get("/berichten/", query_string={"q": typed}).text
    assert re.search(rf"Laat alles zien onder “[^”]*{typed}", page, re.IGNORECASE)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("welkom", ["Welkom"]),
        ("op 3 maart", ["Vraag"]),
        ("GIDS", ["Gids"]),
        ("nieuwsbrief", ["Nieuwsbrief"]),
        ("niets hiervan", []),
    ],
)
def test_words_are_found_in_every_kind(mine, me, db, now, typed, found):
    item = fill(db, now, me)
    for_member.archive_news(me.id, item, now)
    page = mine.get("/berichten/", query_string={"q": typed})
    assert [heading.removesuffix(f" {me.id}") for _, heading in shown(page)] == found


def test_a_long_list_has_pages(mine, db, now):
    for number in range(23):
        tell(db, now - number * DAY / 100, title=f"Bericht {number:02}")
    first, second = mine.get("/berichten/"), mine.get("/berichten/?page=2")
    headings = [heading for _, heading in (*shown(first), *shown(second))]
    assert headings == [f"Bericht {number:02}" for number in range(23)]
    assert re.search(r'aria-current="page"><span[^>]*>Pagina </span>2<', second.text)
    assert "Bericht 22" in mine.get("/berichten/?page=99").text


@pytest.mark.parametrize("path", ["/berichten/", "/berichten/?q=gids", "/berichtenbox/", "/"])
def test_a_page_takes_as_many_statements_for_many_messages(mine, me, db, now, statements, path):
    make_open_election()
    counts = []
    for _ in range(2):
        for _ in range(3):
            fill(db, now, me)
            ask_the_team_question(db, now)
        mine.get(path)
        with statements() as seen:
            page = mine.get(path)
        counts.append(len(seen))
        assert len(page.data) < 50_000
    assert counts[0] == counts[1] <= 8, counts


def test_home_shows_as_many_things_as_the_menu_says(mine, me, db, now):
    election = make_open_election()
    fill(db, now, me)
    ask_the_team_question(db, now)
    tell(db, now, "Check", kind="check_data", due_at=now + 3 * DAY)
    tell(db, now, "Beschikbaar", kind="give_availability", election_id=election.id, due_at=now + 2 * DAY)
    page = mine.get("/")
    tasks = re.findall(r"<li>\s*<h2>", page.text)
    assert len(tasks) == 4  # check, BSN, availability, question
    assert len(shown(page, level=3)) == 5
    assert "Er wachten 9 dingen op je." in page.text
    assert page.text.count('<span class="badge">9<') == 2  # at the entry of home, and at a folded menu
    assert "Je bent klaar" not in page.text
    assert "woensdag 4 februari 2026, 10.00 uur</strong> (nog 2 dagen)" in page.text
    assert "donderdag 5 februari 2026, 10.00 uur</strong> (nog 3 dagen)" in page.text


def test_what_does_not_fit_on_home_is_said(mine, db, now):
    for number in range(22):
        tell(db, now, title=f"Bericht {number}")
    page = mine.get("/").text
    assert "Er wachten 24 dingen op je." in page
    assert "Er zijn nog 2 nieuwe berichten." in page


def test_who_has_nothing_left_is_done(client, sign_in_as, db, now):
    member = make_member(data_checked_at=now, bsn_known_at=now)
    page = sign_in_as(client, member)
    assert "Je bent klaar" in page.get("/").text
    tell(db, now)
    text = page.get("/").text
    assert "Je bent klaar" not in text
    assert "Er is wel iets nieuws om te lezen" in text


def test_the_menu_of_a_member_is_short(mine):
    menu = mine.get("/berichten/").text.split('<details class="menu">')[1].split("</nav>")[0]
    entries = re.findall(r'<li><a href="([^"]+)"', menu)
    assert entries == [
        "/",
        "/berichten/",
        "/beschikbaarheid/",
        "/mijn-indeling/",
        "/mijn-benoeming/",
        "/mijn-ervaring/",
        "/mijn-training/",
        "/documenten/",
        "/mijn-gegevens/",
    ]
    assert 'href="/berichten/" aria-current="page"' in menu


def test_an_answer_of_the_team_to_a_reply_is_to_be_read(mine, me, db, now):
    ask_the_team_question(db, now)
    thread_id = re.search(r"/berichtenbox/(\d+)/openen", mine.get("/").text)[1]
    thread = db.session.get(Thread, int(thread_id))
    reply(thread, now=now)
    answer(thread, make_staff(), now=now)
    assert "nieuw bericht" in mine.get("/berichtenbox/").text
    assert "nog beantwoorden" not in mine.get("/berichtenbox/").text
