"""What one chooses from where needs are said."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.extensions import db
from app.models import Election, ElectionDay, ElectionState, Shift

MOST_SHIFTS: Final = 100  # of the latest elections: nobody looks further in a list of choices


def list_shifts(*election_ids: int) -> list[Shift]:
    """The shifts of these elections, in their order; without any those of all that are not closed, the latest first.

    Their day and election are loaded with them. One statement.
    """
    whole = contains_eager(Shift.day).contains_eager(ElectionDay.election)
    found = select(Shift).join(Shift.day).join(ElectionDay.election).options(whole)
    is_asked = Election.id.in_(election_ids) if election_ids else Election.state != ElectionState.CLOSED
    wanted = found.where(is_asked)
    in_order = wanted.order_by(Election.voting_on.desc(), Election.id.desc(), ElectionDay.date, Shift.starts, Shift.id)
    return list(db.session.scalars(in_order.limit(MOST_SHIFTS)))
