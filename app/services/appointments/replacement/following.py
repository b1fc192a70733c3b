"""What follows a yes: what is needed of the plan is published, decisions and letters are made, the chair is told.

Of both members: who comes gets a decision or a newer one, and that of who left is withdrawn. Where letters are being
made at that moment the clock of a worker asks for them a minute later.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import exists, select

from app.extensions import db
from app.models import (
    Appointment,
    AppointmentRun,
    Capacity,
    Condition,
    Election,
    ElectionState,
    Function,
    Group,
    NotificationKind,
    PublishedPlace,
    User,
    Vacancy,
    VacancyState,
)
from app.phrases import RuleBroken
from app.services.appointments.appointing import start_run
from app.services.appointments.plans import find_version, why_not
from app.services.appointments.setups import find_setup
from app.services.appointments.touched import find_touched
from app.services.audit import COMMAND, Actor
from app.services.campaigns.campaigns import send_automatic
from app.services.planning.versions.publishing import MAY_BE_PUBLISHED, publish

PRESIDES: Final = (Capacity.CHAIR, Capacity.DEPUTY)


def follow(vacancy: Vacancy, *, actor: Actor, now: datetime) -> None:
    """Call it in the transaction in which the vacancy was filled."""
    _publish(vacancy, actor, now)
    _tell_chairs(vacancy, actor, now)
    appoint(vacancy, now=now)


def people_of(vacancy: Vacancy) -> list[int]:
    """Who left, and who comes."""
    return [key for key in (vacancy.left_member_id, vacancy.filled_by_member_id) if key is not None]


def _publish(vacancy: Vacancy, actor: Actor, now: datetime) -> None:
    """Their places; nothing where the plan was never published, for then it comes with the whole."""
    election = db.session.get_one(Election, vacancy.election_id)
    if election.state not in MAY_BE_PUBLISHED or find_version(election.id) is None:
        return
    publish(election, only=people_of(vacancy), actor=actor, now=now)


def follow_back(vacancy: Vacancy, member_id: int, *, actor: Actor, now: datetime) -> AppointmentRun | None:
    """The place was taken from who came: the published one ends, and the decision is withdrawn or made anew."""
    election = db.session.get_one(Election, vacancy.election_id)
    if election.state not in MAY_BE_PUBLISHED or not _is_published(vacancy, member_id):
        return None
    publish(election, only=[member_id], actor=actor, now=now)
    return _start(vacancy, [member_id], actor, now)


def _is_published(vacancy: Vacancy, member_id: int) -> bool:
    place = exists().where(
        PublishedPlace.member_id == member_id,
        PublishedPlace.shift_id == vacancy.shift_id,
        PublishedPlace.until_version_id.is_(None),
    )
    return bool(db.session.scalar(select(place)))


def _tell_chairs(vacancy: Vacancy, actor: Actor, now: datetime) -> None:
    """Who presides there at that time hears that somebody comes. Who it is stands at the own appointment only: what is
    told is kept and listed, and may be read on a screen that is locked.
    """
    chairs = (
        select(PublishedPlace.member_id)
        .join(Function, Function.id == PublishedPlace.function_id)
        .where(
            PublishedPlace.election_id == vacancy.election_id,
            PublishedPlace.station_id == vacancy.station_id,
            PublishedPlace.until_version_id.is_(None),
            PublishedPlace.starts_at < vacancy.ends_at,
            PublishedPlace.ends_at > vacancy.starts_at,
            PublishedPlace.member_id != vacancy.filled_by_member_id,
            Function.capacity.in_(PRESIDES),
        )
        .distinct()
        .order_by(PublishedPlace.member_id)
    )
    told = list(db.session.scalars(chairs))
    if not told or vacancy.filled_by_member_id is None:
        return
    send_automatic(
        NotificationKind.INFORMATION,
        Group((Condition("picked", ids=tuple(told)),)),
        title="Er is iemand nieuw in je team. Kijk bij Mijn benoeming wie er komt.",
        title_en="Somebody is new in your team. Look at My appointment who comes.",
        subject_id=None,
        election_id=vacancy.election_id,
        actor=actor,
        now=now,
    )


def appoint(vacancy: Vacancy, *, now: datetime) -> AppointmentRun | None:
    """Ask for the decisions and letters of both, once the election has begun to appoint.

    None where there is nothing to do, or it cannot be now: then the clock asks again.
    """
    run = _start(vacancy, people_of(vacancy), _who_signs(vacancy), now)
    if run is not None:
        vacancy.run_id = run.id
        db.session.flush()
    return run


def _start(vacancy: Vacancy, member_ids: list[int], actor: Actor, now: datetime) -> AppointmentRun | None:
    setup, version = find_setup(vacancy.election_id), find_version(vacancy.election_id)
    if setup is None or version is None or not _has_begun(vacancy.election_id):
        return None
    if why_not(setup, version) is not None or not find_touched(vacancy.election_id, member_ids):
        return None
    return start_run(setup, version.id, only=member_ids, actor=actor, now=now)


def _has_begun(election_id: int) -> bool:
    return bool(db.session.scalar(select(exists().where(Appointment.election_id == election_id))))


def _who_signs(vacancy: Vacancy) -> Actor:
    """On whose behalf the run works: the colleague who noted the vacancy, or the portal itself."""
    user = db.session.get(User, vacancy.opened_by_user_id) if vacancy.opened_by_user_id else None
    is_of_team = user is not None and user.id != vacancy.left_member.user_id
    return Actor(user.username, user.id) if user is not None and is_of_team else COMMAND


def appoint_left(now: datetime) -> None:
    """Of vacancies that were filled while letters were being made. Commit after it."""
    rows = (
        select(Vacancy)
        .join(Election, Election.id == Vacancy.election_id)
        .where(
            Vacancy.state == VacancyState.FILLED,
            Vacancy.filled_by_member_id.is_not(None),
            Vacancy.run_id.is_(None),
            Vacancy.ends_at > now,
            Election.state != ElectionState.CLOSED,
        )
        .order_by(Vacancy.id)
    )
    for vacancy in db.session.scalars(rows).all():
        try:
            appoint(vacancy, now=now)
        except RuleBroken:
            continue
