"""Who worked where at which election: written by the team, read by the member too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from app.clock import local_today
from app.extensions import db
from app.models import Election, Function, Member, PollingStation, Service
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.elections.stations.station_lookup import find_by_number
from app.typed.texts import tidy_line

LONGEST: Final = 200  # characters of a name, as the columns
EARLIEST: Final = date(1950, 1, 1)


@dataclass(frozen=True, slots=True)
class ServiceText:
    """What staff fill in: an election of the portal or the name of an earlier one, and number or name of a station."""

    function_id: int
    election_id: int | None = None
    election_name: str = ""
    worked_on: date | None = None
    station: str = ""


def write_service(
    member: Member, wanted: ServiceText, service: Service | None, *, actor: Actor, now: datetime
) -> Service:
    """Keep that the member worked. Without a day it is the election's. Raises RuleBroken with the field."""
    election = db.session.get(Election, wanted.election_id) if wanted.election_id else None
    name = election.name if election else _clean(wanted.election_name, "election_name")
    if not name:
        raise RuleBroken(phrase("Choose an election, or type the name of an earlier one."), field="election_name")
    day = _check_day(wanted.worked_on or (election.voting_on if election else None), now)
    function = db.session.get(Function, wanted.function_id)
    if function is None:
        raise RuleBroken(phrase("Choose the function."), field="function_id")
    _check_new(member, day, function, service)
    station = _find_station(election, wanted.station)
    row = service or Service(member_id=member.id)
    row.election_id, row.election_name = (election.id if election else None), name
    row.worked_on, row.function_id = day, function.id
    row.station_id = station.id if station else None
    row.station_name = station.name if station else _clean(wanted.station, "station")
    db.session.add(row)
    db.session.flush()
    about: Any = {"subject": row, "member_id": member.id, "election": name}
    record_event(actor, "service.changed" if service else "service.added", now=now, **about)
    return row


def delete_service(service: Service, *, actor: Actor, now: datetime) -> None:
    """Take away what was written by mistake."""
    member_id, name = service.member_id, service.election_name
    record_event(actor, "service.deleted", now=now, subject=service, member_id=member_id, election=name)
    db.session.delete(service)
    db.session.flush()


def list_services(member_id: int, *, limit: int | None = None) -> Sequence[Service]:
    """What this member did, the latest first. One statement."""
    rows = select(Service).where(Service.member_id == member_id).options(joinedload(Service.function))
    return db.session.scalars(rows.order_by(Service.worked_on.desc(), Service.id.desc()).limit(limit)).all()


def _clean(typed: str, field: str) -> str:
    tidy = tidy_line(typed)
    if len(tidy) > LONGEST:
        raise RuleBroken(phrase("Use at most %(limit)s characters.", limit=LONGEST), field=field)
    return tidy


def _check_day(day: date | None, now: datetime) -> date:
    if day is None:
        raise RuleBroken(phrase("Fill in the day, so that we know how long ago it was."), field="worked_on")
    if not EARLIEST <= day <= local_today(now):
        raise RuleBroken(phrase("Fill in a day that has been."), field="worked_on")
    return day


def _check_new(member: Member, day: date, function: Function, service: Service | None) -> None:
    same = exists().where(Service.member_id == member.id, Service.worked_on == day, Service.function_id == function.id)
    if service is not None:
        same = same.where(Service.id != service.id)
    if db.session.scalar(select(same)):
        raise RuleBroken(phrase("This function on this day is known of this member already."), field="worked_on")


def _find_station(election: Election | None, typed: str) -> PollingStation | None:
    """The polling station of this election with this number or exactly this name."""
    wanted = typed.strip()
    if election is None or not wanted:
        return None
    if wanted.isascii() and wanted.isdecimal() and len(wanted) < 9:
        return find_by_number(election.id, int(wanted))
    named = select(PollingStation).where(PollingStation.election_id == election.id, PollingStation.name == wanted)
    found = db.session.scalars(named).all()
    return found[0] if len(found) == 1 else None
