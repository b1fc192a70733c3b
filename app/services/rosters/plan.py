"""What an import would do, before it does anything: which rows are new, change a member, or are refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from app.importing.faults import Fault
from app.importing.rosters.roster import RefusedRow, RosterRow
from app.member_fields import MEMBER_FIELDS
from app.models import MemberState
from app.phrases import Phrase, phrase
from app.services.members.change_log import find_own_changes
from app.services.members.profile import open_iban
from app.services.rosters.matching import Known, KnownMembers, address_key, load_known, may_be_same

GIVEN = MEMBER_FIELDS.given_columns
read_given = attrgetter(*GIVEN)
ADDRESS = ("street", "house_number", "postcode", "city")
RESIGNED = phrase("This member has left. Make the member active again first.")


@dataclass(frozen=True, slots=True)
class Update:
    """A known member and the columns that get another value; `iban` and `bsn` are apart, because they are sealed."""

    known: Known
    row: int
    values: dict[str, Any]
    iban: str | None = None
    bsn: str | None = field(default=None, repr=False)

    @property
    def fields(self) -> list[str]:
        """Names of all fields that change."""
        sealed = [name for name, value in (("iban", self.iban), ("bsn", self.bsn)) if value is not None]
        return sorted([*self.values, *sealed])


@dataclass(frozen=True, slots=True)
class Notice:
    """A field of a row that was left as it is, and why."""

    row: int
    field: str
    reason: Phrase


@dataclass(slots=True)
class Plan:
    """What the import of one file does."""

    total: int = 0
    new: list[RosterRow] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    @property
    def unchanged(self) -> int:
        """Rows about members who are known just so."""
        return self.total - len(self.new) - len(self.updates) - len(self.refused)

    @property
    def summary(self) -> Phrase:
        """One line for people and for the end of the command."""
        return phrase(
            "%(total)s members: %(new)s new, %(changed)s changed, %(refused)s refused",
            total=self.total,
            new=len(self.new),
            changed=len(self.updates),
            refused=len(self.refused),
        )


def plan_import(checked: Iterable[RosterRow | RefusedRow]) -> Plan:
    """Compare checked rows with the members that are there. Reads only.

    A field that a member changed is left as the member made it for as long as that change is kept: rosters are
    exported before the member looked (docs/decisions). Rows that are refused here have no cells yet: `fill_cells`.
    """
    plan = Plan()
    rows: list[RosterRow] = []
    for row in checked:
        plan.total += 1
        (rows if isinstance(row, RosterRow) else plan.refused).append(row)  # type: ignore[arg-type]
    known = load_known(rows)
    _sort_rows(plan, rows, known)
    plan.refused.sort(key=lambda refused: refused.row)
    return plan


def fill_cells(plan: Plan, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
    """Give the refused rows without cells theirs, from a second reading of the file."""
    wanted = {refused.row for refused in plan.refused if not refused.cells}
    if not wanted:
        return
    cells = {number: tuple(row) for number, row in rows if number in wanted}
    plan.refused = [replace(refused, cells=cells.get(refused.row, refused.cells)) for refused in plan.refused]


def _sort_rows(plan: Plan, rows: Sequence[RosterRow], known: KnownMembers) -> None:
    own_changes = find_own_changes(known.by_id.keys()) if known.by_id else set()
    rows_of: dict[int, int] = {}  # member id → the row that is about that member
    new_of: dict[tuple[str, str], list[RosterRow]] = defaultdict(list)
    for row in rows:
        found = known.find(row)
        fault = found if isinstance(found, Phrase) else _find_fault(row, found, rows_of, new_of)
        if fault is not None:
            plan.refused.append(RefusedRow(row.row, (), (Fault(row.row, None, fault),)))
        elif found is None:
            plan.new.append(row)
            if key := address_key(row):
                new_of[key].append(row)
        elif not isinstance(found, Phrase):
            rows_of[found.id] = row.row
            _compare(plan, row, found, known, own_changes)


def _find_fault(
    row: RosterRow, found: Known | None, rows_of: dict[int, int], new_of: dict[tuple[str, str], list[RosterRow]]
) -> Phrase | None:
    if found is None:
        same = [other for other in new_of.get(address_key(row) or ("", ""), ()) if may_be_same(row, other)]
        return phrase("Row %(row)s seems to be the same person.", row=same[0].row) if same else None
    if found.id in rows_of:
        return phrase("Row %(row)s is about the same member.", row=rows_of[found.id])
    return RESIGNED if found.state in (MemberState.RESIGNED, MemberState.ANONYMISED) else None


def _compare(
    plan: Plan, row: RosterRow, known: Known, members: KnownMembers, own_changes: set[tuple[int, str]]
) -> None:
    values = _differences(row, known)
    for name in [name for name in values if (known.id, name) in own_changes]:
        del values[name]
        plan.notices.append(Notice(row.row, name, phrase("Left as it is: changed by the member.")))
    iban = row.iban if _is_other_iban(row, known) else None
    if iban and (known.id, "iban") in own_changes:
        iban = None
        plan.notices.append(Notice(row.row, "iban", phrase("Left as it is: changed by the member.")))
    bsn = row.bsn if known.bsn_known_at is None else None
    if known.bsn_known_at is not None and members.has_other_bsn(row, known):
        reason = phrase("Left as it is: another BSN is known. Correct it with the member.")
        plan.notices.append(Notice(row.row, "bsn", reason))
    if values or iban or bsn:
        plan.updates.append(Update(known, row.row, values, iban, bsn))


def _differences(row: RosterRow, known: Known) -> dict[str, Any]:
    """The fields that the file gives and that differ. A new surname or address takes its small parts along."""
    values = {}
    for name, given, old in zip(GIVEN, read_given(row), read_given(known), strict=True):
        if given is not None and given != old:
            values[name] = given
    if "surname" in values and row.infix is None and known.infix:
        values["infix"] = ""
    if row.house_number_suffix is None and known.house_number_suffix and any(name in values for name in ADDRESS):
        values["house_number_suffix"] = ""
    return values


def _is_other_iban(row: RosterRow, known: Known) -> bool:
    if row.iban is None:
        return False
    return row.iban[-4:] != known.iban_ending or open_iban(known.id, known.sealed_iban) != row.iban
