"""Where members live, near enough to plan by: the middle of their postcode, from a file that the operator loads.

A member whose postcode is written later is placed by the database itself, row by row; who writes many asks for all of
their points at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from app.extensions import db
from app.importing.postcodes import read_postcodes
from app.models import Member, PostcodePoint
from app.services.audit import Actor, record_event
from app.services.bulk import among, insert_rows, is_postgresql

Point = tuple[float | None, float | None]  # latitude and longitude
NOWHERE: Point = (None, None)
DIGITS = 4  # of a postcode, which may stand in the file alone


def load_postcodes(data: bytes, *, actor: Actor, now: datetime) -> tuple[int, int]:
    """Replace the postcodes by those of the file, and place all members; gives how many of each there are.

    Raises FileRefused.
    """
    rows = read_postcodes(data)
    db.session.execute(delete(PostcodePoint).execution_options(synchronize_session=False))
    table: Any = PostcodePoint.__table__
    insert_rows(table, ("postcode", "latitude", "longitude"), rows)
    placed = _place_members()
    record_event(actor, "postcodes.loaded", now=now, count=len(rows), total=placed)
    return len(rows), placed


def _place_members() -> int:
    """Every member, in one UPDATE: by the whole postcode, else by its digits; who lives elsewhere has no place."""
    columns = {
        name: select(getattr(PostcodePoint, name))
        .where(PostcodePoint.postcode.in_((Member.postcode, func.substr(Member.postcode, 1, 4))))
        .order_by(func.length(PostcodePoint.postcode).desc())
        .limit(1)
        .correlate(Member)
        .scalar_subquery()
        for name in ("latitude", "longitude")
    }
    db.session.execute(update(Member).values(**columns).execution_options(synchronize_session=False))
    db.session.expire_all()
    counted = select(func.count(Member.id))
    return db.session.scalar(counted.where(Member.latitude.is_not(None))) or 0


def find_points(postcodes: Iterable[str]) -> dict[str, Point]:
    """Postcode → where it lies: by the whole postcode, else by its digits; NOWHERE when the file has neither."""
    wanted = set(postcodes) - {""}
    table = PostcodePoint
    asked = select(table.postcode, table.latitude, table.longitude)
    names = wanted | {postcode[:DIGITS] for postcode in wanted}
    rows = db.session.execute(asked.where(among(table.postcode, names)))
    found: dict[str, Point] = {name: (north, east) for name, north, east in rows}
    return {postcode: found.get(postcode) or found.get(postcode[:DIGITS], NOWHERE) for postcode in wanted}


@contextmanager
def points_given() -> Iterator[None]:
    """In here who inserts members gives their points too, and PostgreSQL's trigger looks up none."""
    if not is_postgresql():
        yield
        return
    db.session.execute(select(func.set_config("ledenportal.points", "given", True)))
    yield  # who catches what is raised here rolls back, and that ends it too
    db.session.execute(select(func.set_config("ledenportal.points", "", True)))
