"""The audit trail (logboek): append-only; ids and names of fields, never values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String, event
from sqlalchemy.orm import Mapped, Mapper, foreign, mapped_column, relationship

from app.models.base import Model, StaffOnly, UtcDateTime
from app.models.member import Member


class AuditEvent(StaffOnly, Model):
    """Who did what to whom, when (UTC) and from where. `details` hold ids, counts and field names only.

    Ids are plain numbers: a foreign key would have to change old rows. A database trigger refuses update and delete.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_at", "at", "id"),
        Index("ix_audit_event_member", "member_id", "at"),
        Index("ix_audit_event_action", "action", "at"),
        Index("ix_audit_event_actor", "actor_user_id", "at"),
        Index("ix_audit_event_actor_name", "actor_name", "at"),
        Index("ix_audit_event_subject", "subject_type", "subject_id", "at"),
        Index("ix_audit_event_ip", "ip", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_user_id: Mapped[int | None] = mapped_column(Integer)
    actor_name: Mapped[str] = mapped_column(String(128), default="")  # the user name as it was, or "worker", "command"
    action: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[str] = mapped_column(String(40), default="")
    subject_id: Mapped[int | None] = mapped_column(Integer)
    member_id: Mapped[int | None] = mapped_column(Integer)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    ip: Mapped[str] = mapped_column(String(45), default="")

    # To show a name where the member is still there; no foreign key, for the reason above.
    member: Mapped[Member | None] = relationship(
        Member, viewonly=True, primaryjoin=lambda: Member.id == foreign(AuditEvent.member_id)
    )

    def __repr__(self) -> str:
        return f"{self.action} {self.id}"


class AuditTrailIsAppendOnly(Exception):
    """Somebody tried to change or delete an audit event."""


@event.listens_for(AuditEvent, "before_update")
@event.listens_for(AuditEvent, "before_delete")
def _refuse_change(mapper: Mapper[AuditEvent], connection: object, target: AuditEvent) -> None:
    raise AuditTrailIsAppendOnly
