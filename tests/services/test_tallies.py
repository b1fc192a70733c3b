"""The counts that the database keeps are those of the rows, whatever way a row was written."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update

from app.models import AnswerTally, Availability, Member, MemberState, MemberTally
from app.services import tallies
from app.services.bulk import insert_rows, is_postgresql
from tests.support.factories.elections import give_availability, make_open_election
from tests.support.factories.people import make_member

KEYS = {
    MemberTally: (
        Member.state,
        Member.bsn_known_at.is_(None),
        Member.data_checked_at.is_(None),
        Member.email.is_(None),
        Member.email_broken_at.is_not(None),
    ),
    AnswerTally: (Availability.election_id, Availability.state),
}


def counted(db, tally):
    """What is kept count of: number by key, without what is none."""
    names = [column for column in tally.__table__.columns if column.name not in ("id", "number")]
    rows = db.session.execute(select(*names, func.sum(tally.number)).group_by(*names))
    return {tuple(key): number for *key, number in rows if number}


def true(db, tally):
    keys = KEYS[tally]
    rows = db.session.execute(select(*keys, func.count()).group_by(*keys))
    return {tuple(key): number for *key, number in rows}


def assert_right(db):
    for tally in KEYS:
        assert counted(db, tally) == true(db, tally)


def test_every_way_of_writing_a_member_is_counted(db, now):
    first, second = make_member(), make_member(email=None)
    assert_right(db)
    first.state, first.bsn_known_at, first.surname = MemberState.PAUSED, now, "Anders"
    db.session.commit()
    assert_right(db)
    db.session.execute(update(Member).values(data_checked_at=now, email_broken_at=now))
    assert_right(db)
    db.session.execute(delete(Member).where(Member.id == second.id))
    assert_right(db)
    db.session.rollback()
    assert_right(db)
    assert sum(counted(db, MemberTally).values()) == 2


def test_rows_that_are_written_at_once_are_counted(db):
    pattern = make_member()
    columns = [
        column.name for column in Member.__table__.columns if column.name not in ("id", "user_id", "member_number")
    ]
    values = {name: getattr(pattern, name) for name in columns}
    users = [make_member().user_id for _ in range(3)]
    db.session.execute(delete(Member).where(Member.user_id.in_(users)))
    insert_rows(
        Member.__table__,
        ("user_id", "member_number", *columns),
        [(user_id, None, *values.values()) for user_id in users],
    )
    assert_right(db)
    assert sum(counted(db, MemberTally).values()) == 4


def test_answers_are_counted_also_when_their_member_goes(db, now):
    election, member, other = make_open_election(), make_member(), make_member()
    row = give_availability(member, election, now=now)
    give_availability(other, election, now=now)
    assert_right(db)
    row.state = "requested"
    db.session.flush()
    assert_right(db)
    db.session.execute(delete(Member).where(Member.id == member.id))
    assert_right(db)
    assert counted(db, AnswerTally) == {(election.id, "submitted"): 1}


def test_adding_up_leaves_one_row_for_each_combination(db, now):
    for _ in range(3):
        make_member()
    gone = make_member(state=MemberState.INVITED)
    db.session.execute(delete(Member).where(Member.id == gone.id))
    before = counted(db, MemberTally)
    tallies.add_up()
    db.session.commit()
    assert counted(db, MemberTally) == before
    rows = db.session.scalar(select(func.count()).select_from(MemberTally))
    assert rows == len(before) if is_postgresql() else rows >= len(before)
