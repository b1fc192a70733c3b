import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from app.models import AuditEvent, Member, MemberIdentity, OutboundMail, ProfileChange, User
from app.services.audit import Actor
from app.services.members.bsn import record_bsn
from app.services.members.search import make_search_text
from app.views.staff.members import letters
from app.views.staff.members.letters import draw_qr_code
from app.views.staff.members.members import bsn_words
from tests.support.factories.elections import give_availability, make_open_election
from tests.support.factories.people import make_member, make_staff

BSN = "111222333"


@pytest.fixture
def team(db, client, sign_in_as):
    return sign_in_as(client, make_staff())


def found(db, **values) -> Member:
    member = make_member(**values)
    member.search_text = make_search_text(member, member.user.username)
    db.session.commit()
    return member


def test_the_list_finds_a_part_of_a_name_without_accents(db, team):
    found(db, first_name="Zoë", surname="Çelik")
    found(db, surname="Bakker")

    page = team.get("/leden/list/?q=zoe+cel")

    assert "Çelik" in page.text
    assert "Bakker" not in page.text


def test_filters_narrow_the_list(db, team):
    found(db, surname="Actief")
    found(db, surname="Gestopt", state="resigned", email=None)

    assert "Gestopt" not in team.get("/leden/list/?state=active").text
    assert "Actief" not in team.get("/leden/list/?email=missing").text
    assert "Actief" not in team.get("/leden/list/?state=nonsense&bsn=nonsense").text


@pytest.mark.parametrize("count", [2, 60])
def test_the_list_takes_the_same_number_of_statements_for_any_number_of_members(db, team, statements, count):
    for _ in range(count):
        make_member()
    team.get("/leden/list/")

    with statements() as seen:
        team.get("/leden/list/?size=50")

    assert len(seen) <= 8


def test_the_team_adds_a_member_who_can_be_invited(db, team):
    form = {"surname": "Bakker", "first_name": "Piet", "email": "piet@post.example"}
    team.post("/leden/add", data=form)
    piet = db.session.scalars(select(Member)).one()
    assert piet.user.username == "pbakker"

    sure = team.post("/leden/action_post", data={"action": "invite", "rowid": piet.id})
    assert "Bakker" in sure.text
    assert not db.session.scalars(select(OutboundMail)).all()
    team.post("/leden/action_post", data={"action": "invite", "rowid": piet.id, "sure": "yes"})

    assert piet.state == "invited"
    assert db.session.scalars(select(OutboundMail.recipient)).all() == ["piet@post.example"]


def test_who_leaves_cannot_sign_in_any_more(db, team):
    member = make_member()

    team.post("/leden/action_post", data={"action": "resign", "rowid": member.id, "sure": "yes"})

    assert member.state == "resigned"
    assert not member.user.active


def test_a_change_by_the_team_is_shown_with_old_and_new_value(db, team):
    member = make_member(city="Oudstad")

    answer = team.post(f"/leden/edit/{member.id}", data={"surname": member.surname, "city": "Nieuwstad"})

    assert answer.status_code == 302
    assert db.session.scalars(select(ProfileChange.field)).all() == ["city"] or member.city == "Nieuwstad"
    for page in (team.get(f"/leden/show/{member.id}/geschiedenis"), team.get("/wijzigingen/list/")):
        assert "Oudstad" in page.text
        assert "Nieuwstad" in page.text


def test_a_refused_change_keeps_what_was_typed(db, team):
    member = make_member()
    answer = team.post(f"/leden/edit/{member.id}", data={"surname": "Bakker", "postcode": "12", "city": "Getypt"})

    assert answer.status_code == 422
    assert 'value="Getypt"' in answer.text


def test_a_bsn_is_known_or_needed_and_never_shown(db, team, now):
    first, second = make_member(), make_member()
    for member in (first, second):
        record_bsn(member, BSN, actor=Actor("x"), now=now)
    db.session.commit()

    pages = [
        team.get("/leden/list/"),
        team.get(f"/leden/show/{first.id}"),
        team.get(f"/leden/bsn-herstellen/{first.id}"),
        team.post("/leden/export", data={"format": "csv"}),
    ]

    assert second.full_name in pages[1].text
    assert not [page for page in pages if BSN in page.text or "sealed" in page.text]


