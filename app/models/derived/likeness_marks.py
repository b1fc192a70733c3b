"""Whose name changed, so that the candidates of elections are laid beside it again.

Triggers add a mark for each member, whatever way the row was written; the worker compares and takes the marks away
(services.planning.eligibility.candidates). Where no candidates are known nothing is noted: their import compares all.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, StaffOnly
from app.models.derived.watching import Watched


class LikenessMark(StaffOnly, Model):
    """A member to be compared with candidates. No key: the member may go."""

    __tablename__ = "likeness_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(Integer)


NAMES: Final = Watched(
    "member",
    {"member_id": "id"},
    ("initials", "first_name", "infix", "surname", "city", "state"),
    only="EXISTS (SELECT 1 FROM candidate)",
    events=("INSERT", "UPDATE"),
    into="likeness_mark",
    prefix="likeness",
)
