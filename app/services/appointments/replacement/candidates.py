"""Who can take a vacancy: who is in reserve first, then everybody else who can; each with reasons and what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import exists, select

from app.extensions import db
from app.models import AskState, Member, ReplacementAsk, Vacancy
from app.services.appointments.plans import can_be_mailed
from app.services.appointments.replacement.vacancies import is_open
from app.services.bulk import among
from app.services.planning.board.ranking.candidates import FEW, Candidate, rank
from app.services.planning.board.ranking.features import Hole, count_available

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Reachable:
    """Somebody who can come, how the member is reached, and the last question about this vacancy, if there was one."""

    candidate: Candidate
    is_reserve: bool
    phones: tuple[str, ...]
    is_mailed: bool
    last: ReplacementAsk | None
    waits: bool  # for the answer to it

    @property
    def can_be_asked(self) -> bool:
        """By mail, now."""
        return self.is_mailed and not self.waits and (self.last is None or self.last.state != AskState.NO)

    @property
    def can_be_called(self) -> bool:
        """Who said no need not be asked again."""
        return bool(self.phones) and (self.last is None or self.last.state != AskState.NO)


def look(vacancy: Vacancy, now: datetime) -> tuple[bool, int]:
    """Whether somebody is looked for, and how many said that they can in the shift, as far as the ranking counts.

    One statement.
    """
    is_so = exists().where(Vacancy.id == vacancy.id, is_open(now))
    found, available = db.session.execute(select(is_so, count_available([vacancy.shift_id], FEW + 1))).one()
    return bool(found), int(available)


def list_reachable(
    vacancy: Vacancy, asked: Sequence[tuple[ReplacementAsk, Member]], available: int, now: datetime
) -> tuple[list[Reachable], list[Reachable]]:
    """The reserves of the shift, and the others, each the best first. Three statements."""
    hole = _hole_of(vacancy)
    reserves = rank(replace(hole, of_reserves=True), limit=SHOWN, available=FEW)
    known = {candidate.member_id for candidate in reserves}
    others = [
        found for found in rank(hole, limit=SHOWN + len(known), available=available) if found.member_id not in known
    ][:SHOWN]
    people = _read_people([found.member_id for found in (*reserves, *others)])
    asks = {member.id: ask for ask, member in reversed(asked)}
    return (
        [_reach(found, people, asks.get(found.member_id), now, is_reserve=True) for found in reserves],
        [_reach(found, people, asks.get(found.member_id), now, is_reserve=False) for found in others],
    )


def list_asked(vacancy: Vacancy) -> list[tuple[ReplacementAsk, Member]]:
    """Everybody who was asked, the latest first. One statement."""
    rows = (
        select(ReplacementAsk, Member)
        .join(Member, Member.id == ReplacementAsk.member_id)
        .where(ReplacementAsk.vacancy_id == vacancy.id)
        .order_by(ReplacementAsk.id.desc())
    )
    return list(db.session.execute(rows))


def _hole_of(vacancy: Vacancy) -> Hole:
    station = vacancy.station
    latitude, longitude = (station.latitude, station.longitude) if station else (None, None)
    return Hole(
        vacancy.election_id,
        vacancy.station_id,
        vacancy.shift_id,
        vacancy.function_id,
        vacancy.starts_at,
        vacancy.ends_at,
        needs_training=vacancy.function.needs_training,
        latitude=None if latitude is None else float(latitude),
        longitude=None if longitude is None else float(longitude),
        name=station.name if station else "",
        bag_id=station.bag_id if station else "",
        without_id=vacancy.left_member_id,
    )


def _read_people(member_ids: Sequence[int]) -> dict[int, tuple[tuple[str, ...], bool]]:
    """By member the numbers to call, and whether a mail arrives."""
    rows = select(Member.id, Member.mobile, Member.phone, can_be_mailed()).where(among(Member.id, member_ids))
    return {
        member_id: (tuple(filter(None, (mobile, phone))), bool(is_mailed))
        for member_id, mobile, phone, is_mailed in db.session.execute(rows)
    }


def _reach(
    candidate: Candidate,
    people: dict[int, tuple[tuple[str, ...], bool]],
    last: ReplacementAsk | None,
    now: datetime,
    *,
    is_reserve: bool,
) -> Reachable:
    phones, is_mailed = people[candidate.member_id]
    return Reachable(candidate, is_reserve, phones, is_mailed, last, last is not None and is_waiting(last, now))


def is_waiting(ask: ReplacementAsk, now: datetime) -> bool:
    """Whether an answer is still awaited."""
    return ask.state == AskState.ASKED and ask.until > now
