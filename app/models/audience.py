"""For whom a thing is: a group of members by condition (doelgroep), stored with the thing itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, StaffOnly, UtcDateTime


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. `ids` are the shifts, functions or members that `kind` (services.audience_kinds) asks for, `texts`
    what it asks for by name, such as towns.
    """

    kind: str
    election_id: int | None = None
    ids: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The conditions, and whether each one must hold (else one is enough). Worked out anew each time it is asked."""

    conditions: tuple[Condition, ...]
    is_all: bool = True

    @classmethod
    def read(cls, stored: Iterable[Mapping[str, Any]], *, is_all: bool) -> Group:
        """The group of two columns of HasAudience."""
        return cls(tuple(map(_read_condition, stored)), is_all)

    def write(self) -> list[dict[str, Any]]:
        """The conditions as they are stored."""
        return [_write_condition(condition) for condition in self.conditions]


def _read_condition(part: Mapping[str, Any]) -> Condition:
    return Condition(part["kind"], part.get("election_id"), tuple(part.get("ids", ())), tuple(part.get("texts", ())))


def _write_condition(condition: Condition) -> dict[str, Any]:
    written: dict[str, Any] = {"kind": condition.kind, "election_id": condition.election_id, "ids": list(condition.ids)}
    return {**written, "texts": list(condition.texts)} if condition.texts else written


class HasAudience:
    """A row that is for a group of members."""

    conditions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    is_all: Mapped[bool] = mapped_column(Boolean, default=True)

    @property
    def group(self) -> Group:
        """Whom it is for."""
        return self._read_group()

    @group.setter
    def group(self, group: Group) -> None:
        self.conditions, self.is_all = group.write(), group.is_all

    def _read_group(self) -> Group:
        return Group.read(self.conditions, is_all=self.is_all)


class Audience(HasAudience, StaffOnly, Model):
    """A group that is saved under a name."""

    __tablename__ = "audience"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def __repr__(self) -> str:
        return self.name
