"""What the database notes when a cause of eligibility changes, so that no writer has to know who may be appointed.

Triggers add a mark for each member or election whose findings may be others now, whatever way a row was written. Before
the transaction ends the findings are made anew and the marks go (services.planning.eligibility.following), so the table
is empty between transactions. Metadata cannot say triggers: a migration makes them. See docs/decisions/0031.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, StaffOnly
from app.models.derived.watching import Watched


class EligibilityMark(StaffOnly, Model):
    """Findings to be made anew: of this member, of this election, or of the two together. No keys: either may go."""

    __tablename__ = "eligibility_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(Integer)
    election_id: Mapped[int | None] = mapped_column(Integer)


_OF_BOTH: Final = {"member_id": "member_id", "election_id": "election_id"}
_OF_ELECTION: Final = {"election_id": "election_id"}
WATCHED: Final = (
    Watched(
        "member",
        {"member_id": "id"},
        ("birth_date", "is_civil_servant", "state", "stop_reason"),
        events=("INSERT", "UPDATE"),
    ),
    Watched(
        "election",
        {"election_id": "id"},
        ("voting_on", "state", "candidates_may_apply"),
        events=("INSERT", "UPDATE"),
    ),
    Watched("declaration", _OF_BOTH, ("member_id", "election_id", "text_id", "is_given")),
    Watched("declaration_text", _OF_ELECTION, ("election_id", "kind", "version", "is_required")),
    Watched("training_result", {"member_id": "member_id"}, ("member_id", "passed_on", "valid_until")),
    Watched("committee_seat", _OF_BOTH, ("member_id", "election_id")),
    Watched("candidate_match", _OF_BOTH, ("member_id", "state"), only="r.state = 'confirmed'"),
    Watched("eligibility_rule", _OF_ELECTION, ("is_active", "is_blocking", "code")),
)
