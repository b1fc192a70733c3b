"""Importing results from a spreadsheet: what it would do, row by row, and doing that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import String, func, select

from app.clock import local_today
from app.extensions import db
from app.importing.faults import FileRefused
from app.importing.rosters.values import read_training_date
from app.importing.spreadsheets.headings import bare
from app.importing.training import ResultFile, ResultRow, read_result_file
from app.models import (
    ImportKind,
    ImportRun,
    ImportState,
    Member,
    ResultSource,
    SeatOutcome,
    SeatState,
    TrainingResult,
    TrainingSeat,
    TrainingSession,
    User,
)
from app.phrases import Phrase, RuleBroken, phrase, quote
from app.services import import_runs
from app.services.audit import Actor, record_event
from app.services.bulk import among, serialize
from app.services.certificates import results
from app.services.certificates.results import LONGEST_TERM, Passed, end_of_term
from app.services.import_uploads import keep_upload
from app.services.training import attendance

KIND: Final = ImportKind.TRAINING
OUTCOMES: Final[dict[str, SeatOutcome]] = {
    **dict.fromkeys(
        (
            "geslaagd",
            "behaald",
            "voltooid",
            "afgerond",
            "voldoende",
            "ja",
            "j",
            "1",
            "x",
            "passed",
            "pass",
            "completed",
        ),
        SeatOutcome.PASSED,
    ),
    **dict.fromkeys(("yes", "true", "waar", "done", "complete", "certificaat", "goed"), SeatOutcome.PASSED),
    **dict.fromkeys(
        ("nietgeslaagd", "gezakt", "nietbehaald", "nietvoltooid", "onvoldoende", "nee", "n", "0", "failed", "fail"),
        SeatOutcome.FAILED,
    ),
    **dict.fromkeys(
        ("no", "false", "onwaar", "nietafgerond", "incomplete", "notcompleted", "inprogress", "bezig", "notpassed"),
        SeatOutcome.FAILED,
    ),
    **dict.fromkeys(("aanwezig", "aanw", "present", "attended"), SeatOutcome.PRESENT),
    **dict.fromkeys(("afwezig", "nietaanwezig", "afw", "absent", "noshow"), SeatOutcome.ABSENT),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a row says of a member; who passed has a result."""

    row: ResultRow
    member: Member
    outcome: SeatOutcome
    passed: Passed | None


@dataclass(slots=True)
class Preview:
    """What a file would do: rows that are new, known already, left out because nobody passed, or refused and why."""

    file: ResultFile
    new: list[Wanted] = field(default_factory=list)
    same: int = 0
    not_passed: list[Wanted] = field(default_factory=list)  # of an e-learning there is nothing to keep of them
    refused: list[tuple[ResultRow, Phrase]] = field(default_factory=list)


def start_run(
    session: TrainingSession | None,
    months: int | None,
    content: bytes,
    file_name: str,
    *,
    instance: Path,
    actor: Actor,
    now: datetime,
) -> ImportRun:
    """Keep the file sealed until its import: of this session, or of an e-learning that counts so many months.

    Raises RuleBroken at the field where it cannot be read.
    """
    if session is None and months is not None and not 1 <= months <= LONGEST_TERM:
        raise RuleBroken(phrase("Fill in a number from 1 to %(most)s.", most=LONGEST_TERM), field="valid_months")
    if session is not None and not attendance.can_mark(session, now):
        raise RuleBroken(attendance.TOO_EARLY, field="about")
    _read(content, file_name)
    kept = keep_upload(content, instance=instance)
    about = {"session_id": session.id if session is not None else None, "months": months}
    columns = {"file_name": kept, "mapping": about}
    return import_runs.start(KIND, file_name, state=ImportState.CHECKED, actor=actor, now=now, **columns)


def session_of(run: ImportRun) -> TrainingSession | None:
    """Of which session the file is; None for an e-learning. Raises RuleBroken when it is gone."""
    key = run.mapping.get("session_id")
    if key is None:
        return None
    found = db.session.get(TrainingSession, key)
    if found is None:
        raise RuleBroken(phrase("This is gone."))
    return found