def test_a_wrong_bsn_is_cleared_with_a_logged_reason(db, team, now):
    member = make_member()
    record_bsn(member, BSN, actor=Actor("x"), now=now)
    db.session.commit()

    assert team.post(f"/leden/bsn-herstellen/{member.id}", data={"reason": "x"}).status_code == 422
    team.post(f"/leden/bsn-herstellen/{member.id}", data={"reason": "The member told a digit was wrong"})

    assert member.bsn_known_at is None
    assert db.session.get(MemberIdentity, member.id) is None
    assert "bsn.cleared" in db.session.scalars(select(AuditEvent.action)).all()


def test_the_export_holds_what_is_on_screen_and_no_formula(db, team):
    found(db, surname="Bakker", city="=1+1", sealed_iban="x", iban_ending="4300")
    found(db, surname="Gestopt", state="resigned")

    answer = team.post("/leden/export?state=active", data={"format": "csv"})

    assert "Bakker" in answer.text
    assert "'=1+1" in answer.text
    assert "Gestopt" not in answer.text
    assert "4300" not in answer.text
    assert "members.exported" in db.session.scalars(select(AuditEvent.action)).all()
    assert team.post("/leden/export", data={"format": "xlsx"}).data[:2] == b"PK"


@pytest.mark.parametrize(
    "path", ["/leden/list/", "/wijzigingen/list/", "/leden/show/1", "/leden/edit/1", "/leden/bsn-herstellen/1"]
)
def test_a_member_reaches_no_page_of_the_team(db, client, sign_in_as, path):
    sign_in_as(client, make_member())

    assert client.get(path).status_code in (302, 403, 404)


def type_letter_code(browser, letter):
    """As who holds the letter does."""
    code = re.search(r'letter-code">([A-Z ]+)<', letter)[1]
    return browser.post("/brief/", data={"code": code}, follow_redirects=True)


def test_a_letter_is_printed_once_for_who_cannot_be_mailed(db, client, team):
    member = make_member(surname="Papier", email=None, state="imported")
    page = team.post("/leden/action_post", data={"action": "letter", "rowid": member.id, "sure": "yes"})
    assert page.headers["Cache-Control"] == "no-store"
    assert member.user.username in page.text
    assert db.session.scalar(select(AuditEvent.id).where(AuditEvent.action == "invitation.printed"))
    opened = type_letter_code(team.application.test_client(), page.text)
    assert opened.status_code == 200
    assert member.full_name in opened.text


def test_the_picture_of_a_letter_leads_to_the_same_account_and_is_drawn_within_the_page(db, team, monkeypatch):
    drawn = []

    def draw(address):
        drawn.append((address, draw_qr_code(address)))
        return drawn[-1][1]

    monkeypatch.setattr(letters, "draw_qr_code", draw)
    member = make_member(surname="Papier", email=None, state="imported")
    page = team.post("/leden/action_post", data={"action": "letter", "rowid": member.id, "sure": "yes"}).text
    [(address, picture)] = drawn
    assert member.full_name in team.application.test_client().get(urlsplit(address).path).text
    assert picture in page
    assert address not in page
    assert 'fill="#fff"' in picture  # a dark theme leaves it black on white
    assert [part for part in ("style=", "<image", "http") if part in picture] == []


def test_a_letter_is_in_the_language_of_the_member_whatever_that_of_who_prints_it(team):
    dutch, english = make_member(email=None, state="imported"), make_member(email=None, state="imported", locale="en")
    ticked = {"action": "letter", "rowid": [dutch.id, english.id], "sure": "yes"}
    for language, told in (("en", "Print this page now"), ("nl", "Druk deze pagina nu af")):
        team.post(f"/taal/{language}")
        page = team.post("/leden/action_post", data=ticked).text
        assert told in page
        letters = dict(re.findall(r'<article class="letter" lang="(\w+)">(.*?)</article>', page, re.DOTALL))
        assert "Typ daarna deze code" in letters["nl"]
        assert dutch.full_name in letters["nl"]
        assert "Then type this code" in letters["en"]
        assert english.full_name in letters["en"]


