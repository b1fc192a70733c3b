"""Who may be appointed (benoembaarheid): rules per election with their source, and what they found of members."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import JSON, Boolean, Float, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import MemberOwned, Model, StaffOnly, UtcDateTime
from app.models.election import Election
from app.models.member import Member


class RuleCode(StrEnum):
    """What a rule looks at."""

    AGE = "age"  # 18 on voting day
    TRAINING = "training"
    DECLARATION = "declaration"
    CANDIDATE = "candidate"  # by own word, or a confirmed likeness with a list of candidates
    COMMITTEE = "committee"  # a seat in the main or central electoral committee
    CIVIL_SERVANT = "civil_servant"
    LEFT = "left"  # stopped, or has a pause


class RuleBasis(StrEnum):
    LAW = "law"
    POLICY = "policy"


class EligibilityRule(StaffOnly, Model):
    """A rule for who may be appointed at an election, with the article or decision that it stands on."""

    __tablename__ = "eligibility_rule"
    __table_args__ = (UniqueConstraint("election_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(14))
    basis: Mapped[str] = mapped_column(String(6))
    source: Mapped[str] = mapped_column(String(200), default="")  # "Kieswet E 4", or the decision
    is_blocking: Mapped[bool] = mapped_column(Boolean, default=True)  # else it warns
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    election: Mapped[Election] = relationship(Election)


class EligibilityFinding(MemberOwned, Model):
    """A rule that a member does not meet, or may not meet. It goes when its cause goes; another cause makes it anew."""

    __tablename__ = "eligibility_finding"
    __table_args__ = (
        UniqueConstraint("member_id", "rule_id"),
        Index("ix_eligibility_finding_election", "election_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="CASCADE"))
    rule_id: Mapped[int] = mapped_column(ForeignKey("eligibility_rule.id", ondelete="CASCADE"), index=True)
    is_blocking: Mapped[bool] = mapped_column(Boolean)  # as the rule was when it was found
    cause: Mapped[str] = mapped_column(String(40))  # what was missing or wrong, as a code
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what the sentence about it names
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The team knows better: until the cause changes the finding stops nobody.
    overridden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    overridden_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    override_reason: Mapped[str] = mapped_column(String(300), default="")

    member: Mapped[Member] = relationship(Member)
    election: Mapped[Election] = relationship(Election)
    rule: Mapped[EligibilityRule] = relationship(EligibilityRule)
    overridden_by: Mapped[User | None] = relationship(User)


class CommitteeSeat(StaffOnly, Model):
    """A member who sits in the main or central electoral committee of an election."""

    __tablename__ = "committee_seat"
    __table_args__ = (UniqueConstraint("election_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)

    election: Mapped[Election] = relationship(Election)
    member: Mapped[Member] = relationship(Member)


class Candidate(StaffOnly, Model):
    """A candidate of an election, from the Electoral Council's file (EML_NL 230b), to compare names with members."""

    __tablename__ = "candidate"
    __table_args__ = (UniqueConstraint("election_id", "list_number", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="CASCADE"))
    list_number: Mapped[int] = mapped_column(Integer)
    list_name: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[int] = mapped_column(Integer)
    initials: Mapped[str] = mapped_column(String(40), default="")
    first_name: Mapped[str] = mapped_column(String(80), default="")
    infix: Mapped[str] = mapped_column(String(40), default="")
    surname: Mapped[str] = mapped_column(String(120))
    city: Mapped[str] = mapped_column(String(80), default="")

    election: Mapped[Election] = relationship(Election)

    @property
    def full_name(self) -> str:
        """As the list of candidates has it: "J.P. (Jan) de Vries"."""
        first = f"({self.first_name})" if self.first_name and self.initials else self.first_name
        return " ".join(filter(None, (self.initials, first, self.infix, self.surname)))


class MatchState(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"  # they are one person
    REJECTED = "rejected"  # they are two


class CandidateMatch(StaffOnly, Model):
    """A candidate who looks like a member: for the team to look at, never a refusal by itself."""

    __tablename__ = "candidate_match"
    __table_args__ = (UniqueConstraint("candidate_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="CASCADE"), index=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    score: Mapped[float] = mapped_column(Float)  # 0–100
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)  # codes of what is alike
    state: Mapped[str] = mapped_column(String(10), default=MatchState.OPEN)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))

    candidate: Mapped[Candidate] = relationship(Candidate)
    member: Mapped[Member] = relationship(Member)
    decided_by: Mapped[User | None] = relationship(User)