def preview_run(run: ImportRun, *, instance: Path, now: datetime) -> Preview:
    """What the import would do at this moment. Raises RuleBroken when the file is gone."""
    file = _read(import_runs.read_file(run, instance=instance), run.original_name)
    reader = _Reader(session_of(run), run.mapping.get("months"), run.id, local_today(now))
    preview, members, seen = Preview(file), _Members(file.rows), dict[int, int]()
    for row in file.rows:
        member = members.find(row)
        found = member if isinstance(member, Phrase) else reader.read(row, member)
        if isinstance(found, Wanted) and found.member.id in seen:
            found = phrase("Row %(row)s is about the same member.", row=seen[found.member.id])
        if isinstance(found, Phrase):
            preview.refused.append((row, found))
            continue
        seen[found.member.id] = row.row
        if reader.session is None and found.outcome != SeatOutcome.PASSED:
            preview.not_passed.append(found)
        else:
            preview.new.append(found)
    _leave_known(preview, reader.session)
    return preview


def import_run(run: ImportRun, *, instance: Path, actor: Actor, now: datetime) -> int:
    """Do what the preview shows; gives of how many members. Raises RuleBroken. The file is still there."""
    serialize("training results")
    preview, session = preview_run(run, instance=instance, now=now), session_of(run)
    if not preview.new:
        raise RuleBroken(phrase("This file has no result that is new."))
    if not import_runs.finish(run, now):
        raise RuleBroken(phrase("This import is running or done."))
    if session is None:
        passed = [(wanted.member.id, wanted.passed) for wanted in preview.new if wanted.passed is not None]
        results.add_results(passed, actor=actor, now=now)
    else:
        _mark_all(session, preview.new, actor=actor, now=now)
    run.rows_new, run.rows_refused = len(preview.new), len(preview.refused)
    run.rows_total = len(preview.file.rows)
    counts = {"new": len(preview.new), "refused": len(preview.refused)}
    record_event(actor, "training_results.imported", now=now, subject=session, import_run_id=run.id, **counts)
    return len(preview.new)


def _mark_all(session: TrainingSession, wanted: Sequence[Wanted], *, actor: Actor, now: datetime) -> None:
    seats = {seat.member_id: seat for seat in attendance.list_seats(session.id)}
    for found in wanted:
        seat = seats.get(found.member.id)
        if seat is not None:
            attendance.mark(seat, found.outcome, actor=actor, now=now)
        elif found.passed is not None:  # who came without a place
            results.add_result(found.member, found.passed, actor=actor, now=now)
        _correct(session, found, actor=actor, now=now)


def _correct(session: TrainingSession, found: Wanted, *, actor: Actor, now: datetime) -> None:
    """The days that the file gives, where they are others than those of the session."""
    known = results.find_of_session(session.id, found.member.id) if found.passed else None
    if known is not None and found.passed is not None:
        results.change_result(known, found.passed.passed_on, found.passed.valid_until, actor=actor, now=now)


def _read(content: bytes, file_name: str) -> ResultFile:
    try:
        return read_result_file(content, file_name)
    except FileRefused as refusal:
        raise RuleBroken(refusal.text, field="file") from None


def _leave_known(preview: Preview, session: TrainingSession | None) -> None:
    """Take out what is written down just so already."""
    ids = [wanted.member.id for wanted in preview.new]
    own = TrainingResult.session_id == session.id if session else TrainingResult.source == ResultSource.E_LEARNING
    columns = (TrainingResult.member_id, TrainingResult.passed_on, TrainingResult.valid_until)
    rows = select(*columns).where(own, among(TrainingResult.member_id, ids))
    known: dict[int, set[tuple[date, date | None]]] = defaultdict(set)
    for member_id, passed_on, valid_until in db.session.execute(rows):
        known[member_id].add((passed_on, valid_until))
    marked = _outcomes(session, ids) if session is not None else {}
    fresh = [wanted for wanted in preview.new if not _is_known(wanted, known[wanted.member.id], marked, session)]
    preview.same, preview.new = len(preview.new) - len(fresh), fresh


def _is_known(
    wanted: Wanted,
    known: set[tuple[date, date | None]],
    marked: dict[int, str],
    session: TrainingSession | None,
) -> bool:
    if wanted.passed is None:
        return marked.get(wanted.member.id) == wanted.outcome
    if session is None:
        return wanted.passed.passed_on in {day for day, _until in known}
    return (wanted.passed.passed_on, wanted.passed.valid_until) in known


def _outcomes(session: TrainingSession, ids: Sequence[int]) -> dict[int, str]:
    rows = select(TrainingSeat.member_id, TrainingSeat.outcome).where(
        TrainingSeat.session_id == session.id,
        TrainingSeat.state == SeatState.SIGNED_UP,
        among(TrainingSeat.member_id, ids),
    )
    return dict(db.session.execute(rows).all())


