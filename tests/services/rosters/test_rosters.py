import os
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from app.importing.faults import FileRefused
from app.importing.rosters.refused_rows import refused_rows_csv
from app.models import (
    Account,
    AuditEvent,
    ImportKind,
    ImportRun,
    ImportState,
    Member,
    MemberIdentity,
    ProfileChange,
    User,
)
from app.phrases import RuleBroken, phrase
from app.services import import_runs, leases
from app.services.audit import Actor
from app.services.import_uploads import UploadGone, read_upload
from app.services.members import profile
from app.services.rosters import runs
from app.services.rosters.report import refused_rows
from tests.services.rosters.roster_files import HEADER, ROWS, roster
from tests.support.factories.people import make_member, make_staff
from tests.support.jobs import run_job

TEAM = Actor("team")


@pytest.fixture
def load(db, now):
    def run(content: bytes, **options):
        plan, _ = runs.import_file(content, "leden.csv", actor=TEAM, now=now, **options)
        db.session.commit()
        return plan

    return run


def find(db, number: str) -> Member:
    return db.session.scalars(select(Member).where(Member.member_number == number)).one()


def test_each_row_becomes_a_member_with_user_account_and_role(db, load):
    plan = load(roster())

    assert str(plan.summary) == "3 members: 3 new, 0 changed, 0 refused"
    jan = find(db, "1001")
    assert (jan.full_name, jan.user.username, jan.iban_ending, jan.state) == (
        "Jan de Vries",
        "jdevries",
        "4300",
        "imported",
    )
    assert jan.user.active
    assert jan.user.password is None
    assert [role.name for role in jan.user.roles] == ["Member"]
    assert db.session.get(Account, jan.user_id).locale == "nl"
    assert find(db, "1002").user.username == "adevries"
    assert find(db, "1003").user.username == "zcelik"
    assert find(db, "1002").bsn_known_at
    assert not find(db, "1001").bsn_known_at


def test_the_same_file_again_changes_nothing(db, load):
    load(roster())
    counts = [db.session.scalar(select(func.count()).select_from(table)) for table in (Member, User, ProfileChange)]

    plan = load(roster())

    assert (len(plan.new), len(plan.updates), len(plan.refused), plan.unchanged) == (0, 0, 0, 3)
    after = [db.session.scalar(select(func.count()).select_from(table)) for table in (Member, User, ProfileChange)]
    assert after == counts


def test_a_changed_field_is_written_noted_and_in_the_audit_trail(db, load):
    load(roster())

    load(roster(ROWS[0].replace("Vries", "Bakker").replace("NL91ABNA0417164300", "NL02ABNA0123456789")))

    jan = find(db, "1001")
    assert jan.surname == "Bakker"
    assert jan.iban_ending == "6789"
    assert "bakker" in jan.search_text
    assert jan.user.last_name == "de Bakker"
    changes = {c.field: (c.old_value, c.new_value) for c in db.session.scalars(select(ProfileChange))}
    assert changes == {"surname": ("Vries", "Bakker"), "iban": ("•••• 4300", "•••• 6789")}
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "profile.changed")).one()
    assert event.details["fields"] == ["iban", "surname"]
    assert event.member_id == jan.id


def test_what_the_member_changed_is_left_alone(db, load, now):
    load(roster())
    jan = find(db, "1001")
    profile.change_own_data(jan, {"city": "Elders"}, actor=Actor("jan", jan.user_id), now=now)
    db.session.commit()

    plan = load(roster())

    assert find(db, "1001").city == "Elders"
    assert plan.unchanged == 3
    assert [(notice.row, notice.field) for notice in plan.notices] == [(2, "city")]


def test_a_member_without_number_is_found_by_bsn_and_by_address_with_name(db, load):
    load(roster())

    by_bsn = load(roster(";A.;Anna;de;Vries-Smit;7-7-1971;anna@post.example;1234 AB;Voorbeeldstad;;111222333"))
    by_address = load(roster(";Z.;Zoë;;Celik;8-8-1980;Zoe@post.example;4321 BA;Voorbeeldstad;;"))

    assert len(by_bsn.updates) == 1
    assert find(db, "1002").email == "anna@post.example"
    assert len(by_address.updates) == 1
    assert find(db, "1003").postcode == "4321 BA"


