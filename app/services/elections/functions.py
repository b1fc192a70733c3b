"""The functions (functies) that every municipality starts with."""

from __future__ import annotations

from sqlalchemy import insert, select

from app.extensions import db
from app.models import Capacity, Function

# Training is a condition for members of the polling station (Kieswet E 4), not for who assists them (N 5).
DEFAULT_FUNCTIONS = (
    ("voorzitter", "Voorzitter", "Chair", Capacity.CHAIR, True),
    ("plv_voorzitter", "Plaatsvervangend voorzitter", "Deputy chair", Capacity.DEPUTY, True),
    ("stembureaulid", "Stembureaulid", "Polling station member", Capacity.MEMBER, True),
    ("teller", "Teller", "Counter", Capacity.COUNTER, False),
    ("ondersteuner", "Ondersteuner", "Supporter", Capacity.SUPPORTER, False),
)


def add_default_functions() -> int:
    """Add the default functions that are not there yet, by code; gives how many. What the team changed stays."""
    known = set(db.session.scalars(select(Function.code)))
    missing = [
        {
            "code": code,
            "name": name,
            "name_en": name_en,
            "capacity": capacity,
            "needs_training": needs_training,
            "position": position,
            "is_active": True,
        }
        for position, (code, name, name_en, capacity, needs_training) in enumerate(DEFAULT_FUNCTIONS, 1)
        if code not in known
    ]
    if missing:
        db.session.execute(insert(Function), missing)
    return len(missing)


def list_active_functions() -> list[Function]:
    """The functions that can be chosen, in their order."""
    statement = select(Function).where(Function.is_active.is_(True)).order_by(Function.position, Function.id)
    return list(db.session.scalars(statement))
