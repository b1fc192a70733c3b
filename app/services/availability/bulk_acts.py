"""What is done to the answers of many members at once (services.bulk_runs)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from app.extensions import db
from app.models import Election, Member
from app.models.member import MAY_ANSWER
from app.phrases import RuleBroken, phrase
from app.services.availability.answers import reopen_availability
from app.services.bulk_acts import BulkAct, Reason


def _reopen(member: Member, *, election_id: int, until: str, actor: Any, now: datetime) -> None:
    election = db.session.get(Election, election_id)
    if election is None:
        raise RuleBroken(phrase("This is gone."))
    reopen_availability(member, election, until=datetime.fromisoformat(until), actor=actor, now=now)


REOPEN: Final = BulkAct(
    Member,
    each=_reopen,
    reasons=lambda: [
        Reason(Member.state.not_in(MAY_ANSWER), phrase("Only members who are invited or active can give availability."))
    ],
)
