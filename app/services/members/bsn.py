"""The BSN (SECURITY §3): written once, sealed, never shown again. Nothing here logs or returns a kept one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, or_, select, update
from stdnum.nl import bsn as stdnum_bsn

from app.extensions import db, vault
from app.models import Member, MemberIdentity
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.bulk import among, insert_rows, insert_unless_there
from app.services.notifications.notifications import settle_actions
from app.typed.texts import tidy_line
from app.vault import CannotDecrypt

PURPOSE: Final = "bsn"
IDENTITY_TABLE: Final[Any] = MemberIdentity.__table__
IDENTITY_COLUMNS: Final = ("member_id", "sealed_bsn", "lookup_hash", "duplicate_hash", "key_id", "supplied_at")
SHORTEST_REASON: Final = 5
LONGEST_REASON: Final = 200
_SEPARATORS = str.maketrans("", "", " .-\u00a0")
_LIKE_BSN = re.compile(r"\d(?:[ .\-]?\d){7}")


def normalise_bsn(typed: str) -> str:
    """Nine ASCII digits that pass the eleven-test. Raises RuleBroken with field "bsn", without the value.

    Checked before python-stdnum sees it: that takes digits of other scripts and pads eight digits. Somebody who types
    eight has most likely lost one, so that is refused here (a roster that lost a leading zero in Excel is not).
    """
    digits = typed.translate(_SEPARATORS)
    if not (digits.isascii() and digits.isdigit() and len(digits) == 9):
        raise RuleBroken(phrase("A BSN has nine digits. You find it on your passport or identity card."), field="bsn")
    if digits == "000000000" or not stdnum_bsn.is_valid(digits):
        raise RuleBroken(phrase("This is not a valid BSN. Check the digits."), field="bsn")
    return digits


def hash_bsn(bsn: str) -> str:
    """What finds an equal BSN again, under the newest key."""
    return vault.lookup_hash(bsn, purpose=PURPOSE)


def seal_bsn(member_id: int, bsn: str) -> str:
    """The BSN as the database keeps it; moved to another member's row it does not decrypt."""
    return vault.encrypt(bsn, owner=f"bsn:{member_id}")


def seal_typed(member: Member, typed: str) -> str:
    """What was typed, checked and sealed, to travel through the page that asks whether it is right; nothing is stored.

    Only `open_typed` for the same member opens it. Raises RuleBroken with field "bsn".
    """
    return vault.encrypt(normalise_bsn(typed), owner=f"typed-bsn:{member.id}")


def open_typed(member: Member, sealed: str) -> str:
    """The number that `seal_typed` sealed. Raises RuleBroken with field "bsn"."""
    try:
        return vault.decrypt(sealed, owner=f"typed-bsn:{member.id}")
    except CannotDecrypt:
        raise RuleBroken(phrase("Fill in your BSN again."), field="bsn") from None


def group_bsn(bsn: str) -> str:
    """In groups of three, to compare it with a passport: 111 222 333."""
    return f"{bsn[:3]} {bsn[3:6]} {bsn[6:]}"


@everyone("write a BSN once")
def record_bsn(member: Member, typed: str, *, actor: Actor, now: datetime) -> None:
    """Keep the BSN of a member who has none yet. One conditional INSERT decides, so a race has one winner.

    A BSN that another member has is accepted in the same way, and both are flagged to the team only: the answer tells
    nobody who else is a member. Raises RuleBroken with field "bsn".
    """
    bsn = normalise_bsn(typed)
    db.session.flush()
    has_twin = bool(_holders(bsn))
    if not _insert(member.id, bsn, now, is_duplicate=has_twin):
        raise RuleBroken(phrase("We already have your BSN. You do not have to fill it in again."), field="bsn")
    member.bsn_known_at = now
    member.changed_at = now
    twins = [member_id for member_id in _holders(bsn) if member_id != member.id]
    if twins:
        member.bsn_duplicate = True
        _flag(twins, is_duplicate=True)
    db.session.flush()
    settle_actions(now, member_id=member.id)
    record_event(actor, "bsn.supplied", now=now, member_id=member.id, is_duplicate=bool(twins))


def _insert(member_id: int, bsn: str, now: datetime, *, is_duplicate: bool) -> bool:
    """True when the row was written. A twin that appears in between makes the first INSERT do nothing: then as such."""
    row: dict[str, Any] = {"member_id": member_id, "sealed_bsn": seal_bsn(member_id, bsn), "supplied_at": now}
    row["key_id"] = vault.current_key_id
    found = hash_bsn(bsn)
    if not is_duplicate and insert_unless_there(MemberIdentity, **row, lookup_hash=found):
        return True
    return insert_unless_there(MemberIdentity, "member_id", **row, duplicate_hash=found)