def test_a_couple_with_one_address_and_surname_stays_two_members(db, load):
    plan = load(roster(";J.;Jan;;Bos;;bos@post.example;;;;", ";A.;Anna;;Bos;;bos@post.example;;;;"))

    assert len(plan.new) == 2


def test_a_member_number_of_somebody_else_is_refused(db, load):
    load(roster())

    plan = load(roster("1001;P.;Piet;;Jansen;1-1-1950;piet@post.example;;;;", "1004;;;;17;31-31-1970;x;;;;"))

    assert [refused.row for refused in plan.refused] == [2, 3]  # in the order of the file
    assert find(db, "1001").surname == "Vries"


def test_a_member_who_has_left_is_not_changed(db, load):
    make_member(member_number="77", surname="Bos", state="resigned", city="Oud")

    plan = load(roster("77;J.;Jan;;Bos;;;;Nieuw;;"))

    assert len(plan.refused) == 1


def test_a_dry_run_writes_nothing(db, load):
    plan = load(roster(), is_dry_run=True)

    assert len(plan.new) == 3
    assert not db.session.scalars(select(Member)).all()


def test_the_number_of_statements_does_not_grow_with_the_rows(db, load, statements):
    rows = [f"{n};J.;Jan;;Jansen;1-1-1970;jan{n}@post.example;1234 AB;Stad;;" for n in range(400)]
    with statements() as few:
        load(roster(*rows[:4]))
    with statements() as many:
        load(roster(*rows[4:]))

    assert abs(len(many) - len(few)) <= 4