def test_no_letter_is_printed_for_an_account_that_is_open(db, team):
    member = make_member(password="drie-losse-woorden")
    answer = team.post("/leden/action_post", data={"action": "letter", "rowid": member.id, "sure": "yes"})
    assert answer.status_code == 302
    assert "/uitnodiging/" not in answer.text


def test_the_team_sends_a_link_for_a_new_password_and_never_sees_one(db, team):
    opened, invited = make_member(password="drie-losse-woorden"), make_member()
    team.post("/leden/action_post", data={"action": "reset", "rowid": [opened.id, invited.id], "sure": "yes"})
    [mail] = db.session.scalars(select(OutboundMail))
    assert (mail.template, mail.recipient) == ("password_reset", opened.email)


def test_who_was_added_by_mistake_is_deleted_with_the_account_and_the_waiting_mail(db, team):
    member = make_member(state="imported")
    user_id = member.user_id
    team.post("/leden/action_post", data={"action": "invite", "rowid": member.id, "sure": "yes"})
    assert team.post(f"/leden/delete/{member.id}").status_code == 302
    assert db.session.scalars(select(Member)).all() == []
    assert db.session.get(User, user_id) is None
    assert db.session.scalars(select(OutboundMail.state)).all() == ["cancelled"]
    assert "member.deleted" in db.session.scalars(select(AuditEvent.action)).all()


@pytest.mark.parametrize("values", [{"state": "active"}, {"state": "invited", "password": "drie-losse-woorden"}])
def test_who_took_part_is_not_deleted(db, team, values):
    member = make_member(surname="Blijft", **values)
    assert "kan niet weg" in team.post(f"/leden/delete/{member.id}").text
    assert db.session.get(Member, member.id) is not None


def test_an_answer_is_never_deleted_with_its_member(db, team, now):
    member, election = make_member(), make_open_election()
    give_availability(member, election, now=now)
    member.state = "invited"
    db.session.commit()
    team.post(f"/leden/delete/{member.id}")
    assert db.session.get(Member, member.id) is not None


def test_a_deleted_members_invitation_opens_nothing(db, client, team):
    member = make_member(surname="Papier", email=None, state="imported")
    page = team.post("/leden/action_post", data={"action": "letter", "rowid": member.id, "sure": "yes"})
    team.post(f"/leden/delete/{member.id}")
    assert "We kennen deze code niet" in type_letter_code(team.application.test_client(), page.text).text


def test_a_short_search_says_that_it_finds_only_beginnings(db, team):
    found(db, surname="Vries")
    found(db, surname="Ariaans")
    page = team.get("/leden/list/?q=vr").text
    assert "minder dan drie letters" in page
    assert "Ariaans" not in page
    assert "minder dan drie letters" not in team.get("/leden/list/?q=vri").text
    assert "minder dan drie letters" not in team.get("/leden/list/").text


def test_what_changed_is_found_by_the_member_without_infix(db, team):
    member = found(db, surname="Vries", infix="")
    team.post(f"/leden/edit/{member.id}", data={"surname": member.surname, "city": "Nieuwstad"})
    assert "Nieuwstad" in team.get("/wijzigingen/list/?q=de+vries").text
    assert "Nieuwstad" not in team.get("/wijzigingen/list/?q=bakker").text


def test_members_of_one_surname_stand_in_the_order_of_their_first_names(client, sign_in_as):
    for first_name in ("Renée", "Bart", "Zoë", "Daan"):
        make_member(first_name=first_name, surname="Bakker")
    team = sign_in_as(client, make_staff())
    names = ["Bakker, Bart", "Bakker, Daan", "Bakker, Renée", "Bakker, Zoë"]
    for order, wanted in (("", names), ("-sort_name", names[::-1])):
        page = team.get(f"/leden/list/?sort={order}").text
        assert sorted(names, key=page.index) == wanted


def test_a_bsn_is_known_since_the_day_on_a_dutch_calendar(app, db):
    """Also when it came between midnight and one."""
    member = make_member(bsn_known_at=datetime(2026, 2, 2, 23, 30, tzinfo=UTC))
    with app.test_request_context():
        assert "3 februari 2026" in bsn_words(member)