@dataclass(slots=True)
class BsnHolders:
    """Who has which BSN of one file: those who have it already, and on the way those who get it."""

    hashes_of: dict[str, list[str]] = field(default_factory=dict, repr=False)  # BSN → its hashes, as `all_hashes`
    member_of: dict[str, int] = field(default_factory=dict)  # hash under the newest key → who had it first
    twins: set[int] = field(default_factory=set)  # whose BSN another member has too

    def find(self, bsn: str) -> int | None:
        """The member who has this BSN, one of those that were asked for."""
        return self.member_of.get(self.hashes_of[bsn][0])

    def seal(self, bsns: Iterable[tuple[int, str]], now: datetime) -> Iterator[tuple[Any, ...]]:
        """The rows of IDENTITY_COLUMNS for these (member id, BSN); notes who is a twin."""
        for member_id, bsn in bsns:
            found = self.hashes_of[bsn][0]
            earlier = self.member_of.setdefault(found, member_id)
            if is_twin := earlier != member_id:
                self.twins |= {earlier, member_id}
            hashes = (None, found) if is_twin else (found, None)
            yield member_id, seal_bsn(member_id, bsn), *hashes, vault.current_key_id, now


def find_holders(bsns: Iterable[str]) -> BsnHolders:
    """Who has one of these normalised BSNs, under whichever key it lies."""
    hashes_of = {bsn: all_hashes(bsn) for bsn in bsns}
    newest = {old: hashes[0] for hashes in hashes_of.values() for old in hashes}
    known = select(MemberIdentity.lookup_hash, MemberIdentity.member_id)
    found = db.session.execute(known.where(among(MemberIdentity.lookup_hash, newest))) if newest else ()
    return BsnHolders(hashes_of, {newest[key]: member_id for key, member_id in found if key is not None})


def ask_again(holders: BsnHolders, bsns: Iterable[str]) -> None:
    """Who had one of these BSNs when the file was planned may have lost it since: the team clears one at any time."""
    had = [bsn for bsn in bsns if holders.find(bsn) is not None]
    if not had:
        return
    still = find_holders(had)
    for bsn in had:
        newest, member_id = still.hashes_of[bsn][0], still.find(bsn)
        if member_id is None:
            holders.member_of.pop(newest, None)
        else:
            holders.member_of[newest] = member_id


def record_bsns(bsns: Sequence[tuple[int, str]], *, now: datetime, holders: BsnHolders | None = None) -> None:
    """Keep the BSNs of members who have none yet, as (member id, normalised BSN); set-based, for imports.

    Twins are accepted and flagged as in `record_bsn`. `holders`: what `find_holders` found of them in this transaction.
    Call `serialize` first. A member who writes the same BSN at this very moment makes the INSERT fail with
    IntegrityError: then the caller starts again.
    """
    if holders is None:
        holders = find_holders(bsn for _, bsn in bsns)
    else:
        ask_again(holders, (bsn for _, bsn in bsns))
    insert_rows(IDENTITY_TABLE, IDENTITY_COLUMNS, holders.seal(bsns, now))
    flag_twins(holders)


def flag_twins(holders: BsnHolders) -> None:
    """Tell the team which members have the BSN of another."""
    if holders.twins:
        _flag(holders.twins, is_duplicate=True)


def find_hashes(member_ids: Sequence[int]) -> dict[int, str]:
    """Member id → the hash of the BSN that is known, to tell whether a roster has another one."""
    either = func.coalesce(MemberIdentity.lookup_hash, MemberIdentity.duplicate_hash)
    known = select(MemberIdentity.member_id, either).where(among(MemberIdentity.member_id, member_ids))
    return dict(db.session.execute(known).all())


def all_hashes(bsn: str) -> list[str]:
    """The hashes of a BSN under every key, the newest first."""
    return vault.lookup_hashes(bsn, purpose=PURPOSE)


def _holders(bsn: str) -> list[int]:
    """Ids of the members with this BSN, whichever key it lies under."""
    return _holders_by(all_hashes(bsn))


def _holders_by(hashes: Sequence[str]) -> list[int]:
    same = or_(MemberIdentity.lookup_hash.in_(hashes), MemberIdentity.duplicate_hash.in_(hashes))
    return list(db.session.scalars(select(MemberIdentity.member_id).where(same)))


def _flag(member_ids: Collection[int], *, is_duplicate: bool) -> None:
    db.session.execute(update(Member).where(among(Member.id, member_ids)).values(bsn_duplicate=is_duplicate))