def test_another_bsn_in_the_file_does_not_replace_the_known_one(db, load):
    load(roster())
    sealed = db.session.scalars(select(MemberIdentity.sealed_bsn)).one()

    plan = load(roster(ROWS[1].replace("111222333", "123456782")))

    assert db.session.scalars(select(MemberIdentity.sealed_bsn)).one() == sealed
    assert [notice.field for notice in plan.notices] == ["bsn"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def staff(db):
    user = make_staff()
    return Actor(user.username, user.id)


def start(content: bytes, folder: Path, staff: Actor, now) -> ImportRun:
    return runs.start_run(content, "leden.csv", instance=folder, actor=staff, now=now)


def test_a_run_is_checked_then_imported_and_its_file_deleted(db, folder, staff, now):
    run = start(roster(*ROWS, "1004;;;;17;31-31-1970;x;;;;"), folder, staff, now)
    assert runs.ask_check(run, runs.columns_of(run), instance=folder, now=now)
    assert (run.state, run.rows_new, run.rows_refused) == (ImportState.CHECKED, 3, 1)
    assert not db.session.scalars(select(Member)).all()

    assert runs.ask_import(run, instance=folder, actor=staff, now=now)
    db.session.commit()
    name = run.file_name
    import_runs.forget_file(run, instance=folder)

    assert run.state == ImportState.DONE
    assert len(db.session.scalars(select(Member)).all()) == 3
    with pytest.raises(UploadGone):
        read_upload(name, instance=folder)


def test_no_bsn_lies_in_the_report_or_the_file_with_refused_rows(db, folder, staff, now):
    run = start(roster("1001;;;;;6-6-1970;;;;;111222333", "1002;;;;;;;;;;111222334"), folder, staff, now)
    runs.ask_check(run, runs.columns_of(run), instance=folder, now=now)

    refused = refused_rows(run, instance=folder)
    written = refused_rows_csv(HEADER.split(";"), refused, runs.columns_of(run), say=str).decode()

    assert len(refused) == 2
    assert "11122233" not in repr([row.cells for row in refused])
    assert "11122233" not in written
    assert "surname is missing" in written


def test_a_large_run_waits_for_the_worker_and_is_taken_again_after_the_lease(db, folder, staff, now, monkeypatch):
    monkeypatch.setattr(runs, "AT_ONCE", 1)
    run = start(roster(), folder, staff, now)
    assert not runs.ask_check(run, runs.columns_of(run), instance=folder, now=now)
    db.session.commit()
    assert import_runs.find_waiting(ImportKind.ROSTER, now) == [run.id]
    assert import_runs.claim(ImportKind.ROSTER, run.id, now)
    assert import_runs.find_waiting(ImportKind.ROSTER, now) == []
    db.session.commit()

    later = now + leases.LEASE * 2
    assert import_runs.find_waiting(ImportKind.ROSTER, later) == [run.id]
    run_job(runs.run_import, run.id, later, instance=folder)
    assert run.state == ImportState.CHECKED

    assert not runs.ask_import(run, instance=folder, actor=staff, now=later)
    db.session.commit()
    run_job(runs.run_import, run.id, later, instance=folder)
    run_job(runs.run_import, run.id, later, instance=folder)
    assert run.state == ImportState.DONE
    assert len(db.session.scalars(select(Member)).all()) == 3


def test_without_a_column_for_the_surname_nothing_is_checked(db, folder, staff, now):
    run = start(roster("x;y", header="een;twee"), folder, staff, now)

    with pytest.raises(RuleBroken):
        runs.ask_check(run, {"email": 0}, instance=folder, now=now)


def test_the_upload_lies_sealed(db, folder, staff, now):
    run = start(roster(), folder, staff, now)

    assert b"Vries" not in (folder / "uploads" / run.file_name).read_bytes()
    assert HEADER.encode() in read_upload(run.file_name, instance=folder)


def test_why_the_worker_could_not_do_it_is_kept_with_its_values(db, folder, staff, now, monkeypatch):
    monkeypatch.setattr(runs, "AT_ONCE", 1)
    run = start(roster(), folder, staff, now)
    runs.ask_check(run, runs.columns_of(run), instance=folder, now=now)
    db.session.commit()

    def refuse(*_: object, **_values: object) -> None:
        raise FileRefused(phrase("The file has too many rows: at most %(limit)s.", limit=12))

    monkeypatch.setattr(runs, "open_roster", refuse)
    run_job(runs.run_import, run.id, now, instance=folder)

    assert run.state == ImportState.FAILED
    assert str(import_runs.refusal_of(run)) == "The file has too many rows: at most 12."


def test_a_run_that_somebody_else_took_over_is_not_done_twice(db, folder, staff, now):
    run = start(roster(), folder, staff, now)
    run.state, run.lease_until = ImportState.RUNNING, now
    db.session.flush()
    db.session.execute(update(ImportRun).values(lease_until=now + leases.LEASE))

    run.lease_until = now  # as the first worker still has it
    with db.session.no_autoflush:
        assert not import_runs.finish(run, now)


def test_who_has_a_known_number_is_that_member_whatever_else_is_new(db, load):
    load(roster())
    before = find(db, "1001").id
    plan = load(roster("1001;J.;Jan;van;Dijk;6-6-1970;ander@post.example;4321 BA;Elders;;"))
    assert str(plan.summary) == "1 members: 0 new, 1 changed, 0 refused"
    changed = find(db, "1001")
    assert (changed.id, changed.surname, changed.email) == (before, "Dijk", "ander@post.example")


def test_the_upload_is_not_kept_once_the_worker_has_imported_it(db, folder, staff, now, monkeypatch):
    monkeypatch.setattr(runs, "AT_ONCE", 1)
    run = start(roster(), folder, staff, now)
    name = run.file_name
    runs.ask_check(run, runs.columns_of(run), instance=folder, now=now)
    run_job(runs.run_import, run.id, now, instance=folder)
    assert read_upload(name, instance=folder)  # it is checked: the import still needs it
    runs.ask_import(run, instance=folder, actor=staff, now=now)
    run_job(runs.run_import, run.id, now, instance=folder)
    assert run.state == ImportState.DONE
    with pytest.raises(UploadGone):
        read_upload(name, instance=folder)


def test_a_user_is_called_by_first_name_or_else_by_initials_with_the_infix_before_the_surname(db, load):
    load(roster(*ROWS[:1], "1004;Q.;;van;Dam;6-6-1970;q@post.example;1234 AB;Voorbeeldstad;;"))
    names = [(find(db, number).user.first_name, find(db, number).user.last_name) for number in ("1001", "1004")]
    assert names == [("Jan", "de Vries"), ("Q.", "van Dam")]


def test_a_bsn_that_was_missing_is_taken_from_a_later_roster(db, load):
    with_bsn, without = ROWS[1], ROWS[1].replace("111222333", "")
    load(roster(without))
    assert find(db, "1002").bsn_known_at is None
    plan = load(roster(with_bsn, "1001;J.;Jan;van;Dijk;6-6-1970;ander@post.example;4321 BA;Elders;;"))
    assert str(plan.summary) == "2 members: 1 new, 1 changed, 0 refused"
    assert find(db, "1002").bsn_known_at is not None
    assert db.session.scalars(select(MemberIdentity.member_id)).all() == [find(db, "1002").id]


@pytest.mark.parametrize(("at_once", "waits"), [(3, False), (2, True)])
def test_a_roster_that_is_not_large_is_checked_and_imported_at_once(
    db, folder, staff, now, monkeypatch, at_once, waits
):
    monkeypatch.setattr(runs, "AT_ONCE", at_once)
    run = start(roster(), folder, staff, now)
    assert runs.ask_check(run, runs.columns_of(run), instance=folder, now=now) is not waits
    assert run.state == (ImportState.CHECKING if waits else ImportState.CHECKED)
    run.state = ImportState.CHECKED
    assert runs.ask_import(run, instance=folder, actor=staff, now=now) is not waits
    assert run.state == (ImportState.QUEUED if waits else ImportState.DONE)


def test_how_far_the_worker_is_with_a_roster_can_be_seen_while_it_checks_and_imports(
    db, folder, staff, now, monkeypatch
):
    monkeypatch.setattr(runs, "AT_ONCE", 1)
    monkeypatch.setattr(runs, "STEP", 1)
    run = start(roster(), folder, staff, now)
    seen: list[tuple[str, int]] = []

    def look() -> None:
        db.session.commit()
        seen.append((run.state, run.rows_done))

    runs.ask_check(run, runs.columns_of(run), instance=folder, now=now)
    runs.run_import(run.id, now, instance=folder, checkpoint=look)
    runs.ask_import(run, instance=folder, actor=staff, now=now)
    runs.run_import(run.id, now, instance=folder, checkpoint=look)
    for state in (ImportState.CHECKING, ImportState.RUNNING):
        assert [rows for at, rows in seen if at == state and rows] == [1, 2, 3]


def test_a_report_goes_when_the_run_is_checked_anew_or_given_up(db, folder, staff, now, monkeypatch):
    """Its sealed parts too; what waits for the worker has none until then."""
    run = start(roster(), folder, staff, now)
    columns = runs.columns_of(run)
    runs.ask_check(run, columns, instance=folder, now=now)
    first = set(run.mapping["report"].values())
    monkeypatch.setattr(runs, "AT_ONCE", 1)
    assert not runs.ask_check(run, columns, instance=folder, now=now)
    assert "report" not in run.mapping
    assert not first & set(os.listdir(folder / "uploads"))
    run_job(runs.run_import, run.id, now, instance=folder)
    assert set(run.mapping["report"].values()) <= set(os.listdir(folder / "uploads"))
    runs.cancel_run(run, instance=folder, actor=staff, now=now)
    assert os.listdir(folder / "uploads") == []
    cancelled = select(AuditEvent.subject_id).where(AuditEvent.action == "roster.cancelled")
    assert db.session.scalars(cancelled).all() == [run.id]
