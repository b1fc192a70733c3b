"""What came after the past election of the demo: hours, thanks, answers and what chairs wrote; then it was closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Final

from sqlalchemy import select

from app.extensions import db
from app.models import (
    Capacity,
    Election,
    Function,
    Member,
    PlanVersion,
    PollingStation,
    PublishedPlace,
    QuestionKind,
    ShiftKind,
    Survey,
    WorkedHours,
)
from app.services.evaluation import chair_notes
from app.services.evaluation.hours import collecting, confirming
from app.services.evaluation.surveys import replies, surveys
from app.services.evaluation.surveys.surveys import SurveyText
from app.services.operations.demo.history import History, actor_of
from app.services.planning import phases
from app.services.planning.times import shift_hours

Served = tuple[Member, PollingStation, Function]

MISSED, STAYED = 0.03, 0.06  # who was ill on the day; who stayed for a recount
REPLIED: Final = 0.6
REMARKS: Final = (
    "Meer koffie en iets warms te eten.",
    "De instructie was duidelijk, dank!",
    "Het tellen duurde lang, een extra teller zou helpen.",
    "Fijn team, volgende keer graag weer samen.",
    "De zaal was moeilijk te vinden voor kiezers.",
)
NOTES: Final = (
    (False, "De verwarming deed het niet. Kies een andere ruimte of zorg voor kachels."),
    (True, "Heel vriendelijk tegen kiezers en rustig bij drukte. Zou een goede voorzitter zijn."),
    (False, "Er was één stemhokje te weinig toen het druk was."),
)


def add_after(history: History, past: Election, served: Sequence[Served]) -> None:
    """Settle the past election, days and weeks after it, and close it."""
    chance = Random(2_112)  # noqa: S311 (a demo, no secret)
    age = (history.today - past.voting_on).days
    _publish(history, past, served, age)
    _confirm(history, past, chance, age)
    survey = _thank(history, past, age)
    _answer(history, survey, served, chance, age)
    _write_notes(history, served, age)
    surveys.close_survey(survey, actor=history.clerk, now=history.at(age - 21))
    phases.close_election(past, actor=history.clerk, now=history.at(age - 60))


def _publish(history: History, past: Election, served: Sequence[Served], age: int) -> None:
    """The plan as it was published: who counts does so at the station, the others work in one half of the day."""
    version = PlanVersion(election_id=past.id, number=1, published_at=history.at(age + 20), added=len(served))
    db.session.add(version)
    db.session.flush()
    shifts = [shift for day in past.days for shift in day.shifts]
    voting = [shift for shift in shifts if shift.kind == ShiftKind.VOTING]
    counting = next(shift for shift in shifts if shift.kind == ShiftKind.STATION_COUNT)
    for number, (member, station, function) in enumerate(served, 1):
        shift = counting if function.capacity == Capacity.COUNTER else voting[number % len(voting)]
        starts_at, ends_at = shift_hours(shift)
        place = PublishedPlace(
            election_id=past.id,
            member_id=member.id,
            assignment_id=-number,  # there is no draft of it any more
            station_id=station.id,
            shift_id=shift.id,
            function_id=function.id,
            starts_at=starts_at,
            ends_at=ends_at,
            since_version_id=version.id,
        )
        db.session.add(place)
    db.session.flush()


def _confirm(history: History, past: Election, chance: Random, age: int) -> None:
    collecting.collect_hours(past, actor=history.clerk, now=history.at(age - 2))
    clerk, now = history.clerk, history.at(age - 5)
    for hours in db.session.scalars(select(WorkedHours).where(WorkedHours.election_id == past.id)).all():
        drawn, ends_at = chance.random(), hours.ends_at
        if drawn > MISSED + STAYED:
            confirming.confirm(hours, actor=clerk, now=now)
            continue
        is_absent, reason = drawn < MISSED, "kwam niet" if drawn < MISSED else "bleef voor de hertelling"
        confirming.correct(
            hours,
            starts_at=hours.starts_at,
            ends_at=ends_at if is_absent else ends_at + timedelta(hours=1),
            is_absent=is_absent,
            reason=reason,
            actor=clerk,
            now=now,
        )


def _thank(history: History, past: Election, age: int) -> Survey:
    proposed, at = surveys.propose(past), history.at(age - 6)
    wanted = SurveyText(proposed.thanks, proposed.thanks_en, history.at(age - 20))
    survey = surveys.add_survey(past, wanted, actor=history.clerk, now=at)
    surveys.open_survey(survey, actor=history.clerk, now=at)
    return survey


def _answer(history: History, survey: Survey, served: Sequence[Served], chance: Random, age: int) -> None:
    for member, _station, _function in served:
        if chance.random() > REPLIED or replies.find_own(member.id, survey.id) is None:
            continue
        given = {question.id: _choose(question.kind, chance) for question in survey.questions}
        at = history.at(age - chance.randint(6, 18))
        replies.reply(survey, member, given, actor=actor_of(member), now=at)


def _choose(kind: str, chance: Random) -> int | str | None:
    if kind == QuestionKind.SCALE:
        return chance.choice((2, 3, 4, 4, 4, 5, 5))
    if kind == QuestionKind.YES_NO:
        return int(chance.random() < 0.85)
    return chance.choice(REMARKS) if chance.random() < 0.3 else None


def _write_notes(history: History, served: Sequence[Served], age: int) -> None:
    """Three chairs, one of them about somebody of the own station."""
    chairs = [(member, station) for member, station, function in served if function.capacity == Capacity.CHAIR]
    for (member, station), (is_about_somebody, body) in zip(chairs, NOTES, strict=False):
        people = chair_notes.list_colleagues(station, member)
        about_id = people[0].id if is_about_somebody and people else None
        at = history.at(age - 1)
        chair_notes.write_note(station, member, about_id, body, actor=actor_of(member), now=at)
