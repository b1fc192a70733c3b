"""Who declared to be a candidate or sitting member: the latest word counts, because a text has versions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true

from app.models import Declaration, DeclarationKind, DeclarationText


def latest_word(member_id: Any, election_id: Any) -> Select[bool]:
    """What this member (an id or a column) last declared for this election; False is: I am a candidate."""
    return (
        select(Declaration.is_given)
        .join(DeclarationText, DeclarationText.id == Declaration.text_id)
        .where(
            Declaration.member_id == member_id,
            Declaration.election_id == election_id,
            DeclarationText.kind == DeclarationKind.NOT_A_CANDIDATE,
        )
        .order_by(DeclarationText.version.desc())
        .limit(1)
    )


def declared_candidacy(member_id: Any, election_id: Any, *, of: type[Any]) -> ColumnElement[bool]:
    """Whether that is so, in SQL; `of` is the table of the outer statement whose columns are named."""
    word = latest_word(member_id, election_id).correlate(of).scalar_subquery()
    return func.coalesce(word, true()).is_(False)
