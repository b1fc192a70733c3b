"""The team's page of one member: every subject that the role may see, the lists behind it, and its cost."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.models import AuditEvent, Condition, Group, MailState, Member, Notification, OutboundMail
from app.services.audit import COMMAND
from app.services.campaigns import campaigns
from app.services.documents.documents import publish_documents
from app.services.members import profile
from app.services.notes import notes
from app.views.staff.members.sections.every import SECTIONS
from app.views.staff.members.sections.parts import PARTS
from tests.support.factories.elections import give_availability, make_open_election
from tests.support.factories.message_box import ask
from tests.support.factories.people import find_role, make_admin, make_member, make_staff
from tests.support.factories.texts import make_document
from tests.support.member_pages import address_of_part, list_parts, read_member

LISTS = (
    "notities",
    "benoembaarheid",
    "vragen",
    "meldingen-per-lid",
    "documentbeheer",
    "e-mails",
    "wijzigingen",
)
FOR_ADMIN = {"sessies", "inloggen"}


@pytest.fixture
def team(db, client, sign_in_as):
    return sign_in_as(client, make_staff())


def tell(db, member, now, title):
    group = Group((Condition("picked", ids=(member.id,)),))
    campaigns.send_automatic("information", group, title=title, title_en="", subject_id=None, actor=COMMAND, now=now)
    db.session.commit()


def fill(db, now, member, count=1, code="GR2026"):
    """Something of every subject."""
    for number in range(count):
        election = make_open_election(code=f"{code}_{number}", name=f"Verkiezing {code} {number}")
        give_availability(member, election, now=now)
        ask(member, f"Vraag {number}", now=now)
        tell(db, member, now, f"Melding {number}")
        mail = {"template": "waiting", "recipient": member.email, "user_id": member.user_id, "created_at": now}
        db.session.add(OutboundMail(**mail, next_attempt_at=now, state=MailState.SENT))
        notes.add_note(member, f"Notitie {number} over {member.surname}", actor=COMMAND, now=now)
        profile.change_data(member, {"city": f"Stad {number}"}, actor=COMMAND, now=now)
    row = make_document("Handleiding", now=now)
    publish_documents([row], actor=COMMAND, now=now)
    db.session.commit()


def sections(page):
    return dict(re.findall(r'<section>\s*<h2 id="([\w-]+)">(.*?)</section>', page, flags=re.S))


def test_the_page_tells_of_every_subject_and_of_nobody_else(db, team, now):
    member, other = make_member(surname="Bakker"), make_member(surname="Ander")
    fill(db, now, member)
    fill(db, now, other, code="TK2027")
    tell(db, other, now, "Alleen voor Ander")

    found = sections(read_member(team, member.id))

    assert set(found) == {section.id for section in SECTIONS} - FOR_ADMIN
    for section, words in (
        ("notities", "Notitie 0 over Bakker"),
        ("beschikbaarheid", "Verkiezing GR2026 0"),
        ("vragen", "Vraag 0"),
        ("meldingen", "Melding 0"),
        ("documenten", "Handleiding"),
        ("e-mails", "verstuurd"),
        ("wijzigingen", "Stad 0"),
    ):
        assert words in found[section], section
    assert "Alleen voor Ander" not in found["meldingen"]


def test_a_subject_without_rows_says_so(db, team):
    found = sections(read_member(team, make_member().id))
    assert "nog geen gesprek" in found["vragen"]
    assert "nu geen documenten" in found["documenten"]
    assert not [words for words in found.values() if "<table" in words]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.id)
def test_a_section_is_only_for_who_may_see_its_list(db, client, sign_in_as, section):
    member = make_member()
    sign_in_as(client, make_admin())
    address = address_of_part(member.id, section.part)
    assert section.id in sections(client.get(address).text)
    role = find_role("Admin")
    role.permissions = [
        permission
        for permission in role.permissions
        if (permission.permission.name, permission.view_menu.name) != section.needs
    ]
    db.session.commit()
    page = client.get(address)  # a part in which nothing is left is not there any more
    assert page.status_code in (200, 404)
    assert section.id not in sections(page.text)


def test_the_list_behind_a_section_holds_only_this_member(db, team, now):
    member, other = make_member(surname="Bakker"), make_member(surname="Ander")
    fill(db, now, member, code="A")
    fill(db, now, other, code="B")
    paths = re.findall(
        rf'href="([^"]*\?member={member.user.username})">Alles in de lijst', read_member(team, member.id)
    )
    assert [path.split("/")[1] for path in paths] == list(LISTS)
    for path in paths:
        found = team.get(path)
        assert found.status_code == 200
        assert "Ander" not in found.text, path
        shown = found.text.partition("<footer")[0]  # in the footer is a manual of the team
        assert ("Handleiding" if "documentbeheer" in path else "Bakker") in shown, path


def test_nobody_of_that_name_finds_nothing(db, team, now):
    fill(db, now, make_member(surname="Bakker"))
    for path in LISTS:
        found = team.get(f"/{path}/list/?member=niemand").text.partition("<footer")[0]
        assert "Bakker" not in found
        assert "Handleiding" not in found.partition("<footer")[0]


def test_sessions_and_signing_in_are_the_administrators(db, client, app, sign_in_as):
    member = make_member()
    sign_in_as(app.test_client(), member)
    assert FOR_ADMIN.isdisjoint(sections(read_member(sign_in_as(client, make_staff()), member.id)))
    found = sections(read_member(sign_in_as(app.test_client(), make_admin()), member.id))
    assert "127.0.0.1" in found["sessies"]
    assert f"/console/sessies/?who={member.user.username}" in found["sessies"]
    assert "nooit" in found["inloggen"]


@pytest.mark.parametrize("count", [1, 15])
def test_each_part_takes_at_most_eight_statements_and_shows_the_latest_ten(
    db, client, sign_in_as, statements, now, count
):
    member = make_member()
    fill(db, now, member, count)
    sign_in_as(client, make_admin())
    parts = list_parts(client, member.id)
    assert len(parts) == len(PARTS)
    for address in parts:
        client.get(address)
        with statements() as seen:
            page = client.get(address)
        assert len(seen) <= 8, (address, "\n".join(seen))
        assert max(section.count("<tr>") for section in sections(page.text).values()) <= 1 + 10


def test_a_part_that_is_not_there_is_not_found(team):
    assert team.get(address_of_part(make_member().id, "iets-anders")).status_code == 404


def test_looking_is_in_the_audit_trail(db, team):
    member = make_member()
    parts = list_parts(team, member.id)
    team.get(parts[-1])
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "member.read")).all()
    assert [event.member_id for event in events] == [member.id] * 2


def test_one_goes_on_to_write_to_the_member_or_send_a_notification(db, team):
    member = make_member()
    page = team.get(f"/leden/show/{member.id}").text
    write = re.search(r'href="([^"]+)">Schrijf dit lid', page)[1]
    assert f'value="{member.user.username}"' in team.get(write).text
    tell_one = re.search(r'href="([^"]+)">Stuur een notificatie', page)[1]
    assert f">\n{member.member_number}</textarea>" in team.get(tell_one).text.replace("\r", "")


def test_a_notification_of_the_list_says_when_it_was_read(db, team, now):
    member = make_member()
    tell(db, member, now, "Nieuws")
    row = db.session.scalars(select(Notification)).one()
    row.read_at = now
    db.session.commit()
    assert "ma 2 februari 2026" in team.get(f"/meldingen-per-lid/list/?member={member.member_number}").text


@pytest.mark.parametrize("values", [{"state": "imported"}, {"state": "imported", "email": None}, {"state": "invited"}])
def test_the_page_of_who_did_not_open_the_account_takes_eight_statements_too(client, sign_in_as, statements, values):
    page = f"/leden/show/{make_member(**values).id}"
    sign_in_as(client, make_staff())
    client.get(page)
    with statements() as seen:
        shown = client.get(page).text
    assert len(seen) <= 8, "\n".join(seen)
    assert "Verwijderen" in shown  # it may be deleted: that was asked too


def test_who_answered_by_telephone_and_never_opened_the_account_is_not_deleted(db, client, sign_in_as):
    member = make_member(state="invited")
    give_availability(member, make_open_election())
    sign_in_as(client, make_staff())
    assert "Verwijderen" not in client.get(f"/leden/show/{member.id}").text
    client.post(f"/leden/delete/{member.id}", data={"sure": "yes"})
    assert db.session.get(Member, member.id) is not None
