"""Deciding of many candidates at once whether they are the member they look like (services.bulk_runs)."""

from __future__ import annotations

from typing import Any, Final

from app.models import CandidateMatch, MatchState
from app.phrases import phrase
from app.services.bulk_acts import BulkAct, Reason
from app.services.planning.eligibility.candidates import decide


def _decide_as(state: MatchState) -> BulkAct:
    def work(match: CandidateMatch, **asked: Any) -> None:
        decide(match, state, **asked)

    known = phrase("This was decided already.")
    return BulkAct(CandidateMatch, each=work, reasons=lambda: [Reason(CandidateMatch.state == state, known)])


CONFIRM: Final = _decide_as(MatchState.CONFIRMED)
REJECT: Final = _decide_as(MatchState.REJECTED)
REOPEN: Final = _decide_as(MatchState.OPEN)
