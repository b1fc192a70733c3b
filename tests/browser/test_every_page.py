"""Every page that a role can reach by links is sound, with something in it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Error

from app.clock import utc_now
from app.extensions import db as portal_db
from app.models import CannedAnswer, ProposalState, ProposedPlace
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.documents import documents
from app.services.documents.documents import DocumentText
from app.services.message_box import team, team_questions
from app.services.message_box.team_questions import TeamQuestionText
from app.services.news import news
from app.services.news.news import NewsText
from app.services.planning.proposals import requests
from tests.support.factories.documents import keep
from tests.support.factories.elections import (
    give_availability,
    make_function,
    make_open_election,
    make_station,
    shifts_of,
)
from tests.support.factories.message_box import actor_of, answer, ask
from tests.support.factories.people import make_admin, make_member, make_staff
from tests.support.factories.planning import stations_of
from tests.support.factories.staffing import fill_needs, make_place

NUMBER = re.compile(r"\d+")
TOKEN = re.compile(r'(name="(?:csrf_token|form_mark)"[^>]{0,80}value=)"[^"]{1,800}"')
LINK = re.compile(r'<a\b[^>]{0,900}?\shref="([^"]{1,900})"')
PLANNING = [  # that must be among what the team reaches, by the kinds of addresses
    r"/indeling/1",
    r"/indeling/1/open-plek/1-1-1",
    r"/indeling/1/handelingen",
    r"/indeling/1/stembureau/1",
    r"/indeling/1/stembureau/1/vullen",
    r"/indeling/1/plek/1",
    r"/indeling/1/plek/1/verplaatsen",
    r"/indeling/1/plek/1/ruilen",
    r"/indeling/1/plek/1/vervangen",
    r"/indeling/1/lid/1",
    r"/verkiezingen/\w+/voorstellen/1",
    r"/verkiezingen/\w+/voorstellen/1/stembureau/1",
    r"/verkiezingen/\w+/bezetting/",
    r"/verkiezingen/\w+/dekking/",
    r"/verkiezingen/\w+/publiceren/",
]
OUTSIDE = ["/inloggen/", "/brief/"]  # who is not signed in starts here
MAKERS = {"nobody": lambda: None, "member": make_member, "staff": make_staff, "admin": make_admin}


@pytest.fixture(scope="module")
def looked_at():
    """The kinds of pages and the contents that were looked at, of every role: the team's are an administrator's too."""
    return SimpleNamespace(kinds=set(), contents=set())


@pytest.fixture
def visit(page, client, watch, check_page, looked_at):
    """`visit(path)`: the HTML of a page that is sound; nothing for what the browser saves instead of shows.

    A kind that another role saw is asked without the browser, which opens it if it says something else here.
    """

    def go(path):
        if kind_of(path) in looked_at.kinds and path != "/":
            html = read(client, path)
            if not html or content_of(html) in looked_at.contents:
                return html
        looked_at.kinds.add(kind_of(path))
        if not opens(page, path):
            return ""
        html = watch.html()
        if content_of(html) not in looked_at.contents or path == "/":  # home in any case: the menu is the role's
            check_page()
        looked_at.contents.add(content_of(html))
        return html

    return go


@pytest.fixture
def _something_to_see(db, asking_now):
    """An election that asks for availability and is planned, members who answered, and messages of the team."""
    opens_at, closes_at, voting_on = asking_now
    election = make_open_election(opens_at=opens_at, closes_at=closes_at, voting_on=voting_on)
    make_station(election, 1)
    make_station(election, 2, "Wijkcentrum")
    members = make_member(), make_member()
    for member in members:
        give_availability(member, election, now=opens_at)
    _plan(election, members[0], opens_at)
    _write_messages(opens_at)
    _fill_message_box(make_member(), make_staff())
    _upload_documents(opens_at)
    db.session.commit()


def _plan(election, member, now):
    """Needs, a place with a proposal beside it, and somebody whom a rule stops."""
    fill_needs(election)
    station, (early, late, *_others) = stations_of(election)[0], shifts_of(election)
    place = make_place(member, station, early, make_function("voorzitter"))
    make_place(make_member(birth_date=date(2015, 1, 1)), station, late, make_function("stembureaulid"))
    proposal = requests.ask_proposal(election, actor=COMMAND, now=now)
    proposal.state, proposal.finished_at = ProposalState.READY, now
    funnel = {"shift": late.id, "function": place.function_id, "steps": [5, 4, 3, 2, 1, 0]}
    still_open = [[station.id, late.id, place.function_id, 1]]
    proposal.outcome = {
        **{"added": 1, "moved": 1, "removed": 1, "open": still_open, "funnels": [funnel]},
        **{"illegal": [[station.id, late.id]]},
    }
    columns = ("member_id", "station_id", "shift_id", "function_id", "starts_at", "ends_at")
    where = {name: getattr(place, name) for name in columns}
    other = stations_of(election)[1]
    goes = ProposedPlace(proposal_id=proposal.id, assignment_id=place.id, **where)
    comes = ProposedPlace(proposal_id=proposal.id, **where | {"station_id": other.id})
    portal_db.session.add_all([goes, comes])


def _write_messages(now):
    """One that was announced to everybody, and a draft."""
    for title in ("Verschenen", "Concept"):
        wanted = NewsText(title, "# Kop\n\nTekst", group=groups.everybody(), is_announced=True)
        item = news.write_news(wanted, None, actor=COMMAND, now=now)
        if title == "Verschenen":
            news.publish_news(item, actor=COMMAND, now=now)


def _fill_message_box(member, colleague):
    """A question that was answered, one that waits with a note, a question to everybody, and a standard answer."""
    answer(ask(member, now=utc_now() - timedelta(days=4)), colleague)
    team.add_note(ask(member, "Nog een"), "Even bellen.", actor=actor_of(colleague), now=utc_now())
    wanted = TeamQuestionText("Lunch", "Eet je mee?", groups.everybody())
    question = team_questions.write_team_question(wanted, None, actor=actor_of(colleague), now=utc_now())
    team_questions.ask_audience(question, actor=actor_of(colleague), now=utc_now())
    portal_db.session.add(CannedAnswer(title="Groet", body="Dag {voornaam}"))


def _upload_documents(now):
    """One that everybody reads, and a draft."""
    for title in ("Gids", "Concept"):
        wanted = DocumentText(title=title, category="manual", group=groups.everybody())
        made = documents.add_documents(wanted, [keep(now)], actor=COMMAND, now=now)
        if title == "Gids":
            documents.publish_documents(made, actor=COMMAND, now=now)


@pytest.mark.usefixtures("_something_to_see")
@pytest.mark.parametrize("role", MAKERS)
def test_every_page_that_links_reach_is_sound(visit, client, sign_in_as, enter_as, base_url, role, db):
    person = MAKERS[role]()
    if role == "member":
        answer(ask(person), make_staff())
    if person is not None:
        enter_as(person)
        sign_in_as(client, person)
    news.announce_due_news(utc_now())
    db.session.commit()
    waiting, seen = ["/"] if person else list(OUTSIDE), set()
    while waiting:
        path = waiting.pop(0)
        if kind_of(path) in seen:
            continue
        seen.add(kind_of(path))
        waiting += links_of(visit(path), urljoin(base_url, path))
    assert len(seen) > 2, seen
    if role == "staff":
        assert not [part for part in PLANNING if not any(re.fullmatch(part, kind) for kind in seen)], seen


def kind_of(path):
    """One page of a kind is looked at: the card of one member, not of each."""
    return NUMBER.sub("1", path)


def content_of(html):
    """What is between the menu and the foot, without numbers and tokens."""
    content = html.partition("<main")[2].partition("</main>")[0]
    assert content
    return NUMBER.sub("1", TOKEN.sub(r"\1", content))


def read(client, path):
    """The page as the server sends it; nothing for what the browser saves instead of shows."""
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return answer.text if answer.mimetype == "text/html" else ""


def opens(page, path):
    """Go there; False for what the browser saves instead of shows."""
    try:
        answer = page.goto(path)
    except Error as error:
        if "Download is starting" in error.message:
            return False
        raise
    assert answer is not None
    assert answer.status == 200, f"{path}: {answer.status}"
    return "text/html" in answer.headers["content-type"]


def links_of(html, address):
    """The addresses within the portal that the page links to."""
    targets = [urljoin(address, unescape(target)) for target in LINK.findall(html)]
    return [urlsplit(target).path for target in targets if urlsplit(target).netloc == urlsplit(address).netloc]
