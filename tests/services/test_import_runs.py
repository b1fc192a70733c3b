"""What all imports keep of a run."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.extensions import db as portal_db
from app.importing.faults import FileRefused
from app.models import ImportKind, ImportRun, ImportState
from app.phrases import RuleBroken, phrase
from app.services import import_runs
from app.services.audit import COMMAND, Actor
from app.services.import_uploads import KEEP_FOR
from app.services.leases import LEASE, find_asker
from app.services.waiting import Total, count_totals
from tests.support.factories.elections import make_election
from tests.support.factories.people import make_user

SECOND = timedelta(seconds=1)
ROSTER, STATIONS = ImportKind.ROSTER, ImportKind.STATIONS


@pytest.fixture
def run(db, now) -> ImportRun:
    waiting = ImportRun(
        kind=ImportKind.ROSTER,
        state=ImportState.CHECKING,
        original_name="leden.csv",
        file_name="x",
        mapping={},
        created_at=now,
    )
    db.session.add(waiting)
    db.session.commit()
    return waiting


def test_of_a_refusal_numbers_are_kept_as_numbers_and_all_else_as_words(run, now):
    """A number decides between "1 row" and "2 rows" when it is said, perhaps weeks later in another language."""

    def refuse(_run: ImportRun) -> None:
        raise FileRefused(phrase("At most %(limit)s rows; since %(day)s.", limit=12, day=now.date()))

    import_runs.work(ImportKind.ROSTER, run.id, now, checkpoint=portal_db.session.commit, do=refuse)
    assert run.state == ImportState.FAILED
    assert import_runs.refusal_of(run).values == {"limit": 12, "day": "2026-02-02"}


def test_who_has_no_lease_does_nothing(run, now):
    done: list[int] = []
    assert import_runs.claim(ImportKind.ROSTER, run.id, now)
    portal_db.session.commit()
    import_runs.work(
        ImportKind.ROSTER, run.id, now + timedelta(seconds=1), checkpoint=portal_db.session.commit, do=done.append
    )
    assert done == []


def make(db, now, kind=ROSTER, state=ImportState.CHECKED, **columns):
    found = import_runs.start(
        kind, "map/leden.csv", state=state, actor=COMMAND, now=now, **{"file_name": "x", **columns}
    )
    db.session.commit()
    return found


def test_a_run_is_of_who_sent_the_file_in_and_is_found_by_its_kind_and_election(db, now):
    user, election, other = make_user(), make_election(), make_election(code="PS2026")
    actor = Actor(user.username, user.id)
    run = import_runs.start(
        STATIONS, "map/a.csv", state=ImportState.CHECKED, actor=actor, now=now, election_id=election.id
    )
    assert (run.original_name, run.created_by_user_id, run.created_at) == ("a.csv", user.id, now)
    assert (find_asker(run), find_asker(make(db, now))) == (actor, COMMAND)
    assert import_runs.find(STATIONS, run.id) is run
    assert import_runs.find(ROSTER, run.id) is None
    assert import_runs.find_of_election(STATIONS, run.id, election.id) is run
    assert import_runs.find_of_election(STATIONS, run.id, other.id) is None


def test_the_latest_runs_are_of_this_kind_and_election(db, now):
    election, other = make_election(), make_election(code="PS2026")
    first, foreign, last = (make(db, now, STATIONS, election_id=of.id) for of in (election, other, election))
    make(db, now)
    assert import_runs.list_latest(STATIONS) == [last, foreign, first]
    assert import_runs.list_latest(STATIONS, election_id=election.id) == [last, first]


def test_imported_is_what_was_done_or_undone(db, now):
    runs = {state: make(db, now, state=state) for state in ImportState}
    make(db, now, STATIONS, state=ImportState.DONE)
    over = [ImportState.DONE, ImportState.UNDONE, ImportState.UNDOING]
    imported = import_runs.list_imported(ROSTER)
    assert set(imported) == {runs[state] for state in over}
    assert [run.id for run in imported] == sorted((run.id for run in imported), reverse=True)


def test_what_waits_for_a_person_is_counted_while_its_file_is_there(db, now):
    for state in ImportState:
        make(db, now, state=state)
    make(db, now, file_name=None)
    make(db, now - KEEP_FOR)
    kept = make(db, now - KEEP_FOR + SECOND)
    make(db, now, STATIONS)
    counted = Total(phrase("x"), import_runs.count_left(ROSTER)(None, None), given=import_runs.given_left(None, now))
    assert count_totals([counted])[0].number == 3  # uploaded, checked, and the oldest that is kept
    since = db.session.scalars(import_runs.select_left(now - KEEP_FOR, ROSTER)).all()
    assert {run.state for run in since} == {ImportState.UPLOADED, ImportState.CHECKED}
    assert kept in since


def test_the_worker_takes_what_waits_and_was_left_behind_and_has_its_file(db, now):
    runs = {state: make(db, now, state=state) for state in ImportState}
    make(db, now, STATIONS, state=ImportState.QUEUED)
    make(db, now, state=ImportState.QUEUED, file_name=None)
    undoing = make(db, now, state=ImportState.UNDOING, file_name=None)
    left = make(db, now, state=ImportState.RUNNING, lease_until=now - SECOND)
    make(db, now, state=ImportState.RUNNING, lease_until=now)
    wanted = {*(runs[state] for state in import_runs.WAITING), undoing, left}
    assert import_runs.find_waiting(ROSTER, now) == sorted(run.id for run in wanted)
    assert {state for state, run in runs.items() if import_runs.is_waiting(run)} == set(import_runs.WAITING)


def test_a_run_is_taken_by_one_until_its_lease_ends_and_held_by_who_has_it(db, now):
    run = make(db, now, state=ImportState.QUEUED)
    assert import_runs.claim(STATIONS, run.id, now) is None
    assert import_runs.claim(ROSTER, run.id, now) is run
    assert (run.state, run.lease_until) == (ImportState.RUNNING, now + LEASE)
    assert import_runs.claim(ROSTER, run.id, now + LEASE) is None
    assert not import_runs.hold(run, ImportState.CHECKING, now)
    assert import_runs.hold(run, ImportState.RUNNING, now + SECOND)
    assert run.lease_until == now + SECOND + LEASE
    db.session.commit()
    assert import_runs.claim(ROSTER, run.id, now + SECOND + LEASE + SECOND) is run


def test_only_who_still_has_it_marks_it_as_done_and_once(db, now):
    run = make(db, now, state=ImportState.RUNNING, lease_until=now + LEASE)
    other = make(db, now, state=ImportState.RUNNING)
    assert import_runs.finish(run, now)
    assert (run.state, run.finished_at, run.lease_until) == (ImportState.DONE, now, None)
    assert not import_runs.finish(run, now + SECOND)
    db.session.refresh(other)
    assert other.state == ImportState.RUNNING


@pytest.mark.parametrize("state", ImportState)
def test_what_was_not_imported_is_given_up_with_its_file(db, now, tmp_path, state):
    election = make_election()
    kept, run = (
        import_runs.start_checked(STATIONS, election.id, b"inhoud", "a.csv", instance=tmp_path, actor=COMMAND, now=now)
        for _ in range(2)
    )
    assert (run.state, run.election_id) == (ImportState.CHECKED, election.id)
    run.state = state
    db.session.commit()
    if state in (ImportState.QUEUED, ImportState.RUNNING, ImportState.DONE, ImportState.UNDONE, ImportState.UNDOING):
        with pytest.raises(RuleBroken, match="running or done"):
            import_runs.give_up(run, instance=tmp_path)
        return
    import_runs.give_up(run, instance=tmp_path)
    db.session.commit()
    assert import_runs.list_latest(STATIONS) == [kept]
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == [kept.file_name]
    assert import_runs.read_file(kept, instance=tmp_path) == b"inhoud"
    import_runs.forget_file(kept, instance=tmp_path)
    with pytest.raises(RuleBroken, match="no longer kept"):
        import_runs.read_file(kept, instance=tmp_path)
