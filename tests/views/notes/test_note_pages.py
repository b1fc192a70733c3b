"""Notes on a member: written and deleted from the member's page, found in the list, and never a member's."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import AuditEvent, Member, MemberNote
from app.phrases import RuleBroken
from app.services.audit import COMMAND, Actor
from app.services.members.one_person import merging
from app.services.members.one_person.references import is_used_elsewhere
from app.services.notes import notes
from tests.support.factories.people import make_member, make_staff


@pytest.fixture
def team(db, client, sign_in_as):
    return sign_in_as(client, make_staff(first_name="Ine", last_name="Smit"))


def write(client, member, text):
    return client.post(f"/notities/schrijven/{member.id}", data={"body": text})


def test_a_note_stands_on_the_page_of_the_member_with_who_wrote_it(db, team):
    member, other = make_member(), make_member()
    assert f'href="/notities/schrijven/{member.id}"' in team.get(f"/leden/show/{member.id}").text
    answer = write(team, member, "  Belt liever\r\n’s avonds <b> ")
    assert answer.location == f"/leden/show/{member.id}#notities"
    page = team.get(f"/leden/show/{member.id}").text
    assert "Belt liever\n’s avonds &lt;b&gt;" in page
    assert "Ine Smit" in page
    assert "Belt liever" not in team.get(f"/leden/show/{other.id}").text


def test_a_note_that_is_empty_or_too_long_is_refused_and_stays_typed(db, team):
    member = make_member()
    assert "Vul dit in." in write(team, member, " ").text
    long = "a" * (notes.LONGEST_BODY + 1)
    page = write(team, member, long).text
    assert "2001 tekens" in page
    assert long in page
    assert db.session.scalars(select(MemberNote)).all() == []


def test_nobody_gets_a_note(db, team):
    assert team.get("/notities/schrijven/999999").status_code == 404


def test_any_colleague_deletes_a_note_after_a_question(db, team, now):
    member = make_member()
    note = notes.add_note(member, "Weg ermee", actor=COMMAND, now=now)
    db.session.commit()
    address = f"/notities/delete/{note.id}?next=/leden/show/{member.id}"
    assert "Weg ermee" in team.get(address).text
    assert db.session.scalar(select(MemberNote))
    assert team.post(address).location == f"/leden/show/{member.id}"
    team.get("/")  # says that it is deleted
    assert "Weg ermee" not in team.get(f"/leden/show/{member.id}").text
    assert db.session.scalar(select(MemberNote)) is None


def test_the_audit_trail_tells_who_and_about_whom_but_not_the_text(db, team, now):
    member = make_member()
    write(team, member, "Heel persoonlijk")
    note_id = db.session.scalars(select(MemberNote.id)).one()
    team.post(f"/notities/delete/{note_id}")
    of_notes = select(AuditEvent).where(AuditEvent.action.startswith("member_note.")).order_by(AuditEvent.id)
    events = db.session.scalars(of_notes).all()
    assert [(event.action, event.member_id, event.subject_id) for event in events] == [
        ("member_note.added", member.id, note_id),
        ("member_note.deleted", member.id, note_id),
    ]
    assert "persoonlijk" not in repr([vars(event) for event in db.session.scalars(select(AuditEvent))])


def test_a_member_reaches_no_note(db, app, client, sign_in_as, now):
    member = make_member()
    note = notes.add_note(member, "Alleen voor het team", actor=COMMAND, now=now)
    db.session.commit()
    sign_in_as(client, member)
    for path in ("/notities/list/", f"/notities/show/{note.id}", f"/notities/schrijven/{member.id}"):
        assert client.get(path).status_code == 403
    assert client.post(f"/notities/delete/{note.id}").status_code == 403


def test_notes_are_searched_and_members_filtered_on_having_them(db, team, now):
    with_note, without = make_member(surname="Metmans"), make_member(surname="Zonderman")
    notes.add_note(with_note, "Rolstoel", actor=COMMAND, now=now)
    notes.add_note(without, "Andere notitie", actor=COMMAND, now=now)
    db.session.commit()
    found = team.get("/notities/list/?q=rolstoel").text
    assert "Metmans" in found
    assert "Zonderman" not in found
    db.session.delete(db.session.scalars(select(MemberNote).where(MemberNote.member_id == without.id)).one())
    db.session.commit()
    assert _names(team.get("/leden/list/?notes=yes").text) == ["Metmans"]
    assert _names(team.get("/leden/list/?notes=no").text) == ["Zonderman"]


def test_notes_move_along_when_two_members_are_merged(db, now):
    kept, gone = make_member(), make_member(state="imported")
    author = make_staff()
    notes.add_note(gone, "Van wie gaat", actor=Actor("team", author.id), now=now)
    notes.add_note(kept, "Van wie blijft", actor=COMMAND, now=now)
    db.session.commit()
    merge(db, kept, gone, now)
    assert [note.body for note in notes.list_notes(kept.id, limit=10)] == ["Van wie blijft", "Van wie gaat"]


def test_a_member_with_a_note_is_in_use_for_the_undoing_of_an_import(db, now):
    member, other = make_member(), make_member()
    notes.add_note(member, "Iets", actor=COMMAND, now=now)
    db.session.commit()
    assert list(db.session.scalars(select(Member).where(is_used_elsewhere()))) == [member]
    assert other.id != member.id


def test_a_note_has_text(db, now):
    with pytest.raises(RuleBroken):
        notes.add_note(make_member(), "\x00\n", actor=COMMAND, now=now)


def merge(db, kept, gone, now):
    chosen = {question.field: question.proposed for question in merging.compare(kept, gone)}
    merging.merge_members(kept.id, gone.id, chosen, seen=(kept.changed_at, gone.changed_at), actor=COMMAND, now=now)
    db.session.commit()


def _names(page):
    return [name for name in ("Metmans", "Zonderman") if name in page]
