"""Letters of appointment on paper: for who reads no mail, in the order of the postcode, in batches that stay."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
import pytest
from sqlalchemy import select

from app.extensions import storage
from app.models import Appointment, AppointmentState, AuditEvent, MemberState
from app.phrases import RuleBroken
from app.services.appointments import paper, plans
from app.services.audit import COMMAND
from tests.support.factories.appointments import appoint, appointed_mails, decision_of
from tests.support.factories.people import make_member
from tests.support.factories.plans import place, publish_places


def test_who_cannot_read_mail_gets_paper_in_the_order_of_the_postcode(setup, election, station, early, now, db):
    far = make_member(email=None, postcode="9999 ZZ", surname="Ver")
    near = make_member(email=None, postcode="1000 AA", surname="Dichtbij")
    invited = make_member(state=MemberState.INVITED, postcode="5000 AA")
    reads = make_member()
    publish_places(election, [place(who, station, early) for who in (far, near, invited, reads)], now=now)
    plan = plans.make_plan(setup, plans.find_version(election.id))
    assert {member.id for member in plan.on_paper} == {far.id, near.id, invited.id}
    assert plan.mails == 1
    appoint(setup, now=now)
    assert [mail.user_id for mail in appointed_mails()] == [reads.user_id]
    assert paper.count_unprinted(election.id) == 3
    batch = paper.take_batch(election.id, actor=COMMAND, now=now)
    assert batch.count == 3
    assert paper.count_unprinted(election.id) == 0
    rows = select(Appointment).where(Appointment.printed_at == batch.printed_at)
    assert {row.member_id for row in db.session.scalars(rows)} == {far.id, near.id, invited.id}
    first_pages = [pages_of(read_letter(decision_of(who)))[0] for who in (near, invited, far)]
    whole = pages_of(paper.read_batch(election.id, batch.printed_at))
    assert [page for page in whole if page in first_pages] == first_pages
    both_sides = pages_of(paper.read_batch(election.id, batch.printed_at, is_double_sided=True))
    assert [both_sides.index(page) % 2 for page in first_pages] == [0, 0, 0]
    with pytest.raises(RuleBroken):
        paper.take_batch(election.id, actor=COMMAND, now=now)
    assert "appointment.printed" in set(db.session.scalars(select(AuditEvent.action)))


def read_letter(decision):
    return b"".join(storage.store.open(decision.file.key))


def pages_of(pdf):
    """What is drawn on each page."""
    with pikepdf.open(io.BytesIO(pdf)) as whole:
        return [page.obj["/Contents"].read_bytes() if "/Contents" in page.obj else b"" for page in whole.pages]


def test_a_member_without_a_whole_address_is_named_before_paper_is_made(setup, election, station, early, now):
    nowhere = make_member(email=None, street="", postcode="")
    publish_places(election, [place(nowhere, station, early)], now=now)
    plan = plans.make_plan(setup, plans.find_version(election.id))
    assert [member.id for member in plan.without_address] == [nowhere.id]


def test_letters_on_paper_leave_in_batches_by_postcode_each_to_be_fetched_again(
    setup, election, station, early, now, db, monkeypatch
):
    far, near = (make_member(email=None, postcode=code) for code in ("9999 ZZ", "1000 AA"))
    reads = make_member()
    publish_places(election, [place(who, station, early) for who in (far, near, reads)], now=now)
    appoint(setup, now=now)
    assert paper.count_unprinted(election.id + 1) == 0
    monkeypatch.setattr(paper, "BATCH", 1)
    later = now + timedelta(hours=1)
    assert [paper.take_batch(election.id, actor=COMMAND, now=at).count for at in (now, later)] == [1, 1]
    assert (decision_of(near).printed_at, decision_of(far).printed_at) == (now, later)
    assert paper.list_batches(election.id) == [paper.Batch(later, 1), paper.Batch(now, 1)]
    assert paper.list_batches(election.id + 1) == []
    assert pages_of(paper.read_batch(election.id, now)) == pages_of(read_letter(decision_of(near)))
    for of, at in ((election.id, now + timedelta(minutes=1)), (election.id + 1, now)):
        with pytest.raises(RuleBroken):
            paper.read_batch(of, at)
    ended = decision_of(far)
    ended.printed_at = None
    db.session.flush()
    assert paper.count_unprinted(election.id) == 1
    ended.state = AppointmentState.SUPERSEDED
    db.session.flush()
    assert paper.count_unprinted(election.id) == 0


def test_a_whole_address_has_a_street_a_postcode_and_a_town(setup, election, station, early, now):
    whole = make_member(email=None)
    broken = [make_member(email=None, **{part: ""}) for part in ("street", "postcode", "city")]
    publish_places(election, [place(who, station, early) for who in (whole, *broken)], now=now)
    plan = plans.make_plan(setup, plans.find_version(election.id))
    assert len(plan.on_paper) == 4
    assert {member.id for member in plan.without_address} == {member.id for member in broken}
