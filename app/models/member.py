"""Members (stembureauleden and tellers), what changed in their data, and the sealed BSN."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import Boolean, ColumnElement, Date, Float, ForeignKey, Index, Integer, String, Text, or_
from sqlalchemy import text as sql
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from app.member_fields import MEMBER_FIELDS
from app.models.base import MemberOwned, Model, StaffOnly, UtcDateTime, is_any_of


class MemberState(StrEnum):
    IMPORTED = "imported"
    INVITED = "invited"
    ACTIVE = "active"
    PAUSED = "paused"
    RESIGNED = "resigned"
    ANONYMISED = "anonymised"


class StopReason(StrEnum):
    """Why somebody has a pause or left, as the team says it."""

    OWN_WISH = "own_wish"
    MOVED = "moved"
    PERSONAL = "personal"  # never that somebody is ill: docs/decisions/0038
    BY_TEAM = "by_team"
    DECEASED = "deceased"
    OTHER = "other"


MAY_ANSWER = (MemberState.INVITED, MemberState.ACTIVE)
CHECK_AGAIN_AFTER: Final = timedelta(days=365)  # elections come yearly


def _only(flag: str) -> dict[str, Any]:
    """An index of only the rows with this flag, as each database writes it."""
    return {"sqlite_where": sql(f"{flag} = 1"), "postgresql_where": sql(flag)}


def _text(field: str) -> String:
    """The type of the column of a field of `app.member_fields`, which knows how long a text may be."""
    return String(MEMBER_FIELDS[field].max_length)


class Member(MemberOwned, Model):
    """A person who helps at elections. The e-mail address is not unique: couples share one."""

    __tablename__ = "member"
    __table_args__ = (
        Index("ix_member_name", "surname", "first_name", "id"),
        Index("ix_member_state_name", "state", "surname", "first_name", "id"),
        # A list sorted by one of these reads only its page.
        Index("ix_member_city", "city", "id"),
        Index("ix_member_state", "state", "id"),
        Index("ix_member_postcode", "postcode", "id"),
        Index("ix_member_data_checked_at", "data_checked_at", "id"),
        Index("ix_member_import_run", "import_run_id", "id"),
        Index("ix_member_place", "latitude", "longitude", "id", "state"),
        # Few rows: the number in the menu is counted on every page of the team.
        Index("ix_member_bsn_duplicate", "id", **_only("bsn_duplicate")),
    )
    owner_column = "id"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), unique=True)
    member_number: Mapped[str | None] = mapped_column(_text("member_number"), unique=True)
    initials: Mapped[str] = mapped_column(_text("initials"), default="")
    first_name: Mapped[str] = mapped_column(_text("first_name"), default="")
    infix: Mapped[str] = mapped_column(_text("infix"), default="")
    surname: Mapped[str] = mapped_column(_text("surname"))
    birth_date: Mapped[date | None] = mapped_column(Date)
    email: Mapped[str | None] = mapped_column(_text("email"), index=True)  # stored in lower case
    phone: Mapped[str] = mapped_column(_text("phone"), default="")  # E.164, as mobile
    mobile: Mapped[str] = mapped_column(_text("mobile"), default="")
    street: Mapped[str] = mapped_column(_text("street"), default="")
    house_number: Mapped[str] = mapped_column(_text("house_number"), default="")
    house_number_suffix: Mapped[str] = mapped_column(_text("house_number_suffix"), default="")
    postcode: Mapped[str] = mapped_column(_text("postcode"), default="")  # "1234 AB", "B-2000", "D-47533"
    city: Mapped[str] = mapped_column(_text("city"), default="")
    sealed_iban: Mapped[str | None] = mapped_column(String(200))  # vault, owner "iban:<member id>"
    iban_ending: Mapped[str] = mapped_column(String(4), default="")  # last four, to recognise it on screen
    # Where the postcode lies, to plan somebody nearby; None while the operator loaded no file of postcodes.
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    # The last training, and until when there is one: what the results say (services.certificates), for lists.
    trained_on: Mapped[date | None] = mapped_column(Date)
    trained_until: Mapped[date | None] = mapped_column(Date)  # None: no end, or not trained
    is_civil_servant: Mapped[bool] = mapped_column(Boolean, default=False)
    languages: Mapped[str] = mapped_column(_text("languages"), default="")  # spoken, in the member's words
    state: Mapped[str] = mapped_column(_text("state"), default=MemberState.IMPORTED)
    # Who brought the member into this state, when and why; the note is for the team only.
    state_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state_changed_by: Mapped[str] = mapped_column(String(128), default="", server_default="")
    stop_reason: Mapped[str] = mapped_column(String(10), default="", server_default="")
    stop_note: Mapped[str] = mapped_column(String(300), default="", server_default="")
    data_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    bsn_known_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # set with MemberIdentity, so lists need no join
    bsn_duplicate: Mapped[bool] = mapped_column(Boolean, default=False)  # flagged to staff only
    email_broken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    email_broken_reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    # By a report afterwards: then a mail that our own server takes does not prove that the address works again.
    email_broken_by_report: Mapped[bool] = mapped_column(Boolean, default=False, server_default=sql("false"))
    search_text: Mapped[str] = mapped_column(String(400), default="")  # services.member_search writes it
    # The import that made the member; None when added by hand, or merged with another.
    import_run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(User)

    def __repr__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """First name or initials, infix and surname as one writes them: "Jan de Vries"."""
        return " ".join(filter(None, (self.first_name or self.initials, self.infix, self.surname)))

    @property
    def sort_name(self) -> str:
        """As in a Dutch list: "Vries, Jan de"."""
        return f"{self.surname}, " + " ".join(filter(None, (self.first_name or self.initials, self.infix)))

    @hybrid_property
    def may_answer(self) -> bool:
        """Whether the member can be asked for availability, and give it."""
        return self.state in MAY_ANSWER

    @may_answer.inplace.expression
    @classmethod
    def _may_answer(cls) -> ColumnElement[bool]:
        return is_any_of(cls.state, MAY_ANSWER)

    @hybrid_property
    def needs_bsn(self) -> bool:
        """Whether the BSN is still missing."""
        return self.bsn_known_at is None

    @needs_bsn.inplace.expression
    @classmethod
    def _needs_bsn(cls) -> ColumnElement[bool]:
        return cls.bsn_known_at.is_(None)

    @property
    def needs_iban(self) -> bool:
        """Whether there is no account number; whether it is asked depends on the fee."""
        return self.sealed_iban is None

    @hybrid_method
    def needs_check(self, now: datetime) -> bool:
        """Whether the member never checked the personal data, or more than a year ago: people move."""
        return self.data_checked_at is None or self.data_checked_at < now - CHECK_AGAIN_AFTER

    @needs_check.inplace.expression  # type: ignore[attr-defined]
    @classmethod
    def _needs_check(cls, now: datetime) -> ColumnElement[bool]:
        return or_(cls.data_checked_at.is_(None), cls.data_checked_at < now - CHECK_AGAIN_AFTER)

    @classmethod
    def by_name(cls) -> tuple[Any, ...]:
        """The order of a list of people: surname, first name, and the key to tell namesakes apart."""
        return cls.surname, cls.first_name, cls.id

    @property
    def address_line(self) -> str:
        """Street and number: "Dorpsstraat 1 A"."""
        return " ".join(filter(None, (self.street, self.house_number, self.house_number_suffix)))

    @property
    def town_line(self) -> str:
        """Postcode and town: "1234 AB Voorbeeldstad"."""
        return " ".join(filter(None, (self.postcode, self.city)))


User.member = relationship(Member, uselist=False, viewonly=True, primaryjoin=User.id == foreign(Member.user_id))


class ProfileChange(MemberOwned, Model):
    """A changed field of a member: for the team to see, deleted after the term because it holds old personal data.

    An import, and undoing one, say so in `import_run_id`; everything else was changed by hand.
    """

    __tablename__ = "profile_change"
    __table_args__ = (
        Index("ix_profile_change_changed_at", "changed_at", "id"),
        Index("ix_profile_change_import_run", "import_run_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    field: Mapped[str] = mapped_column(String(40))
    old_value: Mapped[str] = mapped_column(Text, default="")
    new_value: Mapped[str] = mapped_column(Text, default="")
    changed_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    delete_after: Mapped[date] = mapped_column(Date, index=True)
    import_run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"))
    old_sealed: Mapped[str | None] = mapped_column(String(200))  # of an IBAN that an import replaced, to undo it

    member: Mapped[Member] = relationship(Member)
    changed_by: Mapped[User | None] = relationship(User)


class MemberIdentity(MemberOwned, Model):
    """The BSN, sealed. Deliberately without any relationship: no generated screen can reach it (SECURITY §3)."""

    __tablename__ = "member_identity"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    sealed_bsn: Mapped[str] = mapped_column(String(200))
    # A second member with the same BSN is accepted neutrally: that row has no lookup_hash but a duplicate_hash.
    lookup_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    duplicate_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    key_id: Mapped[str] = mapped_column(String(20), index=True)
    supplied_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def __repr__(self) -> str:
        return f"MemberIdentity({self.member_id})"


class MergedMember(StaffOnly, Model):
    """A member that became part of another one: who looks for its number, its page or its acts comes to that one."""

    __tablename__ = "merged_member"

    old_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    old_user_id: Mapped[int] = mapped_column(Integer)
    old_user_name: Mapped[str] = mapped_column(String(64), default="")
    member_number: Mapped[str | None] = mapped_column(_text("member_number"), index=True)
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime)
