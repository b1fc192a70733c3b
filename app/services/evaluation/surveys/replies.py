"""A member answers the questions after an election, once. The answers are written without the member."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    Member,
    QuestionKind,
    Survey,
    SurveyAnswer,
    SurveyQuestion,
    SurveyReply,
    SurveyState,
    WorkedHours,
)
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.notifications.notifications import settle_actions
from app.services.waiting import MEMBER_ID, NOW, OpenTask, asked_of, how_many

LONGEST_REMARK: Final = 1_000
SCALE: Final = range(1, 6)


def _waiting(member_id: Any, now: Any) -> Select[Any]:
    worked = (WorkedHours.member_id == member_id, WorkedHours.is_absent.is_(False))
    return (
        select(Survey)
        .where(
            Survey.state == SurveyState.OPEN,
            Survey.closes_at > now,
            exists().where(WorkedHours.election_id == Survey.election_id, *worked).correlate(Survey),
            ~exists().where(SurveyReply.survey_id == Survey.id, SurveyReply.member_id == member_id).correlate(Survey),
        )
        .order_by(Survey.id)
    )


_OPEN: Final = _waiting(MEMBER_ID, NOW).options(joinedload(Survey.election))


def find_waiting(member: Member, now: datetime) -> list[OpenTask]:
    """A task for each round that the member did not answer."""
    why = phrase("Thank you for your help! It takes two minutes, and nobody sees who answered what.")
    return [
        OpenTask(
            "survey",
            phrase("Answer a few questions: %(election)s", election=survey.election.name),
            why,
            survey.closes_at,
            survey,
        )
        for survey in db.session.scalars(_OPEN, asked_of(member.id, now))
    ]


def count_waiting(member_id: Any, now: Any) -> Any:
    """How many these are."""
    return how_many(_waiting(member_id, now).correlate(None))


def find_own(member_id: int, survey_id: int) -> Survey | None:
    """A round that was asked of this member, answered or not."""
    worked = exists().where(
        WorkedHours.election_id == Survey.election_id,
        WorkedHours.member_id == member_id,
        WorkedHours.is_absent.is_(False),
    )
    rows = select(Survey).where(Survey.id == survey_id, Survey.state != SurveyState.DRAFT, worked)
    return db.session.scalars(rows.options(joinedload(Survey.election))).first()


def has_answered(member_id: int, survey_id: int) -> bool:
    """Whether this member did."""
    return db.session.get(SurveyReply, (survey_id, member_id)) is not None


def reply(survey: Survey, member: Member, given: Mapping[int, Any], *, actor: Actor, now: datetime) -> None:
    """Keep the answers by question id: a number, or words. Raises RuleBroken, field "given.<question>".

    That the member answered and what was answered are written apart, so the trail tells the first and never the second.
    """
    if survey.state != SurveyState.OPEN or survey.closes_at is None or survey.closes_at <= now:
        raise RuleBroken(phrase("These questions are closed. Thank you all the same!"))
    if has_answered(member.id, survey.id):
        raise RuleBroken(phrase("You answered these questions already. Thank you!"))
    station_id = _find_station(survey.election_id, member.id)
    answers = [_make_answer(question, given.get(question.id), station_id) for question in survey.questions]
    wanted = [answer for answer in answers if answer is not None]
    if not wanted:
        first = survey.questions[0].id if survey.questions else 0
        raise RuleBroken(phrase("Answer at least one question."), field=f"given.{first}")
    db.session.add(SurveyReply(survey_id=survey.id, member_id=member.id))
    db.session.add_all(wanted)
    db.session.flush()
    settle_actions(now, member_id=member.id)
    record_event(actor, "survey.answered", now=now, subject=survey, member_id=member.id)


def _make_answer(question: SurveyQuestion, given: Any, station_id: int | None) -> SurveyAnswer | None:
    """None where it was left open."""
    if given is None or given == "":
        return None
    answer = SurveyAnswer(question_id=question.id, station_id=station_id, remark="")
    if question.kind == QuestionKind.REMARK:
        answer.remark = _check_remark(question, str(given))
        return answer if answer.remark else None
    allowed = SCALE if question.kind == QuestionKind.SCALE else range(2)
    if given not in allowed:
        raise RuleBroken(phrase("Choose one of the answers."), field=f"given.{question.id}")
    answer.value = given
    return answer


def _check_remark(question: SurveyQuestion, typed: str) -> str:
    remark = typed.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(remark) > LONGEST_REMARK:
        raise RuleBroken(phrase("At most %(most)s characters.", most=LONGEST_REMARK), field=f"given.{question.id}")
    return remark


def _find_station(election_id: int, member_id: int) -> int | None:
    """Where the member worked longest."""
    rows = (
        select(WorkedHours.station_id)
        .where(
            WorkedHours.election_id == election_id,
            WorkedHours.member_id == member_id,
            WorkedHours.is_absent.is_(False),
            WorkedHours.station_id.is_not(None),
        )
        .group_by(WorkedHours.station_id)
        .order_by(func.sum(WorkedHours.minutes).desc(), WorkedHours.station_id)
    )
    return db.session.scalar(rows.limit(1))
