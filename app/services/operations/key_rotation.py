"""Sealing again with the newest key what lies under an older one: BSNs and IBANs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from app.extensions import db, vault
from app.models import Member, MemberIdentity
from app.services.atomic import change_if
from app.services.members.bsn import hash_bsn, seal_bsn
from app.services.members.profile import seal_iban
from app.vault import CannotDecrypt


@dataclass(slots=True)
class Rotation:
    """How far it is. What does not open stays as it is: by the key that is missing, or by the member of the row."""

    total: int
    sealed: int = 0
    missing_keys: Counter[str] = field(default_factory=Counter)
    damaged: list[tuple[str, int]] = field(default_factory=list)  # "BSN" or "IBAN", member id

    @property
    def seen(self) -> int:
        """How many were looked at, opened or not."""
        return self.sealed + self.missing_keys.total() + len(self.damaged)

    def open(self, kind: str, member_id: int, sealed: str) -> str | None:
        """What was sealed; None, and noted, when it does not open."""
        key_id = sealed.partition(".")[0]
        try:
            return vault.decrypt(sealed, owner=f"{kind.lower()}:{member_id}")
        except CannotDecrypt:
            if vault.knows(key_id):
                self.damaged.append((kind, member_id))
            else:
                self.missing_keys[key_id] += 1
            return None


def rotate_keys(batch: int) -> Iterator[Rotation]:
    """Seal BSNs and IBANs again, at most `batch` a step, until all that opens lies under the newest key.

    Commit at each step. Stopped anywhere, the next call goes on where it was. A row that changes in the meantime is
    left alone: whoever changed it sealed it with the newest key.
    """
    kinds = _kinds()
    rotation = Rotation(sum(db.session.scalar(select(func.count()).where(kind.is_old)) or 0 for kind in kinds))
    for kind in kinds:
        last = 0
        while rows := kind.read(after=last, batch=batch):
            for member_id, sealed in rows:
                plain = rotation.open(kind.name, member_id, sealed)
                rotation.sealed += plain is not None and kind.seal(member_id, sealed, plain)
            last = rows[-1][0]
            yield rotation


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is sealed of a member: the columns of the id and of the value, what is old, and how it is sealed again."""

    name: str
    columns: tuple[Any, Any]
    is_old: ColumnElement[bool]
    seal: Callable[[int, str, str], bool]  # member id, as it was, opened; whether it still was so

    def read(self, *, after: int, batch: int) -> list[tuple[int, str]]:
        """The next rows, as member id and what is sealed."""
        wanted = (
            select(*self.columns).where(self.is_old, self.columns[0] > after).order_by(self.columns[0]).limit(batch)
        )
        return [(member_id, sealed) for member_id, sealed in db.session.execute(wanted)]


def _kinds() -> tuple[_Kind, _Kind]:
    old_iban = ~Member.sealed_iban.startswith(f"{vault.current_key_id}.", autoescape=True)
    old_bsn = MemberIdentity.key_id != vault.current_key_id
    return (
        _Kind("BSN", (MemberIdentity.member_id, MemberIdentity.sealed_bsn), old_bsn, _seal_bsn),
        _Kind("IBAN", (Member.id, Member.sealed_iban), old_iban, _seal_iban),
    )


def _seal_bsn(member_id: int, sealed: str, bsn: str) -> bool:
    found = hash_bsn(bsn)
    hashes = {
        column.key: case((column.is_not(None), found), else_=None)
        for column in (MemberIdentity.lookup_hash, MemberIdentity.duplicate_hash)
    }
    same = (MemberIdentity.member_id == member_id, MemberIdentity.sealed_bsn == sealed)
    return change_if(MemberIdentity, *same, sealed_bsn=seal_bsn(member_id, bsn), key_id=vault.current_key_id, **hashes)


def _seal_iban(member_id: int, sealed: str, iban: str) -> bool:
    same = (Member.id == member_id, Member.sealed_iban == sealed)
    return change_if(Member, *same, sealed_iban=seal_iban(member_id, iban))
