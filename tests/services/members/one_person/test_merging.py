"""Merging two members that are one person: nothing of either is lost, one account stays, nobody sees a BSN."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.models import (
    AuditEvent,
    Availability,
    AvailabilityState,
    Campaign,
    Member,
    MemberIdentity,
    MemberState,
    MergedMember,
    MutedKind,
    Notification,
    OutboundMail,
    ProfileChange,
    Thread,
    TrainingResult,
    TrainingSeat,
    User,
    UserSession,
)
from app.permissions import STAFF
from app.phrases import RuleBroken
from app.services.accounts import invitations
from app.services.audit import Actor
from app.services.members import profile
from app.services.members.bsn import record_bsn
from app.services.members.one_person import merging
from app.services.members.one_person.merging import Side
from app.services.members.one_person.references import columns_of_members, columns_of_users
from tests.support.factories.elections import make_open_election
from tests.support.factories.people import LONG_AGO, find_role, make_member, train
from tests.support.factories.training import make_session, sign_up

TEAM = Actor("team")


@pytest.fixture
def pair(db):
    same = {"first_name": "Jan", "surname": "Bakker", "birth_date": date(1970, 6, 6)}
    kept = make_member(**same, email="oud@post.example", mobile="", city="Elders", password="wachtwoord-1")
    gone = make_member(**same, email="nieuw@post.example", mobile="+31612345678", city="Ginds", state="imported")
    return kept, gone


@pytest.fixture
def merge(db, now):
    def do(kept: Member, gone: Member, **sides: str) -> Member:
        chosen = {question.field: question.proposed for question in merging.compare(kept, gone)} | sides
        seen = kept.changed_at, gone.changed_at
        merged = merging.merge_members(kept.id, gone.id, chosen, seen=seen, actor=TEAM, now=now)
        db.session.commit()
        return merged

    return do


def test_each_field_is_what_the_team_chose_and_what_was_empty_is_filled(db, pair, merge, now):
    kept, gone = pair
    numbers = (kept.member_number, gone.member_number)
    merged = merge(kept, gone, email="gone", city="kept")
    assert (merged.email, merged.city, merged.mobile) == ("nieuw@post.example", "Elders", "+31612345678")
    assert merged.member_number == numbers[0]
    assert "612345678" in merged.search_text
    assert {c.field for c in db.session.scalars(select(ProfileChange))} == {"email", "mobile"}
    assert db.session.scalars(select(Member.id)).all() == [merged.id]
    assert len(db.session.scalars(select(User.id)).all()) == 1
    row = db.session.scalars(select(MergedMember)).one()
    assert (row.member_id, row.member_number) == (merged.id, numbers[1])
    assert merging.find_merged(str(row.old_id)) == merged.id


def test_what_hangs_on_the_one_that_goes_comes_along(db, pair, merge, now):
    kept, gone = pair
    election = make_open_election()
    db.session.add(Availability(member_id=gone.id, election_id=election.id, state="submitted", changed_at=now))
    db.session.add(MutedKind(member_id=gone.id, kind="news"))
    db.session.add(MutedKind(member_id=kept.id, kind="news"))
    thread = Thread(member_id=gone.id, subject="Vraag", created_at=now, last_message_at=now)
    db.session.add(thread)
    db.session.commit()
    merged = merge(kept, gone)
    assert db.session.scalars(select(Availability.member_id)).all() == [merged.id]
    assert db.session.scalars(select(Thread.member_id)).all() == [merged.id]
    assert db.session.scalars(select(MutedKind.member_id)).all() == [merged.id]


@pytest.mark.parametrize(("states", "stays"), [(("submitted", "requested"), 0), (("requested", "submitted"), 1)])
def test_of_two_answers_for_one_election_the_given_one_stays(db, pair, merge, now, states, stays):
    election = make_open_election()
    rows = [
        Availability(member_id=member.id, election_id=election.id, state=state, changed_at=now)
        for member, state in zip(pair, states, strict=True)
    ]
    db.session.add_all(rows)
    db.session.commit()
    wanted = rows[stays].id
    merged = merge(*pair)
    found = db.session.scalars(select(Availability)).one()
    assert (found.id, found.member_id, found.state) == (wanted, merged.id, AvailabilityState.SUBMITTED)


@pytest.mark.parametrize("side", ["kept", "gone"])
def test_one_account_stays_and_the_state_goes_with_it(db, pair, merge, now, side):
    kept, gone = pair
    invitations.invite([gone.user_id], actor=TEAM, now=now, lifetime=timedelta(days=14))
    for member in pair:
        session = {"user_id": member.user_id, "epoch": 1, "created_at": now, "last_seen_at": now}
        db.session.add(UserSession(token_hash=f"{member.id}", **session))
    db.session.commit()
    db.session.expire_all()  # inviting writes past the session
    stays = (kept if side == "kept" else gone).user_id
    merged = merge(kept, gone, account=side, email=side)
    assert merged.user_id == stays
    assert merged.state == (MemberState.ACTIVE if side == "kept" else MemberState.INVITED)
    assert db.session.scalars(select(UserSession.user_id)).all() == [stays]
    mails = db.session.scalars(select(OutboundMail).where(OutboundMail.template == "invitation")).all()
    assert {(mail.user_id, mail.state) for mail in mails} == {(stays, "cancelled" if side == "kept" else "queued")}


@pytest.mark.parametrize("side", ["kept", "gone"])
def test_an_account_that_gets_another_address_signs_in_anew_and_is_told_at_the_old_one(db, pair, merge, now, side):
    kept, gone = pair
    gone.state = MemberState.ACTIVE
    account, other = (kept, gone) if side == "kept" else (gone, kept)
    old, stays = account.email, account.user_id
    db.session.add(UserSession(token_hash="a", user_id=stays, epoch=1, created_at=now, last_seen_at=now))
    db.session.commit()
    address = other.email
    merged = merge(kept, gone, account=side, email="gone" if side == "kept" else "kept")
    assert (merged.email, merged.user_id) == (address, stays)
    assert not db.session.scalars(select(UserSession)).all()
    told = db.session.scalars(select(OutboundMail).where(OutboundMail.template == "account_changed"))
    assert [mail.user_id for mail in told if (mail.recipient, mail.values["changed"]) == (old, ["email"])] == [stays]


def told_of_merge(db) -> set[tuple[str, str]]:
    """To which address which user name was told."""
    mails = db.session.scalars(select(OutboundMail).where(OutboundMail.template == "account_changed"))
    return {(mail.recipient, mail.values["user_name"]) for mail in mails if mail.values["changed"] == ["merged"]}


@pytest.mark.parametrize("side", ["kept", "gone"])
def test_whose_account_goes_is_told_which_one_works_from_now_on(db, pair, merge, side):
    kept, gone = pair
    gone.state = MemberState.PAUSED
    db.session.commit()
    name = (kept if side == "kept" else gone).user.username
    merged = merge(kept, gone, account=side, email=side)
    assert told_of_merge(db) == {("oud@post.example", name), ("nieuw@post.example", name)}
    notices = select(Notification.member_id, Campaign.title).join(Campaign, Campaign.id == Notification.campaign_id)
    assert db.session.execute(notices).all() == [(merged.id, "Je twee accounts zijn samengevoegd")]


def test_one_address_gets_one_mail_of_a_merge(db, pair, merge):
    kept, gone = pair
    gone.state = MemberState.ACTIVE
    gone.email = kept.email
    db.session.commit()
    merge(kept, gone)
    mails = db.session.scalars(select(OutboundMail.recipient).where(OutboundMail.template == "account_changed")).all()
    assert mails == ["oud@post.example"]


def test_who_never_heard_of_the_account_that_goes_is_told_nothing(db, pair, merge):
    merge(*pair)
    assert told_of_merge(db) == set()
    assert not db.session.scalars(select(Notification)).all()


def test_an_account_of_the_team_is_not_taken_away(db, pair, merge):
    kept, gone = pair
    gone.user.roles = [*gone.user.roles, find_role(STAFF)]
    db.session.commit()
    with pytest.raises(RuleBroken) as refusal:
        merge(kept, gone)
    assert refusal.value.field == "account"


def test_a_bsn_and_an_account_number_are_sealed_anew_for_who_stays(db, pair, merge, now):
    kept, gone = pair
    record_bsn(gone, "111222333", actor=TEAM, now=now)
    profile.change_data(gone, {"iban": "NL91ABNA0417164300"}, actor=TEAM, now=now)
    db.session.commit()
    merged = merge(kept, gone)
    identity = db.session.scalars(select(MemberIdentity)).one()
    assert (identity.member_id, merged.bsn_known_at, merged.bsn_duplicate) == (merged.id, now, False)
    assert profile.open_iban(merged.id, merged.sealed_iban) == "NL91ABNA0417164300"
    with pytest.raises(RuleBroken):
        record_bsn(merged, "123456782", actor=TEAM, now=now)  # it is known, and opens
    assert not [e for e in db.session.scalars(select(AuditEvent)) if "111222333" in repr(e.details)]


def test_twins_are_no_double_any_more(db, pair, merge, now):
    for member in pair:
        record_bsn(member, "111222333", actor=TEAM, now=now)
    db.session.commit()
    assert pair[0].bsn_duplicate
    assert "bsn" not in {question.field for question in merging.compare(*pair)}
    merged = merge(*pair)
    assert not merged.bsn_duplicate
    assert db.session.scalars(select(MemberIdentity)).one().lookup_hash is not None


@pytest.mark.parametrize(("side", "bsn"), [("kept", "111222333"), ("gone", "123456782")])
def test_of_two_different_bsns_the_team_chooses_one_without_seeing_it(db, pair, merge, now, side, bsn):
    for member, number in zip(pair, ("111222333", "123456782"), strict=True):
        record_bsn(member, number, actor=TEAM, now=now)
    db.session.commit()
    question = next(question for question in merging.compare(*pair) if question.field == "bsn")
    assert (question.kept, question.gone) == ("", "")
    merged = merge(*pair, bsn=side)
    other = make_member()
    record_bsn(other, bsn, actor=TEAM, now=now)
    db.session.commit()
    db.session.refresh(merged)
    assert merged.bsn_duplicate


def test_who_looked_before_somebody_changed_one_of_them_looks_again(db, pair, now):
    kept, gone = pair
    chosen = {question.field: question.proposed for question in merging.compare(kept, gone)}
    seen = kept.changed_at, gone.changed_at
    profile.change_data(gone, {"city": "Verder"}, actor=TEAM, now=now)
    db.session.commit()
    with pytest.raises(RuleBroken, match="meantime"):
        merging.merge_members(kept.id, gone.id, chosen, seen=seen, actor=TEAM, now=now)
    db.session.rollback()
    assert len(db.session.scalars(select(Member.id)).all()) == 2


def test_a_field_that_was_not_chosen_is_refused(db, pair, now):
    kept, gone = pair
    seen = kept.changed_at, gone.changed_at
    with pytest.raises(RuleBroken) as refusal:
        merging.merge_members(kept.id, gone.id, {"account": Side.KEPT}, seen=seen, actor=TEAM, now=now)
    assert refusal.value.field


def test_a_member_that_was_merged_into_goes_on_into_the_next(db, pair, merge):
    kept, gone = pair
    old_id = gone.id
    merged = merge(kept, gone)
    third = make_member(first_name="Jan", surname="Bakker", created_at=LONG_AGO)
    last = merge(third, merged, account="gone")
    assert merging.find_merged(str(old_id)) == last.id


def test_both_are_in_the_trail_without_a_value(db, pair, merge):
    kept, gone = pair
    ids = {kept.id, gone.id}
    merge(kept, gone)
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "member.merged")).all()
    assert {event.member_id for event in events} == ids
    assert "post.example" not in repr([event.details for event in events])


def test_who_seems_the_same_is_suggested(pair):
    kept, gone = pair
    make_member(
        first_name="Piet", surname="Bakker", birth_date=date(1980, 1, 1), email="piet@post.example", postcode=""
    )
    assert merging.suggest(kept) == [gone]


def test_every_table_that_refers_to_a_member_or_an_account_is_found():
    assert len(columns_of_members()) > 15
    assert {"account", "message", "outbound_mail"} <= {column.table.name for column in columns_of_users()}


def test_results_and_places_in_trainings_of_both_are_of_who_stays(db, pair, merge, now):
    kept, gone = pair
    shared, other = make_session(now, capacity=3), make_session(now, title="Training voorzitter")
    for session, member in ((shared, kept), (shared, gone), (other, gone)):
        sign_up(session, member, now)
    train(kept, date(2025, 1, 1))
    train(gone, date(2025, 6, 1))
    db.session.commit()
    merged = merge(kept, gone)
    assert merged.trained_on == date(2025, 6, 1)
    assert {row.member_id for row in db.session.scalars(select(TrainingResult))} == {merged.id}
    seats = db.session.scalars(select(TrainingSeat).order_by(TrainingSeat.session_id)).all()
    assert [(seat.session_id, seat.member_id) for seat in seats] == [(shared.id, merged.id), (other.id, merged.id)]
    db.session.expire_all()
    assert (shared.taken, other.taken) == (1, 1)
