"""No primary key of ours ever changes, so a flush need not look for rows that would have to follow.

SQLAlchemy asks of each row that it saves, for every relation of another table to it with nothing that leads back,
whether its key changed: 27 times for a member, a tenth of the steps of saving a form.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.dependency import _DetectKeySwitch

from app.models.base import Model


@event.listens_for(Mapper, "after_configured")
def _leave_out() -> None:
    for mapper in Model.registry.mappers:
        looks: Any = mapper
        looks._dependency_processors = [look for look in looks._dependency_processors if not _is_of_key(look)]


def _is_of_key(look: Any) -> bool:
    """Of a relation to a primary key; other columns may change."""
    return isinstance(look, _DetectKeySwitch) and all(pair[0].primary_key for pair in look.prop.synchronize_pairs)
