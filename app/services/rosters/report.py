"""What the check or the import of a roster found, kept sealed beside the upload until the upload's term.

In parts, so that a page reads only what it shows. BSNs are masked before anything is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.importing.faults import Fault
from app.importing.rosters.columns import unused_columns
from app.importing.rosters.refused_rows import NAMES, name_in, show_row
from app.importing.rosters.roster import RefusedRow, RosterFile, RosterRow
from app.models import ImportRun, Member
from app.phrases import Phrase
from app.services.bulk import in_parts
from app.services.import_uploads import UploadGone, delete_upload, keep_upload, read_upload
from app.services.members.change_log import show_ending
from app.services.members.lists import TAKES_PART
from app.services.members.profile import show_value
from app.services.rosters.plan import Notice, Plan, Update, full_name


class Part(StrEnum):
    """The parts of a report. Their lines are lists, as JSON keeps them."""

    FILE = "file"  # header, remarks, columns that are not used, rows that are no member; no list of lines
    REFUSED = "refused"  # row, name, cells, faults
    DOUBLES = "doubles"  # row, name, number, likeness, member id or None, other row or None
    LOST = "lost"  # row, name, field, value, reason
    LEFT = "left"  # the same
    CHANGED = "changed"  # row, member id, name, [field, old, new] of each field
    NEW = "new"  # row, name, member number, e-mail address, town
    MISSING = "missing"  # member id


def keep_report(
    run: ImportRun, plan: Plan, roster: RosterFile, mapping: Mapping[str, int], *, instance: Path, is_done: bool
) -> None:
    """Seal the report of a plan in the place of the run's last one. Who is missing is looked up before the import."""
    drop_report(run, instance=instance)
    parts: dict[Part, Any] = {
        Part.FILE: _file(plan, roster, mapping),
        Part.REFUSED: [_refused(row, roster, mapping) for row in plan.refused],
        Part.DOUBLES: _doubles(plan),
        Part.LOST: [_notice(notice) for notice in plan.lost],
        Part.LEFT: [_notice(notice) for notice in plan.notices],
        Part.CHANGED: [_changed(update) for update in plan.updates],
        Part.NEW: [[row.row, name_of(row), row.member_number, row.email, row.city] for row in plan.new],
        Part.MISSING: [] if is_done else _find_missing(plan, mapping),
    }
    kept = {
        part.value: keep_upload(json.dumps(lines).encode(), instance=instance) for part, lines in parts.items() if lines
    }
    counts = {part.value: len(lines) for part, lines in parts.items() if part is not Part.FILE}
    run.mapping = {**run.mapping, "report": kept, "counts": counts}


def drop_report(run: ImportRun, *, instance: Path) -> None:
    """Delete the report of a run."""
    for name in _names(run).values():
        delete_upload(name, instance=instance)
    run.mapping = {name: value for name, value in run.mapping.items() if name not in ("report", "counts")}


def counts_of(run: ImportRun) -> dict[str, int]:
    """How many lines each part has."""
    counts: dict[str, int] = run.mapping.get("counts", {})
    return counts


def read_part(run: ImportRun, part: Part, *, instance: Path) -> Any:
    """The lines of a part, for the file a dictionary; None when its term is over."""
    name = _names(run).get(part.value)
    try:
        return json.loads(read_upload(name, instance=instance)) if name else None
    except UploadGone:
        return None


def refused_rows(run: ImportRun, *, instance: Path) -> list[RefusedRow] | None:
    """The refused rows with their masked cells and reasons; None when the term of the report is over."""
    if read_part(run, Part.FILE, instance=instance) is None:
        return None
    lines = read_part(run, Part.REFUSED, instance=instance) or []
    return [RefusedRow(row, tuple(cells), tuple(map(read_fault, faults))) for row, _name, cells, faults in lines]


def read_fault(line: Sequence[Any]) -> Fault:
    """A reason of a refused row as it was kept."""
    column, msgid, values, shown = line
    return Fault(None, column, Phrase(msgid, values), value_shown=shown)


def name_of(row: RosterRow) -> str:
    """Whom a row is about."""
    return full_name(row.first_name or row.initials, row.infix, row.surname)


def _names(run: ImportRun) -> dict[str, str]:
    names = run.mapping.get("report")
    return names if isinstance(names, dict) else {}


def _file(plan: Plan, roster: RosterFile, mapping: Mapping[str, int]) -> dict[str, Any]:
    return {
        "header": list(roster.header),
        "header_row": roster.header_row,
        "remarks": [[remark.msgid, remark.values] for remark in roster.remarks],
        "unused": unused_columns(roster.header, mapping),
        "footers": [[footer.row, footer.text] for footer in plan.footers],
    }


def _refused(row: RefusedRow, roster: RosterFile, mapping: Mapping[str, int]) -> list[Any]:
    faults = [[fault.column, fault.message.msgid, fault.message.values, fault.value_shown] for fault in row.faults]
    return [row.row, name_in(row.cells, mapping), show_row(row.cells, roster.header, mapping), faults]


def _notice(notice: Notice) -> list[Any]:
    return [notice.row, notice.name, notice.field, notice.value, [notice.reason.msgid, notice.reason.values]]


def _changed(update: Update) -> list[Any]:
    known = update.known
    fields = [[name, show_value(getattr(known, name)), show_value(new)] for name, new in update.values.items()]
    if update.iban:
        fields.append(["iban", show_ending(known.iban_ending), show_ending(update.iban[-4:])])
    if update.bsn:
        fields.append(["bsn", "", ""])
    return [update.row, known.id, full_name(known.first_name or known.initials, known.infix, known.surname), fields]


def _doubles(plan: Plan) -> list[list[Any]]:
    rows = {row.row: row for row in plan.new}
    found = ((double, rows[double.row]) for double in plan.doubles if double.row in rows)
    return [
        [double.row, name_of(row), row.member_number, double.why.value, double.member_id, double.other_row]
        for double, row in found
    ]


def _find_missing(plan: Plan, mapping: Mapping[str, int]) -> list[int]:
    """Ids of who takes part and whom no row is about, by name; a refused row with a member's number counts as one."""
    index = mapping.get("member_number")
    cells = (row.cells for row in plan.refused)
    refused = {row[index].strip() for row in cells if index is not None and index < len(row)}
    people = select(Member.id, Member.member_number).where(Member.state.in_(TAKES_PART)).order_by(*Member.by_name())
    found = db.session.execute(people)
    return [member_id for member_id, number in found if member_id not in plan.met and number not in refused]


def find_people(member_ids: Iterable[int]) -> dict[int, Any]:
    """The members of these ids as they are now, with what names them on a page of a report."""
    columns = (Member.id, Member.member_number, Member.state, Member.city, Member.birth_date)
    names = (getattr(Member, name) for name in NAMES)
    statement = select(*columns, *names)
    parts = (statement.where(Member.id.in_(part)) for part in in_parts(set(member_ids)))
    return {row.id: row for part in parts for row in db.session.execute(part)}
