"""Loader criteria of many classes as one option of a statement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm.interfaces import CriteriaOption
from sqlalchemy.orm.util import LoaderCriteriaOption


class CriteriaTogether(CriteriaOption):
    """What each of `criteria` does, in one. SQLAlchemy looks at every option of a statement each time it runs.

    Part of the key of a statement is which object this is, so make each once. Values must be asked when the statement
    runs (`callable_`): they are no part of the key. Loads that follow from a statement get their own; this one does not
    stay with the rows that were loaded.
    """

    __slots__ = ("_criteria",)
    inherit_cache = True
    propagate_to_loaders = False

    def __init__(self, criteria: Iterable[LoaderCriteriaOption]) -> None:
        self._criteria = tuple(criteria)

    def _gen_cache_key(self, anon_map: Any, bindparams: Any) -> tuple[Any, ...]:
        return (CriteriaTogether, self)

    def process_compile_state(self, compile_state: Any) -> None:
        """See SQLAlchemy: when a SELECT is written as SQL."""
        self.get_global_criteria(compile_state.global_attributes)

    def process_compile_state_replaced_entities(self, compile_state: Any, mapper_entities: Any) -> None:
        """See SQLAlchemy: the same after `with_only_columns`."""
        self.process_compile_state(compile_state)

    def get_global_criteria(self, attributes: dict[Any, Any]) -> None:
        """See SQLAlchemy: for UPDATE and DELETE too."""
        for criterion in self._criteria:
            criterion.get_global_criteria(attributes)
