"""What an import would do, before it does anything: which rows are new, change a member, or are refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from app.importing.faults import Fault
from app.importing.rosters.check import CellRemark
from app.importing.rosters.roster import FooterRow, RefusedRow, RosterRow
from app.importing.spreadsheets.lost_letters import is_complete_form
from app.member_fields import MEMBER_FIELDS
from app.models import MemberState
from app.phrases import Phrase, phrase
from app.services.members.bsn import BsnHolders
from app.services.members.change_log import find_hand_changes, show_ending
from app.services.members.profile import open_iban, show_value
from app.services.rosters.doubles import Double, Likeness, find_doubles
from app.services.rosters.matching import Known, KnownMembers, address_key, load_known, may_be_same

GIVEN = MEMBER_FIELDS.given_columns
read_given = attrgetter(*GIVEN)
SUFFIX = "house_number_suffix"
ADDRESS = ("street", "house_number", SUFFIX, "postcode", "city")
RESIGNED = phrase("This member has left. Make the member active again first.")
LEFT_OUT = {
    Likeness.BIRTH: phrase("Left out: somebody with another number has the same name and date of birth."),
    Likeness.ADDRESS: phrase("Left out: somebody with another number has the same name and address."),
}


@dataclass(frozen=True, slots=True)
class Update:
    """A known member and the columns that get another value; `iban` and `bsn` are apart, because they are sealed.

    An empty `iban` takes it away, None leaves it.
    """

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
    """A field of a row that was left as it is, or that needs a look, and why; `value` is what the file has.

    `value` is empty where it may not be shown.
    """

    row: int
    field: str
    reason: Phrase
    name: str = ""  # whom the row is about
    value: str = ""


@dataclass(slots=True)
class Plan:
    """What the import of one file does."""

    total: int = 0
    new: list[RosterRow] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)  # fields that are left as they are
    lost: list[Notice] = field(default_factory=list)  # letters that got lost, and are imported so
    doubles: list[Double] = field(default_factory=list)
    footers: list[FooterRow] = field(default_factory=list)
    met: set[int] = field(default_factory=set)  # ids of the members that a row is about
    bsns: BsnHolders = field(default_factory=BsnHolders, repr=False)  # who has a BSN of the file

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


def plan_import(
    checked: Iterable[RosterRow | RefusedRow | FooterRow], *, is_newer: bool = False, without_doubles: bool = False
) -> Plan:
    """Compare checked rows with the members that are there. Reads only.

    A field that was changed by hand is left as it is for as long as that change is kept: rosters are exported before
    (docs/decisions). With `is_newer` the file wins from what the team changed, never from what the member changed.
    `without_doubles` refuses rows that seem to be of somebody with another number. Rows that are refused here have no
    cells yet: `fill_cells`.
    """
    plan = Plan()
    rows: list[RosterRow] = []
    for row in checked:
        if isinstance(row, FooterRow):
            plan.footers.append(row)
            continue
        plan.total += 1
        (rows if isinstance(row, RosterRow) else plan.refused).append(row)  # type: ignore[arg-type]
    known = load_known(rows)
    plan.bsns = known.bsns
    _sort_rows(plan, rows, known, is_newer=is_newer)
    if without_doubles:
        plan.doubles = find_doubles(plan.new)
        _leave_out(plan)
    plan.refused.sort(key=lambda refused: refused.row)
    return plan


def _leave_out(plan: Plan) -> None:
    wrong = {double.row: double.why for double in plan.doubles}
    plan.new = [row for row in plan.new if row.row not in wrong]
    plan.refused += [RefusedRow(row, (), (Fault(row, None, LEFT_OUT[why]),)) for row, why in wrong.items()]
    plan.doubles = []


def fill_cells(plan: Plan, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
    """Give the refused rows without cells theirs, from a second reading of the file."""
    wanted = {refused.row for refused in plan.refused if not refused.cells}
    if not wanted:
        return
    cells = {number: tuple(row) for number, row in rows if number in wanted}
    plan.refused = [replace(refused, cells=cells.get(refused.row, refused.cells)) for refused in plan.refused]


def _sort_rows(plan: Plan, rows: Sequence[RosterRow], known: KnownMembers, *, is_newer: bool) -> None:
    by_hand = find_hand_changes(known.by_id.keys()) if known.by_id else {}
    if is_newer:
        by_hand = {key: is_own for key, is_own in by_hand.items() if is_own}
    rows_of: dict[int, int] = {}  # member id → the row that is about that member
    new_of: dict[tuple[str, str], list[RosterRow]] = defaultdict(list)
    for row in rows:
        found = known.find(row)
        fault = found if isinstance(found, Phrase) else _find_fault(row, found, rows_of, new_of)
        if fault is not None:
            shown = row.member_number or row.email or ""
            plan.refused.append(RefusedRow(row.row, (), (Fault(row.row, None, fault, value_shown=shown),)))
            if found is not None and not isinstance(found, Phrase):
                plan.met.add(found.id)
        elif found is None:
            plan.new.append(row)
            plan.notices += [_unread(row, remark) for remark in row.unread]
            plan.lost += [_unread(row, remark) for remark in row.lost]
            if key := address_key(row):
                new_of[key].append(row)
        elif not isinstance(found, Phrase):
            rows_of[found.id] = row.row
            plan.met.add(found.id)
            _compare(plan, row, found, known, by_hand)


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
    plan: Plan, row: RosterRow, known: Known, members: KnownMembers, by_hand: Mapping[tuple[int, str], bool]
) -> None:
    plan.notices += [_unread(row, remark) for remark in row.unread]
    values = _differences(row, known)
    if row.member_number in members.by_old_number:
        values.pop("member_number", None)
    _keep_later_training(plan, row, known, values)
    _keep_whole_names(plan, row, known, values)
    for name, is_own in _kept_by_hand(known, values, by_hand).items():
        value = show_value(values.pop(name))
        plan.notices.append(Notice(row.row, name, _by_whom(is_own), _name(row), value))
    iban = row.iban if _is_other_iban(row, known) else None
    if iban and (known.id, "iban") in by_hand and not _is_iban_lost(known):
        reason = _by_whom(by_hand[known.id, "iban"])
        plan.notices.append(Notice(row.row, "iban", reason, _name(row), show_ending(iban[-4:])))
        iban = None
    bsn = row.bsn if known.bsn_known_at is None else None
    if known.bsn_known_at is not None and members.has_other_bsn(row, known):
        reason = phrase("Left as it is: another BSN is known. Correct it with the member.")
        plan.notices.append(Notice(row.row, "bsn", reason, _name(row)))
    if values or iban or bsn:
        plan.updates.append(Update(known, row.row, values, iban, bsn))


def _kept_by_hand(known: Known, values: Mapping[str, Any], by_hand: Mapping[tuple[int, str], bool]) -> dict[str, bool]:
    """Which of these fields keep what was typed, and whether the member did; of an address all parts or none."""
    kept = {name: by_hand[known.id, name] for name in values if (known.id, name) in by_hand}
    if parts := [name for name in kept if name in ADDRESS]:
        kept |= {name: kept.get(name, kept[parts[0]]) for name in values if name in ADDRESS}
    return kept


def _by_whom(is_own: bool) -> Phrase:
    if is_own:
        return phrase("Left as it is: changed by the member.")
    return phrase("Left as it is: changed by the team.")


def _keep_later_training(plan: Plan, row: RosterRow, known: Known, values: dict[str, Any]) -> None:
    """A training that was done stays done, whatever an older file says."""
    given = values.get("trained_on")
    if given is not None and known.trained_on is not None and given < known.trained_on:
        reason = phrase("Left as it is: a later training is known.")
        plan.notices.append(Notice(row.row, "trained_on", reason, _name(row), show_value(values.pop("trained_on"))))


def _keep_whole_names(plan: Plan, row: RosterRow, known: Known, values: dict[str, Any]) -> None:
    """A name that is known whole is not replaced by the same one with a letter lost."""
    for remark in row.lost:
        if remark.field not in values:
            continue
        if is_complete_form(getattr(known, remark.field), values[remark.field]):
            reason = phrase("Left as it is: a letter got lost in the file.")
            plan.notices.append(Notice(row.row, remark.field, reason, _name(row), values.pop(remark.field)))
        else:
            plan.lost.append(_unread(row, remark))


def _unread(row: RosterRow, remark: CellRemark) -> Notice:
    return Notice(row.row, remark.field, remark.fault.message, _name(row), remark.fault.value_shown or "")


def _name(row: RosterRow) -> str:
    return full_name(row.first_name or row.initials, row.infix, row.surname)


def full_name(*parts: str | None) -> str:
    """A name as one writes it, of its parts."""
    return " ".join(filter(None, parts))


def _differences(row: RosterRow, known: Known) -> dict[str, Any]:
    """The fields that the file gives and that differ. A new surname or address takes its small parts along."""
    values = {}
    unread = {remark.field for remark in row.unread}
    skipped = ADDRESS if unread.intersection(ADDRESS) else ()  # half of another address would be none
    for name, given, old in zip(GIVEN, read_given(row), read_given(known), strict=True):
        if given is not None and given != old and name not in skipped:
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


def _is_iban_lost(known: Known) -> bool:
    """What was filled in by hand cannot be opened any more: nothing is left to keep."""
    return known.sealed_iban is not None and open_iban(known.id, known.sealed_iban) is None