def find_twins(member: Member) -> list[Member]:
    """Other members with the same BSN, for the team to find out which of them is wrong."""
    own = db.session.get(MemberIdentity, member.id)
    if own is None:
        return []
    twin_ids = [member_id for member_id in _holders_of(own) if member_id != member.id]
    return list(db.session.scalars(select(Member).where(Member.id.in_(twin_ids)).order_by(*Member.by_name())))


def is_unreadable(member: Member) -> bool:
    """Whether the BSN that is known cannot be opened: its key is missing, or it was damaged."""
    identity = db.session.get(MemberIdentity, member.id) if member.bsn_known_at else None
    return identity is not None and _open_bsn(identity) is None


def _open_bsn(identity: MemberIdentity) -> str | None:
    try:
        return vault.decrypt(identity.sealed_bsn, owner=f"bsn:{identity.member_id}")
    except CannotDecrypt:
        return None


def _holders_of(identity: MemberIdentity) -> list[int]:
    """Ids of the members with the same BSN; of one that cannot be opened, those that were found under the same key."""
    bsn = _open_bsn(identity)
    return _holders_by([identity.lookup_hash or identity.duplicate_hash or ""]) if bsn is None else _holders(bsn)


def correct_bsn(member: Member, reason: str, *, actor: Actor, now: datetime) -> None:
    """Clear a member's BSN, so that it is supplied again. Raises RuleBroken with field "reason", or None known.

    `reason` is logged, so it may not hold a number that could be a BSN.
    """
    reason = _check_reason(reason)
    identity = db.session.get(MemberIdentity, member.id)
    if identity is None:
        raise RuleBroken(phrase("There is no BSN to correct."))
    twins = [member_id for member_id in _holders_of(identity) if member_id != member.id]
    db.session.delete(identity)
    member.bsn_known_at = None
    member.bsn_duplicate = False
    member.changed_at = now
    db.session.flush()
    if len(twins) == 1:
        _make_only_holder(twins[0])
    record_event(actor, "bsn.cleared", now=now, subject=member, member_id=member.id, reason=reason)


def forget_bsns(member_ids: Collection[int]) -> None:
    """Delete the BSNs of these members; who had a twin among them and is left alone is no duplicate any more."""
    either = func.coalesce(MemberIdentity.lookup_hash, MemberIdentity.duplicate_hash)
    is_double = Member.bsn_duplicate.is_(True)
    hashes = select(either).join(Member, Member.id == MemberIdentity.member_id)
    doubles = set(db.session.scalars(hashes.where(among(MemberIdentity.member_id, member_ids), is_double)))
    gone = delete(MemberIdentity).where(among(MemberIdentity.member_id, member_ids))
    db.session.execute(gone.execution_options(synchronize_session=False))
    unknown = {"bsn_known_at": None, "bsn_duplicate": False}
    known = update(Member).where(among(Member.id, member_ids), Member.bsn_known_at.is_not(None)).values(unknown)
    db.session.execute(known.execution_options(synchronize_session=False))
    if doubles:
        db.session.expire_all()
        left = select(either, func.min(MemberIdentity.member_id), func.count()).where(either.in_(doubles))
        for _hash, member_id, number in db.session.execute(left.group_by(either)).all():
            if number == 1:
                _make_only_holder(member_id)


def move_bsn(gone_id: int, kept_id: int, *, is_taken: bool) -> None:
    """Before `gone_id` goes: its BSN is deleted, and with `is_taken` it becomes that of `kept_id`."""
    identity = db.session.get(MemberIdentity, gone_id)
    number = _open_bsn(identity) if identity is not None and is_taken else None
    supplied_at = identity.supplied_at if identity is not None else None
    if identity is not None:
        forget_bsns([gone_id])
    if number is None or supplied_at is None:
        return
    forget_bsns([kept_id])
    record_bsns([(kept_id, number)], now=supplied_at)
    known = update(Member).where(Member.id == kept_id).values(bsn_known_at=supplied_at)
    db.session.execute(known.execution_options(synchronize_session=False))
    db.session.expire_all()


def _check_reason(reason: str) -> str:
    reason = tidy_line(reason)
    if len(reason) < SHORTEST_REASON:
        raise RuleBroken(phrase("Write why the BSN is cleared."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise RuleBroken(
            phrase("This is too long: at most %(count)s characters.", count=LONGEST_REASON), field="reason"
        )
    if _LIKE_BSN.search(reason):
        raise RuleBroken(
            phrase("Do not write a BSN or another long number here: the reason is logged."), field="reason"
        )
    return reason


def _make_only_holder(member_id: int) -> None:
    """The one who is left is no duplicate any more."""
    identity = db.session.get_one(MemberIdentity, member_id)
    if identity.lookup_hash is None:
        identity.lookup_hash, identity.duplicate_hash = identity.duplicate_hash, None
    _flag([member_id], is_duplicate=False)
    db.session.flush()
