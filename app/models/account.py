"""Accounts: what the portal knows of a user beside FAB's ab_user, and the doors to it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import ColumnElement, ForeignKey, Index, Integer, String, and_, text
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Model, StaffOnly, UserOwned, UtcDateTime


def _one_open(table: str, columns: tuple[str, ...], is_open: str) -> Index:
    """At most one open row for these columns: the database decides, so a race has one winner."""
    where = text(is_open)
    return Index(f"uq_{table}_open", *columns, unique=True, sqlite_where=where, postgresql_where=where)


class Account(UserOwned, Model):
    """One row per ab_user. `epoch` goes up when all sessions and challenges of before must die."""

    __tablename__ = "account"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), primary_key=True)
    epoch: Mapped[int] = mapped_column(Integer, default=1)
    locale: Mapped[str] = mapped_column(String(5), default="nl")
    password_set_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    switched_off_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # by an administrator; a member who left is not

    user: Mapped[User] = relationship(User)


# For screens that list users; FAB's User knows nothing of our tables.
User.account = relationship(Account, uselist=False, viewonly=True)


class UserSession(UserOwned, Model):
    """A signed-in browser. The cookie holds a random token, this table only its hash; no live row, no access."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    epoch: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ip: Mapped[str] = mapped_column(String(45), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")

    def __repr__(self) -> str:
        return f"UserSession({self.id})"


class ChallengePurpose(StrEnum):
    SIGN_IN = "sign_in"
    CONFIRM = "confirm"  # a fresh code for a weighty act of somebody who is signed in (new password, new e-mail)
    ADDRESS = "address"  # shows that a typed address is the person's own, before the account is opened with it


class SignInChallenge(UserOwned, Model):
    """An e-mailed code that waits to be typed in the browser that asked for it. The secret is sealed in the vault.

    One at most waits for a user, a purpose and a place: who asks elsewhere takes nothing away from the owner's device.
    """

    __tablename__ = "sign_in_challenge"
    __table_args__ = (_one_open("sign_in_challenge", ("user_id", "purpose", "place"), "used_at IS NULL"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(10), default=ChallengePurpose.SIGN_IN)
    place: Mapped[str] = mapped_column(String(64), default="")  # a known device or a session (services.access.origins)
    email: Mapped[str | None] = mapped_column(String(254))  # where the code went, when not to the account's own address
    epoch: Mapped[int] = mapped_column(Integer)
    sealed_secret: Mapped[str] = mapped_column(String(400))
    counter: Mapped[int] = mapped_column(Integer, default=0)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    resends: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def __repr__(self) -> str:
        return f"SignInChallenge({self.id})"


class LinkKind(StrEnum):
    INVITATION = "invitation"
    RESET = "reset"
    EMAIL_OLD = "email_old"
    EMAIL_NEW = "email_new"


class MailedLink(UserOwned, Model):
    """A one-time link: DOMAIN's Invitation, and the links of a password reset and an e-mail change.

    `token_hash` is empty until the worker makes the token, just before it hands the mail over. `code_hash` is of the
    short code in a letter, which opens the same invitation.
    """

    __tablename__ = "mailed_link"
    __table_args__ = (
        Index("ix_mailed_link_user_kind", "user_id", "kind"),
        _one_open("mailed_link", ("user_id", "kind"), "used_at IS NULL AND ended_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    email_change_id: Mapped[int | None] = mapped_column(ForeignKey("email_change.id", ondelete="CASCADE"))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str | None] = mapped_column(String(64), index=True, unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(User)

    def __repr__(self) -> str:
        return f"MailedLink({self.id}, {self.kind})"

    @hybrid_property
    def is_waiting(self) -> bool:
        """Neither used nor ended by a newer one; it may have expired."""
        return self.used_at is None and self.ended_at is None

    @is_waiting.inplace.expression
    @classmethod
    def _is_waiting(cls) -> ColumnElement[bool]:
        return and_(cls.used_at.is_(None), cls.ended_at.is_(None))

    @hybrid_method
    def is_open(self, now: datetime) -> bool:
        """Not used, not replaced by a newer one, not expired."""
        return self.is_waiting and now < self.expires_at

    @is_open.inplace.expression  # type: ignore[attr-defined]
    @classmethod
    def _is_open(cls, now: datetime) -> ColumnElement[bool]:
        return and_(cls.used_at.is_(None), cls.ended_at.is_(None), cls.expires_at > now)

    def why_closed(self, now: datetime) -> str:
        """What a page tells of it: "used", "replaced", "expired", or "" while it is open."""
        if self.used_at is not None:
            return "used"
        if self.ended_at is not None:
            return "replaced"
        return "" if now < self.expires_at else "expired"


class EmailChange(UserOwned, Model):
    """A wish to change the e-mail address; carried out when both addresses have confirmed it."""

    __tablename__ = "email_change"
    __table_args__ = (_one_open("email_change", ("user_id",), "ended_at IS NULL"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    new_email: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    old_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    new_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def __repr__(self) -> str:
        return f"EmailChange({self.id})"


class AttemptCounter(StaffOnly, Model):
    """How often something was tried in a window of time: wrong passwords, codes, link requests per account and IP."""

    __tablename__ = "attempt_counter"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    window_ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
