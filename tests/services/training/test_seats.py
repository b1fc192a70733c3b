"""Places in sessions: never more than it holds, the waiting list in order, and moving without losing a place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from app.models import AuditEvent, OutboundMail, SeatOutcome, SeatState, TrainingSeat, TrainingSession
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.training import attendance, seats, sessions
from app.services.training.open_tasks import ASKED_FOR, total_open
from app.services.waiting import count_totals
from tests.support.factories.elections import make_election
from tests.support.factories.people import make_member
from tests.support.factories.training import make_session, mark, session_text, sign_up


def state_of(db, session, member):
    db.session.expire_all()
    return db.session.scalar(
        select(TrainingSeat.state).where(TrainingSeat.session_id == session.id, TrainingSeat.member_id == member.id)
    )


def counts(db, session):
    db.session.refresh(session)
    return session.taken, session.waiting


def told(db, member):
    rows = select(OutboundMail.values).where(OutboundMail.user_id == member.user_id).order_by(OutboundMail.id)
    return [values["kind"] for values in db.session.scalars(rows)]


def acts(db, member):
    rows = select(AuditEvent.action).where(AuditEvent.member_id == member.id, AuditEvent.subject_type == "TrainingSeat")
    return list(db.session.scalars(rows.order_by(AuditEvent.id)))


def give_up(db, seat, now):
    seats.give_up(seat.id, actor=COMMAND, now=now)
    db.session.commit()


def test_who_comes_when_it_is_full_waits_and_the_first_gets_a_place_that_comes_free(db, now):
    session, other = make_session(now, capacity=1), make_session(now, title="Training voorzitter", capacity=1)
    for _ in range(3):
        sign_up(other, make_member(), now)
    first, second, third = make_member(), make_member(), make_member()
    seat = sign_up(session, first, now)
    waiting = [sign_up(session, member, now + timedelta(minutes=1)) for member in (second, third)]
    assert [seats.place_in_queue(each) for each in waiting] == [1, 2]
    assert counts(db, session) == (1, 2)
    give_up(db, seat, now)
    assert [state_of(db, session, member) for member in (first, second, third)] == ["cancelled", "signed_up", "waiting"]
    assert counts(db, session) == (1, 1)
    assert told(db, second) == ["waiting", "promoted"]
    assert acts(db, second) == ["training_seat.queued", "training_seat.promoted"]
    assert acts(db, first)[-1] == "training_seat.cancelled"
    assert counts(db, other) == (1, 2)
    with pytest.raises(RuleBroken, match="given up already"):
        seats.give_up(seat.id, actor=COMMAND, now=now)
    with pytest.raises(RuleBroken, match="begun"):
        seats.give_up(waiting[0].id, actor=COMMAND, now=session.starts_at)


def test_choosing_another_session_of_the_same_training_moves(db, now):
    evening, morning = make_session(now), make_session(now, starts_at=now + timedelta(days=15))
    member = make_member()
    sign_up(evening, member, now)
    sign_up(morning, member, now)
    assert (state_of(db, evening, member), state_of(db, morning, member)) == ("cancelled", "signed_up")
    assert counts(db, evening) == (0, 0)
    assert acts(db, member) == ["training_seat.signed_up", "training_seat.moved"]


def test_another_training_is_no_move(db, now):
    """Nor is one for another election, the place of a colleague, or what is over."""
    election = make_election()
    base, chair = make_session(now), make_session(now, title="Training voorzitter")
    of_election = make_session(now, election_id=election.id)
    member, colleague = make_member(), make_member()
    sign_up(base, member, now)
    sign_up(base, colleague, now)
    sign_up(chair, member, now)
    sign_up(of_election, member, now, is_own=False)
    again = make_session(now, starts_at=now + timedelta(days=60))
    sign_up(again, member, base.starts_at, is_own=False)
    for session in (base, chair, of_election, again):
        assert state_of(db, session, member) == "signed_up"
    assert state_of(db, base, colleague) == "signed_up"


def test_who_waits_elsewhere_keeps_the_place_until_there_is_one(db, now):
    evening, morning = make_session(now), make_session(now, capacity=1, starts_at=now + timedelta(days=15))
    member, other, third = make_member(), make_member(), make_member()
    taken = sign_up(morning, other, now)
    sign_up(evening, third, now)
    sign_up(evening, member, now)
    late = make_member()
    sign_up(evening, late, now)
    assert sign_up(morning, member, now).state == SeatState.WAITING
    assert state_of(db, evening, member) == "signed_up"
    give_up(db, taken, now)
    assert (state_of(db, evening, member), state_of(db, morning, member)) == ("cancelled", "signed_up")
    assert state_of(db, evening, late) == "signed_up"  # the place that came free there went on
    assert counts(db, evening) == (2, 0)


@pytest.mark.parametrize("how", ["begun", "cancelled", "too late", "twice", "left"])
def test_what_cannot_be_chosen(db, now, how):
    session = make_session(now, sign_up_until=now + timedelta(days=10))
    member = make_member(state="resigned" if how == "left" else "active")
    if how == "twice":
        sign_up(session, member, now)
    if how == "cancelled":
        sessions.cancel_session(session, "Trainer ziek", actor=COMMAND, now=now)
    later = {"begun": timedelta(days=14), "too late": timedelta(days=10)}.get(how, timedelta())
    with pytest.raises(RuleBroken):
        seats.choose(session.id, member.id, actor=COMMAND, now=now + later, is_own=True)
    db.session.rollback()


def test_the_team_may_give_a_place_after_the_last_day_and_on_the_day_itself(db, now):
    session = make_session(now, sign_up_until=now + timedelta(days=10))
    assert sign_up(session, make_member(), now + timedelta(days=11), is_own=False).state == SeatState.SIGNED_UP
    assert sign_up(session, make_member(), session.starts_at, is_own=False).state == SeatState.SIGNED_UP
    with pytest.raises(RuleBroken):
        seats.choose(session.id, make_member().id, actor=COMMAND, now=session.starts_at, is_own=False)


def test_more_places_go_to_who_waits_and_less_than_taken_is_refused(db, now):
    session = make_session(now, capacity=1)
    members = [make_member() for _ in range(3)]
    for member in members:
        sign_up(session, member, now)
    sessions.write_session(session_text(now, capacity=3), session, actor=COMMAND, now=now)
    db.session.commit()
    assert counts(db, session) == (3, 0)
    with pytest.raises(RuleBroken) as refused:
        sessions.write_session(session_text(now, capacity=2), session, actor=COMMAND, now=now)
    assert refused.value.field == "capacity"


def test_at_the_same_moment_nobody_gets_a_place_too_many_and_nobody_is_lost(app, db, now):
    """Eight sign up for three places while one who has a place gives it up."""
    session = make_session(now, capacity=3)
    leaving = sign_up(session, make_member(), now).id
    ids, session_id = [make_member().id for _ in range(8)], session.id
    start = Barrier(9)
    db.session.commit()

    def work(number: int) -> None:
        with app.app_context():
            start.wait()
            if number == 8:
                seats.give_up(leaving, actor=COMMAND, now=now)
            else:
                seats.choose(session_id, ids[number], actor=COMMAND, now=now, is_own=True)
            db.session.commit()

    with ThreadPoolExecutor(9) as pool:
        list(pool.map(work, range(9)))
    db.session.expire_all()
    found = db.session.get_one(TrainingSession, session_id)
    assert (found.taken, found.waiting) == (3, 5)
    assert sessions.count_signed_up(session_id) == 3
    waiting = select(TrainingSeat).where(TrainingSeat.state == SeatState.WAITING)
    assert len(db.session.scalars(waiting).all()) == 5


def test_the_update_alone_holds_the_capacity(db, now):
    """Also where nobody took turns."""
    session = make_session(now, capacity=1)
    assert seats._take_place(session)
    assert not seats._take_place(session)
    assert counts(db, session) == (1, 0)


def test_cancelling_a_session_tells_everybody_and_frees_them(db, now):
    session, other, goes_on = make_session(now, capacity=1), make_session(now, title="Ander"), make_member()
    sign_up(other, goes_on, now)
    people = [make_member(), make_member(email=None), make_member()]
    for member in people:
        sign_up(session, member, now)
    assert sessions.cancel_session(session, "Trainer ziek", actor=COMMAND, now=now) == 3
    db.session.commit()
    assert {state_of(db, session, member) for member in people} == {"cancelled"}
    assert (counts(db, session), counts(db, other), state_of(db, other, goes_on)) == ((0, 0), (1, 0), "signed_up")
    assert [told(db, member)[-1:] for member in people] == [["session_cancelled"], [], ["session_cancelled"]]
    with pytest.raises(RuleBroken):
        sessions.cancel_session(session, "", actor=COMMAND, now=now)


def test_another_time_or_place_is_told_and_other_words_are_not(db, now):
    session, member = make_session(now), make_member()
    sign_up(session, member, now)
    sessions.write_session(session_text(now, explanation="Neem je paspoort mee"), session, actor=COMMAND, now=now)
    assert told(db, member) == ["signed_up"]
    sessions.write_session(session_text(now, place="Buurthuis, Plein 2"), session, actor=COMMAND, now=now)
    assert told(db, member) == ["signed_up", "changed"]
    assert session.changes == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"place": ""}, "place"),
        ({"kind": "link", "link": "http://meet.example/1"}, "link"),
        ({"kind": "link", "link": "javascript:alert(1)"}, "link"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 2001}, "capacity"),
        ({"valid_months": 0}, "valid_months"),
        ({"remind_days": 31}, "remind_days"),
        ({"starts_at": -1}, "starts_at"),
        ({"ends_at": 14}, "ends_at"),
        ({"ends_at": 17}, "ends_at"),
        ({"sign_up_until": 15}, "sign_up_until"),
    ],
)
def test_what_is_filled_in_wrong_is_said_at_its_field(db, now, values, field):
    given = {
        name: now + timedelta(days=value) if name.endswith(("_at", "_until")) else value
        for name, value in values.items()
    }
    with pytest.raises(RuleBroken) as refused:
        sessions.write_session(session_text(now, **given), None, actor=COMMAND, now=now)
    assert refused.value.field == field


def test_somebody_goes_to_another_session_that_is_to_come_of_the_same_election(db, now):
    """The first one first, also after the last day to sign up."""
    election = make_election()
    here = make_session(now, election_id=election.id)
    closed = make_session(now, election_id=election.id, sign_up_until=now, starts_at=now + timedelta(days=9))
    later = make_session(now, election_id=election.id, title="Anders", starts_at=now + timedelta(days=20))
    make_session(now)
    off = make_session(now, election_id=election.id)
    sessions.cancel_session(off, "", actor=COMMAND, now=now)
    make_session(now - timedelta(days=1), election_id=election.id, starts_at=now)
    assert sessions.list_other_sessions(here, now) == [closed, later]


def test_the_places_of_a_member_are_listed_the_latest_session_first(db, now):
    member = make_member()
    early, late = make_session(now), make_session(now, title="Later", starts_at=now + timedelta(days=20))
    seats_of = [sign_up(session, member, now) for session in (late, early)]
    sign_up(early, make_member(), now)
    give_up(db, seats_of[0], now)
    assert attendance.list_of_member(member.id, limit=9) == seats_of
    assert attendance.list_of_member(member.id, limit=1) == seats_of[:1]


def test_the_team_hears_who_waits_and_of_which_sessions_nothing_is_known_yet(db, now):
    """Not of those that are long ago, or at which nobody was."""
    full, empty = make_session(now, capacity=1), make_session(now, title="Leeg")
    many = [sign_up(full, make_member(), now) for _ in range(3)]
    marked = make_session(now, title="Ingevuld")
    mark(sign_up(marked, make_member(), now), SeatOutcome.PRESENT, now)
    off = make_session(now, title="Gaat niet door")
    sign_up(off, make_member(), now)
    sessions.cancel_session(off, "", actor=COMMAND, now=now)
    assert totals(now) == (2, 0)
    assert totals(full.starts_at) == (0, 0)
    assert totals(full.ends_at) == (0, 0)
    over = full.ends_at + timedelta(seconds=1)
    assert totals(over) == (0, 1)
    assert totals(full.ends_at + ASKED_FOR - timedelta(seconds=1)) == (0, 1)
    assert totals(full.ends_at + ASKED_FOR) == (0, 0)
    mark(many[0], SeatOutcome.ABSENT, now)
    assert totals(over) == (0, 0)
    assert empty.taken == 0


def totals(now):
    return tuple(total.number for total in count_totals(total_open(now)))


def test_only_a_session_without_people_is_deleted(db, now):
    empty, used = make_session(now), make_session(now)
    sign_up(used, make_member(), now)
    sessions.delete_session(empty, actor=COMMAND, now=now)
    with pytest.raises(RuleBroken):
        sessions.delete_session(used, actor=COMMAND, now=now)
