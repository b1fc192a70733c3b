"""What can be chosen for an audience: saved ones, elections that are not over, their shifts, functions, members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    Audience,
    BulkRun,
    Election,
    ElectionDay,
    ElectionState,
    Function,
    Group,
    Member,
    MemberState,
    Service,
    Shift,
    Tag,
)
from app.phrases import RuleBroken, phrase
from app.services.audiences.groups import check_group
from app.services.audit import Actor, record_event
from app.services.members.audience_kinds import split_languages
from app.typed.texts import tidy_line

SHOWN_UNKNOWN = 5
SHOWN_TOWNS = 100  # where most members live
SHOWN_ELECTIONS = 100  # at which members worked, the latest
MOST_LISTS = 1_000  # of languages, as members wrote them
SHOWN_FOUND = 50  # of what lists found, the latest


@dataclass(frozen=True, slots=True)
class Choices:
    """What a form offers."""

    saved: Sequence[Audience]
    elections: Sequence[Election]
    shifts: Sequence[Shift]
    functions: Sequence[Any]  # rows with id, name and name_en
    tags: Sequence[tuple[int, str]]  # number and name
    towns: Sequence[str]
    languages: Sequence[str]
    worked_at: Sequence[str]  # names of elections at which members worked
    found: Sequence[BulkRun]  # members that a list found


def find_choices() -> Choices:
    """Four statements: what is known of members by name is read at once, and elections with their shifts."""
    going_on = Election.state.not_in((ElectionState.DRAFT, ElectionState.CLOSED))
    whole = joinedload(Election.days).joinedload(ElectionDay.shifts)
    wanted = select(Election).where(going_on).order_by(Election.voting_on.desc(), Election.id).options(whole)
    elections = db.session.scalars(wanted).unique().all()
    shifts = [shift for election in elections for day in election.days for shift in day.shifts]
    saved = db.session.scalars(select(Audience).order_by(Audience.name))
    found = db.session.scalars(select(BulkRun).where(BulkRun.act == "").order_by(BulkRun.id.desc()).limit(SHOWN_FOUND))
    names = list_names()
    return Choices(
        saved.all(),
        elections,
        shifts,
        names.functions,
        names.tags,
        names.towns,
        names.languages,
        names.worked_at,
        found.all(),
    )


@dataclass(frozen=True, slots=True)
class Names:
    """What members are told apart by, each by name; of a tag also its number."""

    tags: list[tuple[int, str]]
    towns: list[str]
    languages: list[str]
    worked_at: list[str]
    functions: list[Any]


def list_names() -> Names:
    """The tags and functions, and where members live, what they speak and where they worked. One statement."""
    known, none = Member.state != MemberState.ANONYMISED, (literal(""), literal(0))
    lived_in = select(Member.city).where(Member.city != "", known).group_by(Member.city)
    towns = lived_in.order_by(func.count().desc(), Member.city).limit(SHOWN_TOWNS).subquery()
    spoken = select(Member.languages).where(Member.languages != "", known).group_by(Member.languages)
    spoken_lists = spoken.order_by(func.count().desc(), Member.languages).limit(MOST_LISTS).subquery()
    worked = select(Service.election_name, func.max(Service.worked_on)).group_by(Service.election_name)
    elections = worked.order_by(func.max(Service.worked_on).desc()).limit(SHOWN_ELECTIONS).subquery()
    function = (Function.id, Function.name, Function.name_en.label("name_en"), Function.position.label("position"))
    parts = (
        select(literal("function").label("kind"), *function).where(Function.is_active.is_(True)),
        select(literal("tag"), Tag.id, Tag.name, *none),
        select(literal("town"), literal(0), towns.c.city, *none),
        select(literal("language"), literal(0), spoken_lists.c.languages, *none),
        select(literal("election"), literal(0), elections.c.election_name, *none),
    )
    rows = db.session.execute(union_all(*parts)).all()

    def named(kind: str) -> list[str]:
        return sorted((row.name for row in rows if row.kind == kind), key=str.casefold)

    tags = sorted(((row.id, row.name) for row in rows if row.kind == "tag"), key=lambda tag: tag[1].casefold())
    functions = sorted((row for row in rows if row.kind == "function"), key=lambda row: (row.position, row.id))
    return Names(tags, named("town"), split_languages(named("language")), named("election"), functions)


def list_saved() -> Sequence[Audience]:
    """The saved audiences by name. One statement."""
    return db.session.scalars(select(Audience).order_by(Audience.name)).all()


def find_saved(audience_id: int) -> Group:
    """The saved audience. Raises RuleBroken when it is gone."""
    found = db.session.get(Audience, audience_id)
    if found is None:
        raise RuleBroken(phrase("This saved audience is gone. Choose another one."), field="audience_id")
    return found.group


def find_numbers(numbers: Sequence[str]) -> list[int]:
    """The ids of the members with these member numbers. Raises RuleBroken that names the numbers nobody has."""
    wanted = list(dict.fromkeys(numbers))
    found = dict(
        db.session.execute(select(Member.member_number, Member.id).where(Member.member_number.in_(wanted))).all()
    )
    unknown = [number for number in wanted if number not in found]
    if unknown:
        shown = ", ".join(unknown[:SHOWN_UNKNOWN]) + (" …" if len(unknown) > SHOWN_UNKNOWN else "")
        raise RuleBroken(phrase("Nobody has this member number: %(numbers)s", numbers=shown), field="numbers")
    return [found[number] for number in wanted]


def numbers_of(member_ids: Sequence[int]) -> list[str]:
    """The member numbers of these members, to show the list again."""
    numbers = db.session.scalars(
        select(Member.member_number).where(Member.id.in_(member_ids), Member.member_number.is_not(None))
    )
    return sorted(number for number in numbers if number)


def save_audience(audience: Audience | None, name: str, group: Group, *, actor: Actor, now: datetime) -> Audience:
    """Keep an audience under a name. Raises RuleBroken with field "name" or "audience"."""
    tidy = tidy_line(name)
    if not tidy:
        raise RuleBroken(phrase("Give the audience a name."), field="name")
    taken = select(Audience.id).where(Audience.name == tidy)
    if audience is not None:
        taken = taken.where(Audience.id != audience.id)
    if db.session.scalar(taken):
        raise RuleBroken(phrase("Another audience has this name."), field="name")
    check_group(group)
    row = audience or Audience(created_at=now)
    row.name, row.group = tidy, group
    db.session.add(row)
    db.session.flush()
    record_event(actor, "audience.changed" if audience else "audience.created", now=now, subject=row)
    return row
