"""Which member a row of a roster is about: by member number, else BSN, else e-mail address and name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import InstrumentedAttribute

from app.extensions import db
from app.importing.rosters.roster import RosterRow
from app.member_fields import MEMBER_FIELDS
from app.models import Member, MergedMember
from app.phrases import Phrase, phrase
from app.services.bulk import among
from app.services.members.bsn import BsnHolders, find_hashes, find_holders
from app.services.search.folding import fold_text

COLUMNS = (
    Member.id,
    Member.user_id,
    *(getattr(Member, name) for name in MEMBER_FIELDS.given_columns),
    Member.sealed_iban,
    Member.iban_ending,
    Member.state,
    Member.bsn_known_at,
    Member.changed_at,
)

Known = Row[Any]  # one member, with COLUMNS
AMBIGUOUS = phrase("Several members have this e-mail address and name. Give the member number.")
SOMEBODY_ELSE = phrase("This member number is somebody else's: the name and the date of birth are different.")


@dataclass(slots=True)
class KnownMembers:
    """The members that the rows of one file may be about, found in a few statements."""

    by_id: dict[int, Known] = field(default_factory=dict)
    by_number: dict[str, Known] = field(default_factory=dict)
    by_old_number: dict[str, Known] = field(default_factory=dict)  # of members that were merged into another one
    by_address: dict[tuple[str, str], list[Known]] = field(default_factory=lambda: defaultdict(list))
    bsns: BsnHolders = field(default_factory=BsnHolders)
    bsn_hash_of: dict[int, str] = field(default_factory=dict)

    def find(self, row: RosterRow) -> Known | Phrase | None:
        """The member of this row; None when there is none yet; a Text when that cannot be told."""
        if row.member_number is not None and (known := self.by_number.get(row.member_number)) is not None:
            return SOMEBODY_ELSE if _is_somebody_else(row, known) else known
        if row.member_number is not None and (known := self.by_old_number.get(row.member_number)) is not None:
            return known
        if row.bsn is not None and (member_id := self.bsns.find(row.bsn)) is not None:
            return self.by_id[member_id]
        return self._find_by_address(row)

    def _find_by_address(self, row: RosterRow) -> Known | Phrase | None:
        key = address_key(row)
        candidates = [known for known in self.by_address.get(key, ()) if may_be_same(row, known)] if key else []
        if len(candidates) > 1:
            return AMBIGUOUS
        return candidates[0] if candidates else None

    def has_other_bsn(self, row: RosterRow, known: Known) -> bool:
        """Whether the BSN of this row differs from the one that is known; what is known stays."""
        return row.bsn is not None and self.bsn_hash_of.get(known.id, "") not in self.bsns.hashes_of[row.bsn]


def load_known(rows: Sequence[RosterRow]) -> KnownMembers:
    """Read the members that these rows may be about."""
    known = KnownMembers()
    numbers = {row.member_number for row in rows if row.member_number}
    _add(known, Member.member_number, numbers)
    merged = _find_merged(numbers)
    _add(known, Member.id, set(merged.values()) - known.by_id.keys())
    _add(known, Member.email, {row.email for row in rows if row.email})
    known.bsns = find_holders(row.bsn for row in rows if row.bsn)
    if known.bsns.hashes_of:
        _add(known, Member.id, set(known.bsns.member_of.values()) - known.by_id.keys())
        known.bsn_hash_of = find_hashes(list(known.by_id))
    for member in known.by_id.values():
        if member.member_number:
            known.by_number[member.member_number] = member
        if key := address_key(member):
            known.by_address[key].append(member)
    known.by_old_number = {number: known.by_id[member_id] for number, member_id in merged.items()}
    return known


def _find_merged(numbers: Collection[str]) -> dict[str, int]:
    """Old member number → the member that it became part of."""
    if not numbers:
        return {}
    merged = select(MergedMember.member_number, MergedMember.member_id)
    found = db.session.execute(merged.where(among(MergedMember.member_number, numbers)))
    return {number: member_id for number, member_id in found if number is not None}


def _add(known: KnownMembers, column: InstrumentedAttribute[Any], values: Collection[Any]) -> None:
    if values:
        known.by_id |= {row.id: row for row in db.session.execute(select(*COLUMNS).where(among(column, values)))}


def address_key(person: RosterRow | Known) -> tuple[str, str] | None:
    """E-mail address and surname, as they are compared."""
    return (person.email, fold_text(person.surname)) if person.email else None


def may_be_same(row: RosterRow, other: RosterRow | Known) -> bool:
    """Same address and surname: the same person unless something says otherwise. Couples share both."""
    if row.member_number and other.member_number and row.member_number != other.member_number:
        return False
    if row.birth_date and other.birth_date and row.birth_date != other.birth_date:
        return False
    return given_names_agree(row, other)


def given_names_agree(row: RosterRow, other: RosterRow | Known) -> bool:
    """The same first name, or where one is missing the same first initial; nothing known contradicts nothing."""
    if row.first_name and other.first_name:
        return fold_text(row.first_name) == fold_text(other.first_name)
    own, others = row.initials or row.first_name, other.initials or other.first_name
    return not own or not others or fold_text(own)[:1] == fold_text(others)[:1]


def _is_somebody_else(row: RosterRow, known: Known) -> bool:
    """A number that was given to another person, or a shifted column, must not overwrite a member's name."""
    other_name = fold_text(row.surname) != fold_text(known.surname)
    other_birth = bool(row.birth_date and known.birth_date and row.birth_date != known.birth_date)
    return other_name and other_birth
