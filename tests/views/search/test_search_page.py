"""The team's search through everything: what it finds, whom it lets in, and what it costs."""

from __future__ import annotations

import re

import pytest

from app.models import Attendance, ChairNote, InternalNote
from app.views import SUBJECTS
from tests.support.factories.appointments import appoint, make_setup
from tests.support.factories.elections import (
    make_election,
    make_function,
    make_open_election,
    make_station,
    shifts_of,
)
from tests.support.factories.message_box import ask
from tests.support.factories.people import find_role, make_member, make_staff
from tests.support.factories.plans import publish_places
from tests.support.factories.staffing import make_place
from tests.support.factories.texts import make_document, make_news
from tests.support.factories.training import make_session


@pytest.fixture
def team(db, client, sign_in_as):
    return sign_in_as(client, make_staff())


def headings(page):
    return re.findall(r'<h2 id="\w+">([^<]+?) <span class="badge">([^<]+)</span>', page.text)


def test_one_search_finds_in_every_group_with_a_link_and_marked_words(db, team, now):
    member = make_member(surname="Sleutelaar", infix="")
    thread = ask(make_member(), "Slot", "Waar ligt de SLEÚTEL van het stembureau?")
    item = make_news("De sleutels van morgen", now=now)
    row = make_document("Handleiding sleutelkast", now=now)

    page = team.get("/zoeken/?q=sleutel")

    assert headings(page) == [("Leden", "1"), ("Vragen", "1"), ("Documenten", "1"), ("Algemene berichten", "1")]
    for path in (
        f"/leden/show/{member.id}",
        f"/vragen/show/{thread.id}",
        f"/berichtenbeheer/show/{item.id}",
        f"/documentbeheer/show/{row.id}",
    ):
        assert f'href="{path}?next=' in page.text
    assert "<mark>Sleutel</mark>aar" in page.text
    assert "Waar ligt de <mark>SLEÚTEL</mark> van het stembureau?" in page.text


def test_polling_stations_are_found_by_name_street_postcode_and_number(db, team):
    station = make_station(make_open_election(), 12, "Basisschool De Regenboog")
    station.street, station.postcode = "Molenweg 40", "1234 CC"
    db.session.commit()
    for typed in ("regenboog", "molenweg", "1234cc", "1234 CC", "de regenboog 12"):
        page = team.get("/zoeken/", query_string={"q": typed})
        assert headings(page) == [("Stembureaus", "1")], typed
        assert f'href="/stembureaus/show/{station.id}' in page.text


def test_members_are_found_by_street_after_who_is_called_so(db, team):
    for surname, street in (("Aalders", "Molenwég"), ("Molenweg", "Dorpsstraat"), ("Verweg", "Kerkstraat")):
        make_member(surname=surname, street=street)
    page = team.get("/zoeken/", query_string={"q": "molenweg"}).text
    assert 0 < page.index("Molenweg</mark>") < page.index("Aalders")
    assert "Verweg" not in page
    found = team.get("/leden/list/", query_string={"q": "molenweg"}).text
    assert "Aalders" in found
    assert "Verweg" not in found


@pytest.mark.parametrize("typed", ["1234ab", "1234 AB"])
def test_members_are_found_by_postcode_on_the_page_and_in_the_list(db, team, typed):
    make_member(surname="Buurman", postcode="1234 AB")
    make_member(surname="Verweg", postcode="1234 AC")
    for path in ("/zoeken/", "/leden/list/"):
        page = team.get(path, query_string={"q": typed}).text
        assert "Buurman" in page
        assert "Verweg" not in page


def test_an_internal_note_is_found_by_the_team(db, team, now):
    thread = ask(make_member())
    note = "Dit lid belt elke week"
    db.session.add(InternalNote(thread_id=thread.id, body=note, search_text=note.lower(), created_at=now))
    page = team.get("/zoeken/?q=belt+elke")
    assert "Dit lid <mark>belt</mark> <mark>elke</mark> week" in page.text


def test_the_best_comes_first_and_the_list_behind_shows_all(db, team):
    for number in range(7):
        make_member(surname=f"Aalbers{number}", infix="", email=f"vries{number}@post.example")
    make_member(surname="Vriesman", infix="")
    make_member(surname="Vries", infix="de", first_name="Zoë")

    page = team.get("/zoeken/?q=de+Vries").text

    names = re.findall(r'<li><a href="/leden/show/\d+[^>]*>(.*?)</a>', page)
    assert [re.sub("<.*?>", "", name) for name in names[:2]] == ["Zoë de Vries", "Jan Vriesman"]
    assert len(names) == 5
    assert 'href="/leden/list/?q=de+Vries">Alle 9 in de lijst' in page
    assert len(re.findall("<tr>", team.get("/leden/list/?q=de+Vries").text)) == 1 + 9


def test_more_than_a_hundred_are_not_counted(db, team, statements):
    for _ in range(101):
        make_member()
    page = team.get("/zoeken/?q=vries")
    assert headings(page) == [("Leden", "meer dan 100")]


