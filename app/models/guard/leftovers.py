"""What a block that reached everybody leaves in the session, and the scope around it does not reach.

A session gives a row that it holds without asking the database, by its key and at the end of a relationship: no
criterion would be asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import InstanceState, Session


def forget_foreign(session: Session, is_foreign: Callable[[Any], bool]) -> None:
    """Let the session no longer hold these rows, nor the relationships that lead to them; they are asked for anew then.

    What the block gave to its caller stays readable. A change that is not written yet stays too: the flush refuses it.
    """
    states = session.identity_map.all_states()
    rows = [row for row in (state.obj() for state in states) if row is not None]
    for row in filter(is_foreign, rows):
        if row in session and not session.is_modified(row):
            session.expunge(row)
    for row in rows:
        _forget_relations(inspect(row), is_foreign)


def _forget_relations(state: InstanceState[Any], is_foreign: Callable[[Any], bool]) -> None:
    for relation in state.mapper.relationships:
        found = state.dict.get(relation.key)
        leads_to = found if relation.uselist else (found,)
        is_changed = found is not None and state.attrs[relation.key].history.has_changes()
        if any(map(is_foreign, leads_to or ())) and not is_changed:
            state._expire_attributes(state.dict, (relation.key,))
