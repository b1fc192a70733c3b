"""Tags (labels) of members: which there are, and giving and taking them. Only the team sees them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, exists, func, select

from app.extensions import db
from app.models import Member, MemberTag, Tag
from app.phrases import RuleBroken, counted, phrase
from app.services.audience_kinds import Kind
from app.services.audit import Actor, record_event
from app.services.bulk import insert_unless_there
from app.services.bulk_acts import BulkAct
from app.services.waiting import MEMBER_ID
from app.typed.texts import tidy_line


def has_tag(ids: Collection[int]) -> ColumnElement[bool]:
    """Of a row of `Member`: it has at least one of these tags."""
    return exists().where(MemberTag.member_id == Member.id, MemberTag.tag_id.in_(ids)).correlate(Member)


KINDS: Final[dict[str, Kind]] = {
    "tagged": Kind(phrase("Has the tag"), lambda asked: has_tag(asked.ids), picks=Tag),
}


def list_tags() -> Sequence[Tag]:
    """All tags by name. One statement."""
    return db.session.scalars(select(Tag).order_by(Tag.name)).all()


def tags_of(member_id: int) -> Sequence[Tag]:
    """The tags of one member by name. One statement."""
    return db.session.scalars(_OF_MEMBER, {MEMBER_ID.key: member_id}).all()


_OF_MEMBER: Final = (  # made once, for any member
    select(Tag).where(Tag.id.in_(select(MemberTag.tag_id).where(MemberTag.member_id == MEMBER_ID))).order_by(Tag.name)
)


def count_members(tag_ids: Collection[int]) -> dict[int, int]:
    """How many members have each of these tags; one that nobody has is left out. One statement."""
    counts = select(MemberTag.tag_id, func.count()).where(MemberTag.tag_id.in_(tag_ids)).group_by(MemberTag.tag_id)
    return dict(db.session.execute(counts).all())


def clean_name(typed: str, tag: Tag | None = None) -> str:
    """The name for a new tag, or for this one. Raises RuleBroken (field "name") for one that is empty or taken."""
    name = tidy_line(typed)
    if not name:
        raise RuleBroken(phrase("Give the tag a name."), field="name")
    others = [other for other in list_tags() if tag is None or other.id != tag.id]
    if name.casefold() in {other.name.casefold() for other in others}:
        raise RuleBroken(phrase("Another tag has this name."), field="name")
    return name


def check_tag_goes(tag: Tag) -> None:
    """Raises RuleBroken while members have the tag: what is sent to who has it would no longer reach them."""
    if count := count_members([tag.id]).get(tag.id):
        raise RuleBroken(
            counted(
                "%(num)s member has this tag. Take it away there before you delete it.",
                "%(num)s members have this tag. Take it away there before you delete it.",
                count,
            )
        )


def give_tag(member: Member, tag_id: int, *, actor: Actor, now: datetime) -> None:
    """Give a member a tag; who has it keeps it. Raises RuleBroken when the tag is gone."""
    tag = db.session.get(Tag, tag_id)
    if tag is None:
        raise RuleBroken(phrase("This tag is gone. Choose another one."), field="tag_id")
    if insert_unless_there(MemberTag, None, member_id=member.id, tag_id=tag_id):
        record_event(actor, "member_tag.given", now=now, subject=tag, member_id=member.id)


def take_tag(member: Member, tag_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a tag from a member who has it."""
    gone: Any = delete(MemberTag).where(MemberTag.member_id == member.id, MemberTag.tag_id == tag_id)
    if db.session.execute(gone.returning(MemberTag.tag_id)).first():
        tag = db.session.get(Tag, tag_id)
        record_event(actor, "member_tag.taken", now=now, subject=tag, member_id=member.id)


def choose_tags(
    member: Member, chosen: Collection[int], *, before: Collection[int], actor: Actor, now: datetime
) -> None:
    """Give what was chosen and take what was not, as seen from `before`: what a colleague gave meanwhile stays."""
    for tag_id in sorted(set(chosen) - set(before)):
        give_tag(member, tag_id, actor=actor, now=now)
    for tag_id in sorted(set(before) - set(chosen)):
        take_tag(member, tag_id, actor=actor, now=now)


GIVE: Final = BulkAct(Member, each=give_tag)
TAKE: Final = BulkAct(Member, each=take_tag)
