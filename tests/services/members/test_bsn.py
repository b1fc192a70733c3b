import threading

import pytest
from sqlalchemy import select

from app.extensions import vault
from app.models import AuditEvent, Member, MemberIdentity
from app.phrases import RuleBroken
from app.services.audit import Actor
from app.services.members.bsn import correct_bsn, find_twins, normalise_bsn, record_bsn
from app.services.members.profile import seal_iban
from app.services.operations.key_rotation import rotate_keys
from app.vault import CannotDecrypt
from setting_rules import make_key, parse_keys
from tests.support.factories.people import make_member

BSN, OTHER = "111222333", "123456782"
JAN = Actor("jan", 1)


@pytest.mark.parametrize("typed", ["111.222.333", " 111 222 333 ", "111222333"])
def test_a_bsn_may_be_typed_with_spaces_and_dots(typed):
    assert normalise_bsn(typed) == BSN


@pytest.mark.parametrize("typed", ["", "111222334", "12345678", "000000000", "111２22333", "1112223334", "abc"])
def test_what_is_no_bsn_is_refused_without_repeating_it(typed):
    with pytest.raises(RuleBroken) as refusal:
        normalise_bsn(typed)
    assert refusal.value.field == "bsn"
    assert not any(c.isdigit() for c in str(refusal.value))


def test_a_bsn_is_kept_sealed_and_once(db, now):
    member = make_member()
    record_bsn(member, BSN, actor=JAN, now=now)
    db.session.commit()

    row = db.session.get(MemberIdentity, member.id)
    assert BSN not in row.sealed_bsn
    assert BSN not in repr(row)
    assert member.bsn_known_at == now
    assert vault.decrypt(row.sealed_bsn, owner=f"bsn:{member.id}") == BSN
    with pytest.raises(CannotDecrypt):
        vault.decrypt(row.sealed_bsn, owner=f"bsn:{member.id + 1}")
    with pytest.raises(RuleBroken):
        record_bsn(member, OTHER, actor=JAN, now=now)
    assert vault.decrypt(row.sealed_bsn, owner=f"bsn:{member.id}") == BSN


def test_the_audit_trail_knows_of_a_bsn_but_never_the_digits(db, now):
    record_bsn(make_member(), BSN, actor=JAN, now=now)
    db.session.commit()

    event = db.session.scalars(select(AuditEvent)).one()
    assert event.action == "bsn.supplied"
    assert BSN not in repr(vars(event))


def test_a_bsn_of_somebody_else_is_accepted_neutrally_and_both_are_flagged(db, now):
    first, second, third = make_member(), make_member(), make_member()
    for member in (first, second):
        record_bsn(member, BSN, actor=JAN, now=now)
    record_bsn(third, OTHER, actor=JAN, now=now)
    db.session.commit()
    db.session.expire_all()

    assert (first.bsn_duplicate, second.bsn_duplicate, third.bsn_duplicate) == (True, True, False)
    assert find_twins(first) == [second]


def test_a_corrected_bsn_can_be_supplied_again_and_the_twin_is_no_duplicate_any_more(db, now):
    first, second = make_member(), make_member()
    for member in (first, second):
        record_bsn(member, BSN, actor=JAN, now=now)
    correct_bsn(first, "Typing error, told by phone", actor=JAN, now=now)
    record_bsn(first, OTHER, actor=JAN, now=now)
    db.session.commit()
    db.session.expire_all()

    assert not first.bsn_duplicate
    assert not second.bsn_duplicate
    assert db.session.get(MemberIdentity, second.id).lookup_hash


@pytest.mark.parametrize("reason", ["", "x", "it was 111 222 333 before"])
def test_a_correction_needs_a_reason_without_a_number(db, now, reason):
    member = make_member()
    record_bsn(member, BSN, actor=JAN, now=now)
    with pytest.raises(RuleBroken):
        correct_bsn(member, reason, actor=JAN, now=now)


@pytest.mark.parametrize("same_member", [True, False])
def test_of_two_at_the_same_moment_one_wins(app, db, now, same_member):
    ids = [make_member().id, make_member().id]
    if same_member:
        ids[1] = ids[0]
    start, outcomes = threading.Barrier(2), []

    def write(member_id: int, typed: str) -> None:
        with app.app_context():
            member = db.session.get(Member, member_id)
            db.session.commit()
            start.wait()
            try:
                record_bsn(member, typed, actor=JAN, now=now)
                db.session.commit()
                outcomes.append("written")
            except RuleBroken:
                db.session.rollback()
                outcomes.append("refused")

    typed = [BSN, OTHER] if same_member else [BSN, BSN]
    threads = [threading.Thread(target=write, args=pair) for pair in zip(ids, typed, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == (["refused", "written"] if same_member else ["written", "written"])
    hashes = db.session.scalars(select(MemberIdentity.lookup_hash)).all()
    assert len(hashes) == (1 if same_member else 2)
    assert len([h for h in hashes if h]) == 1


def test_rotation_goes_on_where_it_stopped_and_finds_twins_of_before(db, now):
    keys = dict(vault._keys)
    members = [make_member(), make_member()]
    record_bsn(members[0], BSN, actor=JAN, now=now)
    record_bsn(members[1], OTHER, actor=JAN, now=now)
    members[0].sealed_iban = seal_iban(members[0].id, "NL91ABNA0417164300")
    db.session.commit()
    try:
        vault.use_keys({**parse_keys(make_key("new")), **keys})
        twin = make_member()
        record_bsn(twin, BSN, actor=JAN, now=now)
        assert twin.bsn_duplicate
        steps = []
        for rotation in rotate_keys(1):
            db.session.commit()
            steps.append((rotation.seen, rotation.total))
        assert steps == [(1, 3), (2, 3), (3, 3)]
        assert list(rotate_keys(1)) == []
        vault.use_keys({"new": vault._keys["new"]})
        db.session.expire_all()
        assert vault.decrypt(members[0].sealed_iban, owner=f"iban:{members[0].id}") == "NL91ABNA0417164300"
        assert find_twins(members[0]) == [twin]
    finally:
        vault.use_keys(keys)
