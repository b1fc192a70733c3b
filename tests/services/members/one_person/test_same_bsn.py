"""One BSN at several members: who is flagged, who no longer is, and how a BSN travels and is cleared."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import AuditEvent, Member, MemberIdentity
from app.phrases import RuleBroken
from app.services.audit import Actor
from app.services.members import bsn
from app.services.members.bsn import LONGEST_REASON, SHORTEST_REASON
from tests.support.factories.people import make_member

NUMBER, OTHER = "111222333", "123456782"
TEAM = Actor("team")


def supply(now, number=NUMBER):
    member = make_member()
    bsn.record_bsn(member, number, actor=TEAM, now=now)
    return member


def flagged(db):
    rows = select(Member.id).where(Member.bsn_duplicate).order_by(Member.id)
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()


def firsts(db):
    """The members whose BSN is found first; of the others it is a second one."""
    rows = select(MemberIdentity.member_id).where(MemberIdentity.lookup_hash.is_not(None))
    return sorted(db.session.scalars(rows))


def test_of_three_with_one_bsn_two_stay_flagged_and_of_two_none(db, now):
    first, second, third = (supply(now) for _ in range(3))
    supply(now, OTHER)
    assert flagged(db) == [first.id, second.id, third.id]
    assert {twin.id for twin in bsn.find_twins(first)} == {second.id, third.id}
    bsn.correct_bsn(second, "Tikfout, per telefoon", actor=TEAM, now=now)
    assert flagged(db) == [first.id, third.id]
    bsn.correct_bsn(first, "Tikfout, per telefoon", actor=TEAM, now=now)
    assert flagged(db) == []
    assert third.id in firsts(db)
    assert (second.bsn_known_at, bsn.find_twins(second)) == (None, [])
    cleared = select(AuditEvent).where(AuditEvent.action == "bsn.cleared").order_by(AuditEvent.id)
    told = db.session.scalars(cleared).all()
    assert [(event.member_id, event.details) for event in told] == [
        (second.id, {"reason": "Tikfout, per telefoon"}),
        (first.id, {"reason": "Tikfout, per telefoon"}),
    ]


def test_in_the_trail_stands_whether_it_was_a_double(db, now):
    supply(now)
    supply(now)
    told = select(AuditEvent.details).where(AuditEvent.action == "bsn.supplied").order_by(AuditEvent.id)
    assert list(db.session.scalars(told)) == [{"is_duplicate": False}, {"is_duplicate": True}]


def test_an_import_flags_doubles_with_who_was_there_and_within_itself(db, now):
    there = supply(now)
    same, early, late, alone = (make_member() for _ in range(4))
    bsn.record_bsns([(same.id, NUMBER), (early.id, OTHER), (late.id, OTHER), (alone.id, "987654329")], now=now)
    db.session.commit()
    assert flagged(db) == [there.id, same.id, early.id, late.id]
    assert firsts(db) == [there.id, early.id, alone.id]


def test_a_bsn_that_was_cleared_since_the_file_was_planned_makes_nobody_a_double(db, now):
    there, stays = supply(now), supply(now, OTHER)
    db.session.commit()
    holders = bsn.find_holders([NUMBER, OTHER])
    bsn.correct_bsn(there, "Tikfout, per telefoon", actor=TEAM, now=now)
    one_more, double = make_member(), make_member()
    bsn.record_bsns([(one_more.id, NUMBER), (double.id, OTHER)], now=now, holders=holders)
    assert flagged(db) == [stays.id, double.id]
    assert firsts(db) == [stays.id, one_more.id]


def test_who_is_deleted_leaves_no_double_behind_and_of_three_two(db, now):
    first, second, third = (supply(now) for _ in range(3))
    db.session.commit()
    bsn.forget_bsns([first.id])
    assert flagged(db) == [second.id, third.id]
    bsn.forget_bsns([second.id])
    assert (flagged(db), firsts(db)) == ([], [third.id])
    bsn.forget_bsns([make_member().id])
    assert firsts(db) == [third.id]


@pytest.mark.parametrize(
    ("reason", "is_good"),
    [
        ("x" * (SHORTEST_REASON - 1), False),
        ("x" * SHORTEST_REASON, True),
        ("x" * LONGEST_REASON, True),
        ("x" * (LONGEST_REASON + 1), False),
        ("brief 1234567", True),
        ("brief 12345678", False),
        ("brief 12-34-56-78", False),
    ],
)
def test_why_it_is_cleared_is_said_in_words_without_a_number_that_could_be_one(db, now, reason, is_good):
    member = supply(now)
    if is_good:
        bsn.correct_bsn(member, reason, actor=TEAM, now=now)
        assert member.bsn_known_at is None
        with pytest.raises(RuleBroken, match="no BSN to correct"):
            bsn.correct_bsn(member, reason, actor=TEAM, now=now)
        return
    with pytest.raises(RuleBroken) as refused:
        bsn.correct_bsn(member, reason, actor=TEAM, now=now)
    assert (refused.value.field, member.bsn_known_at) == ("reason", now)


def test_what_was_typed_travels_sealed_for_this_member(db):
    member, other = make_member(), make_member()
    sealed = bsn.seal_typed(member, "111.222.333")
    assert NUMBER not in sealed
    assert bsn.open_typed(member, sealed) == NUMBER
    assert bsn.group_bsn(NUMBER) == "111 222 333"
    for of, given in ((other, sealed), (member, "x")):
        with pytest.raises(RuleBroken) as refused:
            bsn.open_typed(of, given)
        assert refused.value.field == "bsn"
