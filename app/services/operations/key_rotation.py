"""Sealing again with the newest key what lies under an older one: BSNs and IBANs."""

from __future__ import annotations

from sqlalchemy import select

from app.extensions import db, vault
from app.models import Member, MemberIdentity
from app.services.atomic import change_if
from app.services.members.bsn import hash_bsn, seal_bsn
from app.services.members.profile import seal_iban


def rotate_keys(batch: int) -> int:
    """Seal at most `batch` BSNs and `batch` IBANs again; gives how many were, 0 when all lie under the newest key.

    Commit after each call. Stopped anywhere, the next call goes on where it was. A row that changes in the meantime is
    left alone: whoever changed it sealed it with the newest key. Raises vault.CannotDecrypt when a key is missing.
    """
    return _rotate_bsns(batch) + _rotate_ibans(batch)


def _rotate_bsns(batch: int) -> int:
    old = select(MemberIdentity).where(MemberIdentity.key_id != vault.current_key_id)
    rows = db.session.scalars(old.order_by(MemberIdentity.member_id).limit(batch)).all()
    for row in rows:
        bsn = vault.decrypt(row.sealed_bsn, owner=f"bsn:{row.member_id}")
        found = hash_bsn(bsn)
        values = {
            "sealed_bsn": seal_bsn(row.member_id, bsn),
            "key_id": vault.current_key_id,
            "lookup_hash": found if row.lookup_hash else None,
            "duplicate_hash": found if row.duplicate_hash else None,
        }
        same = (MemberIdentity.member_id == row.member_id, MemberIdentity.sealed_bsn == row.sealed_bsn)
        change_if(MemberIdentity, *same, **values)
    return len(rows)


def _rotate_ibans(batch: int) -> int:
    old = select(Member.id, Member.sealed_iban).where(
        Member.sealed_iban.is_not(None), ~Member.sealed_iban.startswith(f"{vault.current_key_id}.", autoescape=True)
    )
    rows = db.session.execute(old.order_by(Member.id).limit(batch)).all()
    for member_id, sealed in rows:
        assert sealed is not None  # noqa: S101 (the WHERE says so)
        iban = vault.decrypt(sealed, owner=f"iban:{member_id}")
        same = (Member.id == member_id, Member.sealed_iban == sealed)
        change_if(Member, *same, sealed_iban=seal_iban(member_id, iban))
    return len(rows)
