"""A published plan becomes numbered decisions with letters: only for whom it touches, without gaps, safe to redo."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.models import (
    AppointedPlace,
    Appointment,
    AppointmentState,
    AuditEvent,
    DocumentGrant,
    ElectionState,
    LegalCapacity,
    MemberAnswer,
    OutboundMail,
    RunState,
    StoredFile,
)
from app.phrases import RuleBroken
from app.services import leases
from app.services.appointments import appointing, plans
from app.services.appointments.letters import texts
from app.services.appointments.touched import find_touched
from app.services.audit import COMMAND
from app.services.documents.for_member import list_own_documents
from tests.support.factories.appointments import OFFICE, appoint, appointed_mails, decision_of, start
from tests.support.factories.elections import make_station, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.plans import place, publish_places
from tests.support.jobs import run_job
from tests.support.statements import seen_statements


def numbers(db):
    rows = select(Appointment.number).order_by(Appointment.number)
    return list(db.session.scalars(rows))


def test_each_member_of_the_plan_gets_a_numbered_decision_a_letter_and_one_mail(
    setup, election, station, early, now, db
):
    chair, member = make_member(), make_member(locale="en")
    count = shifts_of(election)[-1]
    publish_places(
        election,
        [
            place(chair, station, early, "voorzitter"),
            place(chair, station, count, "teller"),
            place(member, station, early),
        ],
        now=now,
    )
    run = appoint(setup, now=now)
    assert (run.state, run.done, run.total) == (RunState.DONE, 2, 2)
    assert numbers(db) == [1, 2]
    first = decision_of(chair)
    assert first.decision_number.startswith("SB-GR2026-000")
    assert (first.signatory_name, first.mandate) == ("M. Bakker", "Mandaatbesluit 2025")
    capacities = select(AppointedPlace.capacity).where(AppointedPlace.appointment_id == first.id)
    assert set(db.session.scalars(capacities)) == {LegalCapacity.CHAIR, LegalCapacity.SUBSTITUTE}
    (own,) = list_own_documents(chair.id, now)
    assert own.file.id == first.file_id
    assert list_own_documents(member.id, now)[0].file.id == decision_of(member).file_id
    assert [(mail.user_id, mail.locale) for mail in appointed_mails()] == [
        (chair.user_id, "nl"),
        (member.user_id, "en"),
    ]
    told = {"election": election.name, "kind": "new", "until": ""}
    assert [(mail.is_bulk, mail.values, mail.recipient) for mail in appointed_mails()] == [
        (True, told, chair.email),
        (True, told, member.email),
    ]
    assert decision_of(member).language == "en"
    told_of = select(AuditEvent.member_id).where(AuditEvent.action == "appointment.issued").order_by(AuditEvent.id)
    assert list(db.session.scalars(told_of)) == [chair.id, member.id]
    runs = select(AuditEvent.action, AuditEvent.details).where(AuditEvent.subject_type == "AppointmentRun")
    assert list(db.session.execute(runs.order_by(AuditEvent.id))) == [
        ("appointment_run.started", {"count": 2, "version": 1}),
        ("appointment_run.finished", {"count": 2}),
    ]
    assert (run.lease_until, run.finished_at, run.failure) == (None, now, "")


def test_who_helps_to_count_is_a_substitute_member_or_a_designated_civil_servant(setup, election, station, now, db):
    count = shifts_of(election)[-1]
    servant, other = make_member(is_civil_servant=True), make_member()
    publish_places(
        election, [place(servant, station, count, "teller"), place(other, station, count, "teller")], now=now
    )
    appoint(setup, now=now)
    rows = db.session.execute(select(AppointedPlace.member_id, AppointedPlace.capacity))
    assert dict(rows.all()) == {servant.id: LegalCapacity.CIVIL_SERVANT, other.id: LegalCapacity.SUBSTITUTE}


def test_a_later_plan_touches_only_who_changed_and_supersedes_without_overwriting(
    setup, election, station, early, now, db
):
    stays, moves, leaves, comes = (make_member() for _ in range(4))
    first = publish_places(election, [place(who, station, early) for who in (stays, moves, leaves)], now=now)
    appoint(setup, now=now)
    old, kept = decision_of(moves), decision_of(stays)
    late = shifts_of(election)[1]
    later = now + timedelta(days=1)
    wanted = [place(moves, station, late), place(comes, station, early)]
    publish_places(election, wanted, now=later, ended=first[1:])
    plan = plans.make_plan(setup, plans.find_version(election.id))
    assert (plan.new, plan.changed, plan.withdrawn, plan.mails, plan.letters) == (1, 1, 1, 3, 2)
    db.session.query(OutboundMail).delete()
    appoint(setup, now=later)
    assert numbers(db) == [1, 2, 3, 4, 5]
    assert decision_of(stays).id == kept.id
    new = decision_of(moves)
    db.session.refresh(old)
    assert (old.state, old.superseded_by_id, old.ended_at) == (AppointmentState.SUPERSEDED, new.id, later)
    gone = db.session.scalars(select(Appointment).where(Appointment.member_id == leaves.id)).one()
    assert gone.state == AppointmentState.WITHDRAWN
    assert list_own_documents(leaves.id, later) == []
    assert [own.file.id for own in list_own_documents(moves.id, later)] == [new.file_id]
    assert [own.file.id for own in list_own_documents(stays.id, later)] == [kept.file_id]
    kinds = {mail.user_id: mail.values["kind"] for mail in appointed_mails()}
    assert kinds == {moves.user_id: "changed", comes.user_id: "new", leaves.user_id: "withdrawn"}
    assert db.session.scalar(select(func.count(StoredFile.id))) == 5
    actions = list(db.session.scalars(select(AuditEvent.action)))
    assert "appointment.withdrawn" in actions


def test_nobody_is_touched_twice_and_nothing_is_started_for_nobody(setup, election, station, early, now):
    publish_places(election, [place(make_member(), station, early)], now=now)
    appoint(setup, now=now)
    assert find_touched(election.id) == []
    with pytest.raises(RuleBroken):
        start(setup, now=now)


def test_a_run_that_was_left_is_taken_up_again_and_does_only_what_is_left(setup, election, station, early, now, db):
    people = [make_member() for _ in range(5)]
    publish_places(election, [place(who, station, early) for who in people], now=now)
    run = start(setup, now=now)
    steps = []

    def die_after_two_steps() -> None:
        db.session.commit()
        assert appointing.find_waiting(now) == []  # somebody has it
        steps.append(1)
        if len(steps) == 3:  # the claim, and two steps
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        appointing.run_appointments(run.id, lambda: now, checkpoint=die_after_two_steps, office=OFFICE, step=2)
    db.session.rollback()
    assert numbers(db) == [1, 2, 3, 4]
    assert appointing.find_waiting(now) == []
    later = now + leases.LEASE * 2
    assert appointing.find_waiting(later) == [run.id]
    run_job(appointing.run_appointments, run.id, lambda: later, office=OFFICE)
    assert numbers(db) == [1, 2, 3, 4, 5]
    assert len(appointed_mails()) == 5
    assert db.session.scalar(select(func.count(DocumentGrant.id))) == 5
    assert (run.state, run.done) == (RunState.DONE, 5)


def test_what_is_taken_back_in_the_middle_leaves_no_gap_in_the_numbers(setup, election, station, early, now, db):
    publish_places(election, [place(make_member(), station, early) for _ in range(4)], now=now)
    run = start(setup, now=now)
    tries = []

    def fail_at_the_first_step() -> None:
        tries.append(1)
        if len(tries) == 2:
            db.session.rollback()
            raise KeyboardInterrupt
        db.session.commit()

    with pytest.raises(KeyboardInterrupt):
        appointing.run_appointments(run.id, lambda: now, checkpoint=fail_at_the_first_step, office=OFFICE, step=2)
    assert numbers(db) == []
    later = now + leases.LEASE * 2
    run_job(appointing.run_appointments, run.id, lambda: later, office=OFFICE)
    assert numbers(db) == [1, 2, 3, 4]
    db.session.refresh(setup)
    assert setup.next_number == 5


def test_a_run_that_is_stopped_makes_no_more_and_the_next_one_goes_on(setup, election, station, early, now, db):
    publish_places(election, [place(make_member(), station, early) for _ in range(4)], now=now)
    run = start(setup, now=now)
    seen = []

    def stop_after_one_step() -> None:
        db.session.commit()
        seen.append(1)
        if len(seen) == 2:
            appointing.stop_run(run, actor=COMMAND, now=now)
            db.session.commit()

    appointing.run_appointments(run.id, lambda: now, checkpoint=stop_after_one_step, office=OFFICE, step=2)
    assert (run.state, run.done, numbers(db)) == (RunState.STOPPED, 2, [1, 2])
    assert "appointment_run.stopped" in set(db.session.scalars(select(AuditEvent.action)))
    assert appointing.find_waiting(now + leases.LEASE * 2) == []
    with pytest.raises(RuleBroken):
        appointing.stop_run(run, actor=COMMAND, now=now)
    appoint(setup, now=now)
    assert numbers(db) == [1, 2, 3, 4]


def test_one_run_at_a_time_and_only_for_the_plan_that_was_looked_at(setup, election, station, early, now):
    publish_places(election, [place(make_member(), station, early)], now=now)
    version = plans.find_version(election.id)
    publish_places(election, [place(make_member(), station, early)], now=now)
    with pytest.raises(RuleBroken, match="Another plan"):
        appointing.start_run(setup, version.id, actor=COMMAND, now=now)
    start(setup, now=now)
    with pytest.raises(RuleBroken, match="at this moment"):
        start(setup, now=now)


def test_nothing_is_appointed_without_a_published_plan(setup):
    assert "published" in str(plans.why_not(setup, plans.find_version(setup.election_id)))


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda setup, text: setattr(text, "body", "Beste {{salaris}}"), "Line 1: the fill-in {{salaris}}"),
        (lambda setup, text: setattr(setup, "signatory_role", ""), "Say first who signs"),
        (lambda setup, text: setattr(setup, "signatory_name", ""), "Say first who signs"),
        (lambda setup, text: setattr(setup.election, "state", ElectionState.CLOSED), "This election is closed"),
    ],
)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_a_letter_cannot_leave_without_is_told_before_it_is_made(
    setup, election, station, early, now, db, spoil, why, language
):
    publish_places(election, [place(make_member(), station, early)], now=now)
    version = plans.find_version(election.id)
    assert plans.why_not(setup, version) is None
    spoil(setup, next(text for text in texts.list_texts(election.id) if text.language == language))
    db.session.flush()
    assert why in str(plans.why_not(setup, version))


def test_looking_takes_as_many_statements_for_many_as_for_few(setup, election, station, early, now, db):
    publish_places(election, [place(make_member(email=None), station, early) for _ in range(30)], now=now)
    version = plans.find_version(election.id)
    with seen_statements(db.engine) as seen:
        plans.make_plan(setup, version)
    assert len(seen) <= 5, seen


def test_who_reads_no_mail_is_called_when_the_place_falls_away_but_not_who_said_no(
    setup, election, station, early, now, db
):
    reads, paper_only, said_no = make_member(), make_member(email=None), make_member(email=None)
    broken = make_member(email_broken_at=now)
    people = (reads, paper_only, said_no, broken)
    places = publish_places(election, [place(who, station, early) for who in people], now=now)
    appoint(setup, now=now)
    decision_of(said_no).answer = MemberAnswer.DECLINED
    publish_places(election, [], now=now, ended=places)
    plan = plans.make_plan(setup, plans.find_version(election.id))
    assert (plan.withdrawn, plan.letters, plan.total, plan.mails, plan.first_id) == (4, 0, 4, 1, None)
    assert {member.id for member in plan.to_call} == {paper_only.id, broken.id}
    assert (plan.on_paper, plan.version.number) == ([], 2)


def test_colleagues_stand_together_by_their_first_station_and_the_central_count_before(election, now):
    shifts, first = shifts_of(election), make_station(election, 1)
    second = make_station(election, 2)
    late, central, both, early_bird = (make_member() for _ in range(4))
    publish_places(
        election,
        [
            place(late, second, shifts[0]),
            place(both, second, shifts[1]),
            place(both, first, shifts[0]),
            place(early_bird, first, shifts[1]),
            place(central, None, shifts[2], "teller"),
        ],
        now=now,
    )
    found = find_touched(election.id)
    assert [touched.member_id for touched in found] == [central.id, both.id, early_bird.id, late.id]
    assert [touched.is_new for touched in found] == [True] * 4
    assert not any(touched.is_withdrawn for touched in found)
    assert [touched.member_id for touched in find_touched(election.id, [late.id, both.id])] == [both.id, late.id]
    assert find_touched(election.id + 1) == []
