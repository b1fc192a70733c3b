"""Undoing an import of members: what nobody touched since goes, or goes back; the rest stays, and is told with why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.models import (
    AuditEvent,
    ImportKind,
    ImportRun,
    ImportState,
    Member,
    MemberIdentity,
    MutedKind,
    OutboundMail,
    TrainingResult,
    User,
)
from app.phrases import RuleBroken
from app.services import import_runs, leases
from app.services.accounts import invitations
from app.services.audit import Actor
from app.services.members import profile
from app.services.members.states import activate
from app.services.rosters import runs, undo
from app.services.rosters.apply import ImportOvertaken
from tests.services.rosters.roster_files import ROWS, roster
from tests.support.factories.people import make_member
from tests.support.jobs import run_job

TEAM = Actor("team")
CHANGED = ROWS[0].replace("Voorbeeldstad", "Elders").replace("NL91ABNA0417164300", "NL02ABNA0123456789")


@pytest.fixture
def load(db, now):
    """Import these rows, each file an hour after the one before; gives the run."""
    hours = iter(range(1, 100))

    def do(*rows: str) -> ImportRun:
        runs.import_file(roster(*rows), "leden.csv", actor=TEAM, now=now + timedelta(hours=next(hours)))
        db.session.commit()
        return db.session.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()

    return do


@pytest.fixture
def take_back(db, now):
    def do(run: ImportRun, *, with_invited: bool = False) -> dict:
        undo.ask_undo(run, with_invited=with_invited, actor=TEAM, now=now + timedelta(days=2))
        db.session.commit()
        return undo.outcome_of(run)

    return do


def numbers(db) -> list[str]:
    return sorted(db.session.scalars(select(Member.member_number)))


def find(db, number: str) -> Member:
    return db.session.scalars(select(Member).where(Member.member_number == number)).one()


def left(run: ImportRun) -> set[tuple[str, str, str]]:
    return {
        (member.member_number, leftover.field, leftover.reason)
        for leftover, member in undo.list_leftovers(run, limit=100, offset=0)
    }


def test_who_was_new_goes_with_the_account_and_who_changed_is_as_before(db, load, take_back):
    load(ROWS[0])
    before = dict(db.session.execute(select(Member.__table__).where(Member.member_number == "1001")).one()._mapping)
    run = load(CHANGED, *ROWS[1:])
    done = take_back(run)

    assert (run.state, done["removed"], done["restored"], done["kept"]) == (ImportState.UNDONE, 2, 1, 0)
    assert numbers(db) == ["1001"]
    assert db.session.scalar(select(func.count(User.id))) == 1
    assert not db.session.scalars(select(MemberIdentity)).all()
    after = dict(db.session.execute(select(Member.__table__)).one()._mapping)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"changed_at", "sealed_iban"}
    assert profile.open_iban(before["id"], after["sealed_iban"]) == "NL91ABNA0417164300"
    events = set(db.session.scalars(select(AuditEvent.action).where(AuditEvent.at > run.finished_at)))
    assert events == {"member.deleted", "profile.changed", "roster.undone"}


def test_an_account_number_that_there_was_not_is_taken_away_again(db, load, take_back):
    load(ROWS[0].replace("NL91ABNA0417164300", ""))
    take_back(load(ROWS[0]))
    jan = find(db, "1001")
    assert (jan.sealed_iban, jan.iban_ending) == (None, "")


def test_a_bsn_that_the_import_gave_to_a_known_member_goes(db, load, take_back):
    load(ROWS[1].replace("111222333", ""))
    done = take_back(load(ROWS[1]))
    assert (find(db, "1002").bsn_known_at, done["restored"]) == (None, 1)
    assert not db.session.scalars(select(MemberIdentity)).all()


def test_who_loses_a_bsn_that_another_has_is_no_double_any_more(db, load, take_back):
    load(ROWS[1].replace("111222333", ""), "2002;B.;Bea;;Bos;7-7-1971;bea@post.example;;;;111222333")
    run = load(ROWS[1])
    assert find(db, "1002").bsn_duplicate
    take_back(run)
    assert not find(db, "1002").bsn_duplicate
    assert not find(db, "2002").bsn_duplicate


def test_a_bsn_that_was_known_before_stays_and_its_twin_is_single_again(db, load, take_back):
    load(ROWS[1])
    take_back(load("2002;B.;Bea;;Bos;7-7-1971;bea@post.example;;;;111222333"))
    anna = find(db, "1002")
    assert anna.bsn_known_at
    assert not anna.bsn_duplicate


def test_what_was_changed_since_stays_and_is_told(db, load, take_back, now):
    load(ROWS[0])
    run = load(CHANGED, *ROWS[1:])
    profile.change_data(find(db, "1001"), {"city": "Ginds"}, actor=TEAM, now=now + timedelta(days=1))
    profile.change_data(find(db, "1003"), {"city": "Ginds"}, actor=TEAM, now=now + timedelta(days=1))
    done = take_back(run)
    assert numbers(db) == ["1001", "1003"]
    assert (find(db, "1001").city, find(db, "1001").iban_ending) == ("Ginds", "4300")
    assert left(run) == {("1001", "city", "changed"), ("1003", "", "changed")}
    assert (done["removed"], done["restored"], done["kept"]) == (1, 1, 2)


def test_a_field_that_is_by_chance_the_same_after_a_change_stays(db, load, take_back, now):
    load(ROWS[0])
    run = load(ROWS[0].replace("Voorbeeldstad", "Elders"))
    for hours, city in ((30, "Ginds"), (31, "Elders")):
        profile.change_data(find(db, "1001"), {"city": city}, actor=TEAM, now=now + timedelta(hours=hours))
    take_back(run)
    assert find(db, "1001").city == "Elders"


def test_the_last_import_is_undone_before_the_one_before_it(db, load, take_back):
    first, second = load(*ROWS), load(CHANGED)
    assert undo.foresee(first, with_invited=False)["changed"] == 1
    take_back(second)
    assert undo.foresee(first, with_invited=False) == {"": 3, "changed_members": 0}
    take_back(first)
    assert numbers(db) == []


def test_who_opened_the_account_stays(db, load, take_back, now):
    run = load(*ROWS)
    jan = find(db, "1001")
    jan.user.password = "x"
    activate(jan, actor=TEAM, now=now)
    take_back(run)
    assert left(run) == {("1001", "", "opened")}


@pytest.mark.parametrize("with_invited", [False, True])
def test_who_was_invited_goes_only_when_the_team_says_so(db, load, take_back, now, with_invited):
    run = load(*ROWS)
    invitations.invite([find(db, "1001").user_id], actor=TEAM, now=now, lifetime=timedelta(days=14))
    take_back(run, with_invited=with_invited)
    assert numbers(db) == ([] if with_invited else ["1001"])
    assert db.session.scalar(select(OutboundMail.state)) == ("cancelled" if with_invited else "queued")


def test_who_has_something_since_stays(db, load, take_back):
    run = load(*ROWS)
    db.session.add(MutedKind(member_id=find(db, "1001").id, kind="news"))
    db.session.commit()
    take_back(run)
    assert left(run) == {("1001", "", "used")}


def test_a_member_number_that_somebody_else_has_now_is_not_given_back(db, load, take_back):
    other = make_member(member_number="9")
    load(ROWS[1])
    run = load(ROWS[1].replace("1002", "2002").replace("Voorbeeldstad", "Elders"))  # known by the BSN
    other.member_number = "1002"
    take_back(run)
    assert left(run) == {("2002", "member_number", "taken")}
    assert find(db, "2002").city == "Voorbeeldstad"


def test_an_import_is_undone_once(db, load, take_back):
    run = load(*ROWS)
    take_back(run)
    with pytest.raises(RuleBroken):
        take_back(run)


def test_a_worker_that_was_killed_goes_on_where_it_was(db, load, now, monkeypatch, tmp_path):
    monkeypatch.setattr(undo, "AT_ONCE", 1)
    monkeypatch.setattr(undo, "STEP", 1)
    load(ROWS[0])
    run = load(CHANGED, *ROWS[1:])
    assert not undo.ask_undo(run, with_invited=False, actor=TEAM, now=now)
    db.session.commit()
    run_id, steps = run.id, iter(range(1, 100))

    def die() -> None:
        db.session.commit()
        if next(steps) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runs.run_import(run_id, now, instance=tmp_path, checkpoint=die)
    db.session.rollback()
    assert db.session.get(ImportRun, run_id).state == ImportState.UNDOING
    assert import_runs.find_waiting(ImportKind.ROSTER, now) == []  # somebody is at it, as far as one knows

    later = now + leases.LEASE * 2
    assert import_runs.find_waiting(ImportKind.ROSTER, later) == [run_id]
    run_job(runs.run_import, run_id, later, instance=tmp_path)
    run = db.session.get(ImportRun, run_id)
    done = undo.outcome_of(run)
    assert (run.state, done["removed"], done["restored"], done["kept"]) == (ImportState.UNDONE, 2, 1, 0)
    assert numbers(db) == ["1001"]
    undone = select(func.count(AuditEvent.id)).where(AuditEvent.action == "roster.undone")
    assert db.session.scalar(undone) == 1


def test_a_step_that_a_member_overtook_is_taken_again(db, load, now, monkeypatch, tmp_path):
    monkeypatch.setattr(undo, "AT_ONCE", 0)
    load(ROWS[0])
    run = load(CHANGED)
    undo.ask_undo(run, with_invited=False, actor=TEAM, now=now)
    db.session.commit()
    real, calls = undo.put_back, []

    def overtaken_twice(*args: object, **kwargs: object) -> object:
        calls.append(1)
        if len(calls) <= 2:
            raise ImportOvertaken
        return real(*args, **kwargs)

    monkeypatch.setattr(undo, "put_back", overtaken_twice)
    run_job(runs.run_import, run.id, now, instance=tmp_path)
    assert (len(calls), run.state) == (3, ImportState.UNDONE)


def test_the_day_of_a_training_goes_back_too_and_an_older_file_changes_nothing(db, load, take_back, now):
    header = "Lidnummer;Achternaam;Voornaam;Training"

    def load_days(day, name):
        content = "\r\n".join([header, f"1001;Vries;Jan;{day}"]).encode()
        runs.import_file(content, name, actor=TEAM, now=now + timedelta(hours=len(name)))
        db.session.commit()
        return db.session.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()

    member = make_member(member_number="1001", surname="Vries", first_name="Jan", infix="", trained_on=date(2024, 5, 1))
    run = load_days("1-6-2025", "een.csv")
    db.session.refresh(member)
    assert member.trained_on == date(2025, 6, 1)
    load_days("1-1-2025", "twee.csv")
    db.session.refresh(member)
    assert member.trained_on == date(2025, 6, 1)
    take_back(run)
    db.session.refresh(member)
    assert member.trained_on == date(2024, 5, 1)
    assert [row.passed_on for row in db.session.scalars(select(TrainingResult))] == [date(2024, 5, 1)]
