"""Notes on members and their tags: of this member only, and each act in the trail without what was written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AuditEvent, Member, MemberNote, Tag
from app.phrases import RuleBroken
from app.services.audit import COMMAND, Actor
from app.services.notes import notes, tags
from tests.support.factories.people import make_member, make_staff

HOUR = timedelta(hours=1)


def make_tag(db, name):
    tag = Tag(name=name)
    db.session.add(tag)
    db.session.flush()
    return tag


def acts(db):
    rows = select(AuditEvent.action, AuditEvent.member_id, AuditEvent.details).order_by(AuditEvent.id)
    return [tuple(row) for row in db.session.execute(rows)]


def test_the_latest_notes_on_this_member_are_listed_with_who_wrote_them(db, now):
    member, other = make_member(), make_member()
    bea = make_staff(first_name="Bea", last_name="Post")
    notes.add_note(other, "Van een ander", actor=COMMAND, now=now)
    first = notes.add_note(member, " Belt vaak ", actor=Actor("bea", bea.id), now=now)
    second = notes.add_note(member, "Rijdt auto", actor=COMMAND, now=now + HOUR)
    third = notes.add_note(member, "Fietst", actor=COMMAND, now=now + HOUR)
    listed = [(row.id, row.body, row.created_at, row.author) for row in notes.list_notes(member.id, limit=3)]
    assert listed == [
        (third.id, "Fietst", now + HOUR, None),
        (second.id, "Rijdt auto", now + HOUR, None),
        (first.id, "Belt vaak", now, "Bea Post"),
    ]
    assert [row.id for row in notes.list_notes(member.id, limit=1)] == [third.id]


def test_who_has_notes_is_found_and_a_note_goes_with_a_trace(db, now):
    member, _other = make_member(), make_member()
    note = notes.add_note(member, "Belt vaak", actor=COMMAND, now=now)
    assert db.session.scalars(select(Member).where(notes.HAS_NOTES)).all() == [member]
    notes.delete_note(note, actor=COMMAND, now=now)
    assert db.session.scalars(select(MemberNote)).all() == []
    assert acts(db) == [("member_note.added", member.id, {}), ("member_note.deleted", member.id, {})]


@pytest.mark.parametrize("typed", [" ", "x" * (notes.LONGEST_BODY + 1)])
def test_an_empty_and_an_endless_note_are_refused_at_their_field(db, now, typed):
    with pytest.raises(RuleBroken) as refusal:
        notes.add_note(make_member(), typed, actor=COMMAND, now=now)
    assert refusal.value.field == "body"
    assert notes.add_note(make_member(), "x" * notes.LONGEST_BODY, actor=COMMAND, now=now)


def test_a_tag_is_given_and_taken_once_and_of_this_member_only(db, now):
    member, other = make_member(), make_member()
    dutch, car = make_tag(db, "Auto"), make_tag(db, "Bus")
    for person, tag in ((other, dutch), (member, car)):
        tags.give_tag(person, tag.id, actor=COMMAND, now=now)
    for _ in range(2):
        tags.give_tag(member, dutch.id, actor=COMMAND, now=now)
    assert tags.tags_of(member.id) == [dutch, car]
    assert tags.count_members([dutch.id, car.id]) == {dutch.id: 2, car.id: 1}
    for _ in range(2):
        tags.take_tag(member, dutch.id, actor=COMMAND, now=now)
    assert (tags.tags_of(member.id), tags.tags_of(other.id)) == ([car], [dutch])
    given, taken = "member_tag.given", "member_tag.taken"
    assert acts(db) == [(given, other.id, {}), (given, member.id, {}), (given, member.id, {}), (taken, member.id, {})]
    assert db.session.scalars(select(Member).where(tags.has_tag([dutch.id]))).all() == [other]
    with pytest.raises(RuleBroken) as refusal:
        tags.give_tag(member, 0, actor=COMMAND, now=now)
    assert refusal.value.field == "tag_id"


def test_what_a_colleague_gave_meanwhile_stays(db, now):
    member = make_member()
    old, kept, meanwhile, new = (make_tag(db, name) for name in ("Oud", "Blijft", "Intussen", "Nieuw"))
    for tag in (old, kept, meanwhile):
        tags.give_tag(member, tag.id, actor=COMMAND, now=now)
    tags.choose_tags(member, [kept.id, new.id], before=[old.id, kept.id], actor=COMMAND, now=now)
    assert set(tags.tags_of(member.id)) == {kept, meanwhile, new}


def test_a_tag_has_a_name_of_its_own_and_goes_when_nobody_has_it(db, now):
    car, bus = make_tag(db, "Auto"), make_tag(db, "Bus")
    tags.give_tag(make_member(), car.id, actor=COMMAND, now=now)
    assert tags.list_tags() == [car, bus]
    assert (tags.clean_name("  Rijdt   auto "), tags.clean_name("AUTO", car)) == ("Rijdt auto", "AUTO")
    for typed, tag in ((" ", None), ("auto", None), ("BUS", car)):
        with pytest.raises(RuleBroken) as refusal:
            tags.clean_name(typed, tag)
        assert refusal.value.field == "name"
    tags.check_tag_goes(bus)
    with pytest.raises(RuleBroken, match="1 member has this tag"):
        tags.check_tag_goes(car)
