"""A member's places as a calendar (RFC 5545): to download, or to subscribe to with a private address.

Times are in UTC, which every program reads alike. An event keeps its UID for as long as the place of the plan is there.
Its SEQUENCE grows with each published change. What fell away is told as CANCELLED for a while. It holds no number:
who has the address reads only where this member helps.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vGeo
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    Account,
    AppointedPlace,
    Appointment,
    AppointmentState,
    CalendarLink,
    Election,
    ElectionState,
    Member,
    MemberAnswer,
    MemberState,
    PlanVersion,
    PublishedPlace,
    User,
)
from app.models.guard.row_guard import everyone
from app.services.access.sessions import hash_token
from app.services.appointments.letters.fill_ins import name_function, name_station
from app.services.appointments.office import Office
from app.services.appointments.plans import GONE
from app.services.atomic import change_if
from app.services.audit import Actor, record_event
from app.services.training.calendar import list_events

TOKEN_BYTES: Final = 32
KEPT: Final = timedelta(days=60)  # so long a cancelled event is told; programs look more often than that
NOTED: Final = timedelta(hours=1)  # how precisely is kept when a calendar last asked
LONGEST_TOKEN: Final = 100
LEFT: Final = (MemberState.RESIGNED, MemberState.ANONYMISED)


@dataclass(frozen=True, slots=True)
class _Told:
    """The newest state of one place of the plan for this member. `changes` counts what was published of it."""

    place: PublishedPlace
    changes: int
    is_cancelled: bool
    is_sure: bool
    changed_at: datetime


def make_calendar(member: Member, office: Office, *, language: str, now: datetime) -> bytes:
    """The places of all elections that are not closed, and trainings. Four statements."""
    calendar = Calendar()
    calendar.add("prodid", "-//Het Ledenportal//NL")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", office.municipality)
    calendar.add("refresh-interval", timedelta(hours=4), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    for told in _list_told(member.id, now):
        calendar.add_component(_event(told, office, language))
    for event in list_events(member.id, portal=office.portal, language=language, now=now):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _list_told(member_id: int, now: datetime) -> list[_Told]:
    rows = (
        select(PublishedPlace)
        .join(Election, Election.id == PublishedPlace.election_id)
        .where(PublishedPlace.member_id == member_id, Election.state != ElectionState.CLOSED)
        .options(
            joinedload(PublishedPlace.station),
            joinedload(PublishedPlace.function),
            joinedload(PublishedPlace.election),
        )
        .order_by(PublishedPlace.id)
    )
    by_assignment: dict[int, list[PublishedPlace]] = defaultdict(list)
    for place in db.session.scalars(rows):
        by_assignment[place.assignment_id].append(place)
    answers = _answers(member_id)
    versions = _version_times({place.election_id for places in by_assignment.values() for place in places})
    told = [_newest(places, answers, versions) for places in by_assignment.values()]
    fresh = [each for each in told if not each.is_cancelled or each.changed_at > now - KEPT]
    return sorted(fresh, key=lambda each: (each.place.starts_at, each.place.id))


def _answers(member_id: int) -> dict[int, tuple[str, datetime | None]]:
    """What the member said of each place, and when."""
    rows = (
        select(AppointedPlace.place_id, Appointment.answer, Appointment.answered_at)
        .join(Appointment, Appointment.id == AppointedPlace.appointment_id)
        .where(Appointment.member_id == member_id, Appointment.state == AppointmentState.ISSUED)
    )
    return {place_id: (answer, at) for place_id, answer, at in db.session.execute(rows)}


@everyone("read when versions of a plan were published")
def _version_times(election_ids: set[int]) -> dict[int, datetime]:
    rows = select(PlanVersion.id, PlanVersion.published_at).where(PlanVersion.election_id.in_(election_ids))
    return dict(db.session.execute(rows).all())


def _newest(
    places: Sequence[PublishedPlace],
    answers: dict[int, tuple[str, datetime | None]],
    versions: dict[int, datetime],
) -> _Told:
    last = places[-1]
    answer, answered_at = answers.get(last.id, ("", None))
    is_declined = answer in GONE
    is_ended = last.until_version_id is not None
    changed_at = versions[last.until_version_id or last.since_version_id]
    if is_declined and answered_at is not None:
        changed_at = max(changed_at, answered_at)
    is_sure = answer == MemberAnswer.ACCEPTED
    return _Told(last, len(places), is_cancelled=is_ended or is_declined, is_sure=is_sure, changed_at=changed_at)


def _event(told: _Told, office: Office, language: str) -> Event:
    place, station = told.place, told.place.station
    event = Event()
    event.add("uid", f"place-{place.assignment_id}@{urlsplit(office.portal).hostname}")
    event.add("dtstamp", told.changed_at)
    event.add("sequence", 2 * (told.changes - 1) + told.is_cancelled)
    event.add("dtstart", place.starts_at)
    event.add("dtend", place.ends_at)
    event.add("summary", f"{name_station(station, language)} ({name_function(place.function, language)})")
    event.add("status", "CANCELLED" if told.is_cancelled else "CONFIRMED" if told.is_sure else "TENTATIVE")
    event.add("description", f"{place.election.name}\n{office.portal}/mijn-benoeming/")
    event.add("url", f"{office.portal}/mijn-benoeming/")
    event.add("class", "PRIVATE")
    if station is not None:
        parts = (station.name, station.street, f"{station.postcode} {station.city}".strip())
        event.add("location", ", ".join(filter(None, parts)))
        if station.latitude is not None and station.longitude is not None:
            event.add("geo", vGeo((float(station.latitude), float(station.longitude))))
    return event


# --- the private address ---------------------------------------------------------------------------------------------


def find_link(member_id: int) -> CalendarLink | None:
    """The member's link, without its address: of that only a hash is kept."""
    return db.session.get(CalendarLink, member_id)


