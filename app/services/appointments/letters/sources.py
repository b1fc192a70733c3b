"""What letters of these members are made of: their places, their colleagues there, and what those share.

Read for many members at once; the number of statements does not grow with them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from app.extensions import db
from app.models import (
    Account,
    Assignment,
    Declaration,
    DeclarationKind,
    DeclarationText,
    Member,
    PublishedPlace,
    Shift,
)
from app.models.guard.row_guard import everyone
from app.services.bulk import among

MOST_COLLEAGUES = 40  # on a letter; a station has some ten

Place = PublishedPlace | Assignment  # a published one, or of the plan as it is being made, for a preview


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody at the same station. `shared_by` is the declaration text by which the contact details are shared."""

    member: Member
    functions: Sequence[Any]
    shared_by: int | None


@dataclass(frozen=True, slots=True)
class Source:
    """A member with the language of the account, the places in order of time, and the colleagues by name."""

    member: Member
    language: str
    places: Sequence[Place] = ()
    colleagues: Sequence[Colleague] = field(default_factory=list)

    @property
    def contacts(self) -> list[list[int]]:
        """Whose contact details stand in the letter, by which text."""
        return [[who.member.id, who.shared_by] for who in self.colleagues if who.shared_by is not None]


@everyone("read what letters of appointment are made of")
def read_sources(
    election_id: int, member_ids: Collection[int], *, of: type[PublishedPlace] | type[Assignment] = PublishedPlace
) -> dict[int, Source]:
    """By member id. Four statements."""
    people = select(Member, Account.locale).join(Account, Account.user_id == Member.user_id)
    found = db.session.execute(people.where(among(Member.id, member_ids))).all()
    return read_sources_of(election_id, found, of=of)


@everyone("read what letters of appointment are made of")
def read_sources_of(
    election_id: int, people: Collection[tuple[Member, str | None]], *, of: type[PublishedPlace] | type[Assignment]
) -> dict[int, Source]:
    """The same of members that are known, each with a language. Three statements."""
    own = _places(of, election_id, of.member_id, [member.id for member, _locale in people])
    stations = {place.station_id for places in own.values() for place in places if place.station_id}
    teams = _places(of, election_id, of.station_id, stations, with_member=True)
    shared = find_shared(election_id, {place.member_id for team in teams.values() for place in team})
    return {
        member.id: Source(
            member,
            "en" if locale == "en" else "nl",
            own.get(member.id, []),
            _colleagues(member.id, own.get(member.id, []), teams, shared),
        )
        for member, locale in people
    }


def _places(
    of: type[Any], election_id: int, column: Any, values: Collection[int], *, with_member: bool = False
) -> dict[int, list[Any]]:
    """The current places by the value of a column, in order of time."""
    loaded = [joinedload(of.station), joinedload(of.shift).joinedload(Shift.day), joinedload(of.function)]
    rows = select(of).where(of.election_id == election_id, among(column, values)).options(*loaded)
    if of is PublishedPlace:
        rows = rows.where(PublishedPlace.until_version_id.is_(None))
    if with_member:
        rows = rows.join(Member, Member.id == of.member_id).options(contains_eager(of.member))
    grouped: dict[int, list[Any]] = defaultdict(list)
    for place in db.session.scalars(rows.order_by(of.starts_at, of.id)):
        grouped[getattr(place, column.key)].append(place)
    return grouped


def _colleagues(
    member_id: int, places: Sequence[Any], teams: dict[int, list[Any]], shared: dict[int, int]
) -> list[Colleague]:
    stations = dict.fromkeys(place.station_id for place in places if place.station_id)
    functions: dict[int, list[Any]] = defaultdict(list)
    people: dict[int, Member] = {}
    for station_id in stations:
        for place in teams.get(station_id, []):
            if place.member_id != member_id:
                people[place.member_id] = place.member
                functions[place.member_id].append(place.function)
    ordered = sorted(people.values(), key=lambda member: (_rank(functions[member.id]), member.sort_name, member.id))
    return [Colleague(who, functions[who.id], shared.get(who.id)) for who in ordered[:MOST_COLLEAGUES]]


def _rank(functions: Sequence[Any]) -> int:
    positions: list[int] = [function.position for function in functions]
    return min(positions)


def find_shared(election_id: int, member_ids: Collection[int]) -> dict[int, int]:
    """Of these members who acknowledged that contact details are shared: the id of the newest text they said it to."""
    given = (
        select(Declaration.member_id, Declaration.is_given, Declaration.text_id)
        .join(DeclarationText, DeclarationText.id == Declaration.text_id)
        .where(
            Declaration.election_id == election_id,
            DeclarationText.kind == DeclarationKind.SHARE_CONTACT,
            among(Declaration.member_id, member_ids),
        )
        .order_by(DeclarationText.version)
    )
    latest = {member_id: (is_given, text_id) for member_id, is_given, text_id in db.session.execute(given)}
    return {member_id: text_id for member_id, (is_given, text_id) in latest.items() if is_given}
