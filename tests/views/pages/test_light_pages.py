"""Every page is light and in order: at most eight SQL statements, under 50 kB, no heading skipped; with the demo."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin, urlsplit

from flask import url_for
from sqlalchemy import select

from app.models import Availability, Election, Member, MemberState
from app.services.operations import demo
from app.views.base import StaffView
from tests.support.factories.people import make_admin

MOST_STATEMENTS = 8
LARGEST_PAGE = 50_000  # bytes
ANY = re.compile("")
NUMBER = re.compile(r"\d+")
LINK = re.compile(r'<a [^>]*href="([^"]+)"')
SIZES = re.compile(r'<select id="size".*?</select>', re.DOTALL)
HEADING = re.compile(r"<h([1-6])[^>]*>(.{1,80})")
EMPTY_SEARCH = re.compile(r'<div class="search-row">\s*<button')
ROWS = re.compile(rb"<tbody>.*?</tbody>", re.DOTALL)


def weigh(answer):
    """How heavy the page is; a list with as many rows of this kind as it offers on a page."""
    rows, sizes = ROWS.search(answer.data), SIZES.search(answer.text)
    if rows is None or sizes is None:
        return len(answer.data)
    largest = max(int(size) for size in re.findall(r'value="(\d+)"', sizes[0]))
    return len(answer.data) - len(rows[0]) + largest * len(rows[0]) // rows[0].count(b"<tr>")


def crawl(client, statements, start="/", within=ANY):
    """Each page of a kind that links reach from `start`, once: its address, answer and statements."""
    waiting, seen = [start], set()
    while waiting:
        address = waiting.pop()
        kind = NUMBER.sub("1", urlsplit(address).path)
        if kind in seen or not within.match(address):
            continue
        seen.add(kind)
        with statements() as asked:
            answer = client.get(address)
        if answer.status_code in (302, 303):
            waiting.append(urlsplit(answer.location)._replace(scheme="", netloc="").geturl())
        if answer.status_code != 200 or "text/html" not in answer.content_type:
            continue
        yield address, answer, asked
        found = [urlsplit(urljoin(f"http://x{address}", unescape(link))) for link in LINK.findall(answer.text)]
        waiting += [link._replace(scheme="", netloc="").geturl() for link in found if link.netloc == "x"]


def heavy_pages(client, statements):
    """What is too heavy among all pages of a person, and how many there are."""
    heavy, pages = {}, 0
    client.get("/")  # reads what is made once for everybody with these rights
    for address, answer, asked in crawl(client, statements):
        pages += 1
        if len(asked) > MOST_STATEMENTS:
            heavy[address] = (len(asked), *asked)
        if (weight := weigh(answer)) >= LARGEST_PAGE:
            heavy[address] = weight
        if skipped := find_skipped_heading(answer.text):
            heavy[address] = skipped
        if EMPTY_SEARCH.search(answer.text):
            heavy[address] = "a button to search, without a field"
    return heavy, pages


def find_skipped_heading(page):
    """The first heading that is more than one level below the one before it; axe sees only pages that it is shown."""
    before = 0
    for level, heading in HEADING.findall(page):
        if int(level) > before + 1:
            return heading
        before = int(level)
    return None


def heavy_lists(app, client, code):
    """Lists that are too heavy with all columns that they offer at their largest size, and how many there are."""
    heavy, seen = {}, 0
    for view in (view for view in app.extensions["appbuilder"].baseviews if isinstance(view, StaffView)):
        name, given = type(view).__name__, {"code": code} if "<code>" in view.route_base else {}
        with app.test_request_context():
            address = url_for(f"{view.endpoint}.list", **given)
        client.post(f"/weergaven/{name}/kolommen", data={"column": [*view.list_columns, *view.more_columns]})
        page = client.get(address)
        seen += ROWS.search(page.data) is not None
        if weigh(page) >= LARGEST_PAGE:
            heavy[name] = weigh(page)
    return heavy, seen


def test_every_page_of_members_and_the_team_is_light(app, db, client, sign_in_as, statements, now):
    assert demo.fill_when_empty(now=now, invitation_lifetime=timedelta(days=14))
    db.session.commit()
    election = db.session.scalars(select(Election).order_by(Election.voting_on.desc())).first()
    answered = (
        select(Member)
        .join(Availability)
        .where(Availability.election_id == election.id, Member.state == MemberState.ACTIVE)
    )
    code, member = election.code, db.session.scalars(answered).first()
    found, pages = heavy_pages(sign_in_as(app.test_client(), member), statements)
    assert found == {}
    assert pages > 15
    admin = sign_in_as(client, make_admin())
    found, pages = heavy_pages(admin, statements)
    assert found == {}
    assert pages > 100
    found, lists = heavy_lists(app, admin, code)
    assert found == {}
    assert lists > 20