@dataclass(slots=True)
class _Reader:
    """Reads what a row says of a member, for a session or an e-learning."""

    session: TrainingSession | None
    months: int | None
    run_id: int
    today: date
    seats: set[int] = field(init=False)

    def __post_init__(self) -> None:
        found = attendance.list_seats(self.session.id) if self.session is not None else ()
        self.seats = {seat.member_id for seat in found}

    def read(self, row: ResultRow, member: Member) -> Wanted | Phrase:
        """What it says, or why that cannot be taken."""
        outcome = self._outcome(row)
        if isinstance(outcome, Phrase):
            return outcome
        if self.session is not None and outcome != SeatOutcome.PASSED and member.id not in self.seats:
            return attendance.NO_PLACE
        if outcome != SeatOutcome.PASSED:
            return Wanted(row, member, outcome, None)
        passed = self._passed(row)
        return passed if isinstance(passed, Phrase) else Wanted(row, member, outcome, passed)

    def _outcome(self, row: ResultRow) -> SeatOutcome | Phrase:
        written = row.cells.get("result")
        if written is None:
            is_dated = "passed_on" in row.cells
            return SeatOutcome.PASSED if is_dated else phrase("There is no result and no date in this row.")
        outcome = OUTCOMES.get(bare(written))
        if outcome is None and isinstance(read_training_date(written, self.today), date):
            return phrase("The result is a date: “%(value)s”. Give that column the heading Date.", value=quote(written))
        if outcome is None:
            return phrase("We do not know the result “%(value)s”. Write passed or not passed.", value=quote(written))
        return outcome

    def _passed(self, row: ResultRow) -> Passed | Phrase:
        own_day = attendance.day_of(self.session) if self.session is not None else None
        day = self._day(row, "passed_on") or own_day
        if day is None:
            return phrase("There is no date in this row: fill in the day on which the member passed.")
        if isinstance(day, Phrase):
            return day
        until = self._day(row, "valid_until") or end_of_term(day, self._term())
        if isinstance(until, Phrase):
            return until
        if until is not None and until < day:
            return phrase("The certificate ends before the training. Look at both days.")
        source = ResultSource.SESSION if self.session is not None else ResultSource.E_LEARNING
        return Passed(day, until, source, self.session.id if self.session is not None else None, self.run_id)

    def _day(self, row: ResultRow, name: str) -> date | Phrase | None:
        written = row.cells.get(name)
        if written is None:
            return None
        latest = self.today if name == "passed_on" else date(self.today.year + LONGEST_TERM // 12, 12, 31)
        return read_training_date(written, latest)

    def _term(self) -> int | None:
        return self.session.valid_months if self.session is not None else self.months


class _Members:
    """The members that rows are about. Three statements, however many rows."""

    def __init__(self, rows: Iterable[ResultRow]) -> None:
        cells = [row.cells for row in rows]
        numbers = {cell["member_number"] for cell in cells if "member_number" in cell}
        names = {cell["user_name"].lower() for cell in cells if "user_name" in cell}
        mails = {cell["email"].lower() for cell in cells if "email" in cell}
        self._by: dict[str, dict[str, list[Member]]] = {
            "member_number": self._load(numbers, Member.member_number),
            "user_name": self._load(names, func.lower(User.username, type_=String)),
            "email": self._load(mails, Member.email),
        }

    @staticmethod
    def _load(wanted: set[str], column: object) -> dict[str, list[Member]]:
        found: dict[str, list[Member]] = defaultdict(list)
        if not wanted:
            return found
        rows = select(column, Member).join(User, User.id == Member.user_id)  # type: ignore[call-overload]
        for key, member in db.session.execute(rows.where(among(column, wanted))):  # type: ignore[arg-type]
            found[key].append(member)
        return found

    def find(self, row: ResultRow) -> Member | Phrase:
        """By the first of number, user name and address that the row has; the others must not be somebody else's."""
        given = [(name, row.cells[name]) for name in ("member_number", "user_name", "email") if name in row.cells]
        if not given:
            return phrase("This row does not say of whom it is.")
        (name, value), *more = given
        found = self._by[name].get(value if name == "member_number" else value.lower(), [])
        if not found:
            return phrase("Nobody here has this: %(value)s.", value=quote(value))
        if len(found) > 1:
            return phrase("Several members have this: %(value)s. Use the member number.", value=quote(value))
        for other, said in more:
            others = self._by[other].get(said.lower(), [])
            if others and found[0] not in others:
                return phrase("%(one)s and %(other)s are of two members.", one=quote(value), other=quote(said))
        return found[0]