def test_a_members_place_and_the_plan_of_a_station_are_found_with_the_way_to_them(db, team):
    election = make_election(code="EP2029")
    station, other = make_station(election, 9, "De Regenboog"), make_station(election, 10, "Elders")
    early, chair = shifts_of(election)[0], make_function("voorzitter")
    mine = make_place(make_member(first_name="Ada", infix="", surname="Sleutelaar"), station, early, chair)
    beside = make_place(make_member(surname="Anders"), station, early, make_function("stembureaulid"))
    make_place(make_member(surname="Verweg"), other, early, chair)

    page = team.get("/zoeken/?q=sleutelaar")
    assert ("Ingedeelde plekken", "1") in headings(page)
    assert f'href="/indeling/plekken/show/{mine.id}?next=' in page.text
    assert "9 De Regenboog" in page.text
    assert ("Ingedeelde plekken", "2") in headings(team.get("/zoeken/?q=regenboog"))
    assert f'href="/indeling/{election.id}/plek/{mine.id}"' in team.get(f"/indeling/plekken/show/{mine.id}").text

    listed = team.get("/indeling/plekken/list/?q=regenboog").text
    assert 'name="q" value="regenboog"' in listed
    assert f"/indeling/plekken/show/{beside.id}" in listed
    assert "Verweg" not in listed
    assert "Sleutelaar" not in team.get("/indeling/plekken/list/?q=elders").text


@pytest.mark.parametrize("count", [1, 30])
def test_a_search_takes_at_most_eight_statements_however_much_is_found(db, team, statements, now, count):
    for number in range(count):
        ask(make_member(surname=f"Sleutel{number}"), "Sleutel", "De sleutel past niet.")
        make_news(f"Sleutel {number}", now=now)
        make_document(f"Sleutel {number}", now=now)
    station, chair = make_station(make_open_election(), 1, "Sleutel"), make_function("voorzitter")
    for shift in shifts_of(station.election):
        make_place(make_member(), station, shift, chair)
    team.get("/zoeken/?q=sleutel")
    with statements() as seen:
        page = team.get("/zoeken/?q=sleutel")
    assert len(headings(page)) == 6
    assert len(seen) <= 8, seen


def test_fewer_than_three_letters_find_beginnings_and_the_page_says_so(db, team):
    make_member(surname="Vries", infix="")
    make_member(surname="Ariaans", infix="")
    page = team.get("/zoeken/?q=vr").text
    assert "beginnen" in page
    assert "<mark>Vr</mark>ies" in page
    assert "Ariaans" not in page


def test_a_bsn_is_not_searched_and_the_page_says_so(db, team):
    page = team.get("/zoeken/?q=111222333").text
    assert "Op BSN kun je niet zoeken." in page
    assert "Op BSN" not in team.get("/zoeken/?q=onbekend").text


def test_what_is_typed_is_written_as_text(db, team):
    make_member(surname="<b>Vet</b>", infix="")
    page = team.get("/zoeken/?q=<b>vet").text
    assert "<b>" not in page
    assert "<mark>&lt;b&gt;Vet</mark>" in page


def test_nothing_typed_finds_nothing(db, team):
    make_member(surname="Vries")
    for path in ("/zoeken/", "/zoeken/?q=%20", "/zoeken/?q=,"):
        page = team.get(path)
        assert page.status_code == 200
        assert "Vries" not in page.text


def test_the_box_is_in_the_header_of_the_team_and_not_of_members(db, app, client, sign_in_as):
    assert 'action="/zoeken/"' in sign_in_as(client, make_staff()).get("/leden/list/").text
    member = sign_in_as(app.test_client(), make_member())
    assert "/zoeken/" not in member.get("/").text
    assert member.get("/zoeken/?q=vries").status_code in (403, 404)
    assert app.test_client().get("/zoeken/?q=vries").status_code == 302


# The manual holds words of the project itself: tests/views/manual.
GROUPS = [group for subject in SUBJECTS for group in subject.search if group.view != "ManualView"]


def appoint_somebody(surname, now):
    election = make_election(code="EP2029")
    station, early, function = make_station(election, 9), shifts_of(election)[0], make_function("stembureaulid")
    publish_places(election, [(make_member(surname=surname), station, early, function)], now=now)
    appoint(make_setup(election, now=now), now=now)


def noted(surname, station):
    where = {
        "election_id": station.election_id,
        "station_id": station.id,
        "shift_id": shifts_of(station.election)[0].id,
    }
    return Attendance(**where, member_id=make_member(surname=surname).id, state="absent")


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.view)
def test_a_group_is_only_for_who_may_read_its_list_and_rows(db, team, now, group):
    make_member(surname="Sleutel")
    ask(make_member(), "Sleutel", "De sleutel past niet.")
    make_news("Sleutel", now=now)
    make_document("Sleutel", now=now)
    station = make_station(make_open_election(), 1, "Sleutel")
    make_place(make_member(), station, shifts_of(station.election)[0], make_function("voorzitter"))
    make_session(now, title="Sleutel")
    note = {"station_id": station.id, "member_id": make_member().id, "body": "De sleutel paste niet."}
    if group.view == "AttendancesView":
        db.session.add(noted("Sleutel", station))
    db.session.add(ChairNote(election_id=station.election_id, **note, written_at=now))
    db.session.commit()
    if group.view == "AppointmentsView":  # its letter takes a second to print
        appoint_somebody("Sleutel", now)
    before = headings(team.get("/zoeken/?q=sleutel"))
    assert str(group.name) in [name for name, _count in before]
    role = find_role("Staff")
    role.permissions = [
        permission
        for permission in role.permissions
        if (permission.permission.name, permission.view_menu.name) != ("can_show", group.view)
    ]
    db.session.commit()
    found = headings(team.get("/zoeken/?q=sleutel"))
    assert len(found) == len(before) - 1
    assert str(group.name) not in [name for name, _count in found]


def test_the_way_back_from_a_row_is_the_search(db, team):
    member = make_member(surname="Sleutel")
    page = team.get("/zoeken/?q=sleutel").text
    [path] = re.findall(rf'href="(/leden/show/{member.id}[^"]*)"', page)
    assert 'href="/zoeken/?q=sleutel"' in team.get(path).text
