"""What the team publishes: for an audience, shown from one moment until another, and told of once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ColumnElement, String, and_, or_
from sqlalchemy.ext.hybrid import hybrid_method
from sqlalchemy.orm import Mapped, mapped_column

from app.models.audience import HasAudience
from app.models.base import UtcDateTime


class PublicationState(StrEnum):
    UPLOADING = "uploading"  # the worker still takes in the files of a personal document
    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Publishable(HasAudience):
    """A row that members see while it is published, from `publish_from` until `publish_until`."""

    state: Mapped[str] = mapped_column(String(10), default=PublicationState.DRAFT)
    publish_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    publish_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_announced: Mapped[bool] = mapped_column(Boolean, default=False)  # whether members are told when it appears
    announced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when they were: once per publication
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @hybrid_method
    def is_shown(self, now: datetime) -> bool:
        """Whether it is published and within its period."""
        is_begun = self.publish_from is not None and self.publish_from <= now
        is_over = self.publish_until is not None and self.publish_until <= now
        return self.state == PublicationState.PUBLISHED and is_begun and not is_over

    @is_shown.inplace.expression  # type: ignore[attr-defined]
    @classmethod
    def _is_shown(cls, now: datetime) -> ColumnElement[bool]:
        is_not_over = or_(cls.publish_until.is_(None), cls.publish_until > now)
        return and_(cls.state == PublicationState.PUBLISHED, cls.publish_from <= now, is_not_over)