def make_link(member: Member, *, actor: Actor, now: datetime) -> str:
    """A new private address, shown once: gives its token. An earlier one no longer works."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    values: dict[str, Any] = {"token_hash": hash_token(token), "created_at": now, "read_at": None}
    if not change_if(CalendarLink, CalendarLink.member_id == member.id, **values):
        db.session.add(CalendarLink(member_id=member.id, **values))
    db.session.flush()
    record_event(actor, "calendar_link.made", now=now, member_id=member.id)
    return token


def end_link(member: Member, *, actor: Actor, now: datetime) -> None:
    """The private address no longer works."""
    link = find_link(member.id)
    if link is None:
        return
    db.session.delete(link)
    db.session.flush()
    record_event(actor, "calendar_link.ended", now=now, member_id=member.id)


@everyone("read a calendar by its private address")
def find_reader(token: str, now: datetime) -> tuple[Member, str] | None:
    """Whose private address this is, with the language; of nobody who left, and of no account that is switched off.

    Notes that it was asked, for the member to see whether anybody still uses it. Commit after it.
    """
    if len(token) > LONGEST_TOKEN or not token.isascii():
        return None
    rows = (
        select(Member, Account.locale, CalendarLink)
        .join(CalendarLink, CalendarLink.member_id == Member.id)
        .join(User, User.id == Member.user_id)
        .join(Account, Account.user_id == Member.user_id)
        .where(CalendarLink.token_hash == hash_token(token), Member.state.not_in(LEFT), User.active.is_(True))
    )
    found = db.session.execute(rows).first()
    if found is None:
        return None
    member, locale, link = found
    if link.read_at is None or link.read_at < now - NOTED:
        link.read_at = now
    return member, "en" if locale == "en" else "nl"


@everyone("make the calendar of a private address")
def make_feed(token: str, office: Office, *, now: datetime) -> bytes | None:
    """The calendar of whose private address this is; None for no address. Commit after it."""
    found = find_reader(token, now)
    if found is None:
        return None
    member, language = found
    return make_calendar(member, office, language=language, now=now)
