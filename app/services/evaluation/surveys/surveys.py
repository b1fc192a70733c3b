"""A round of questions after an election: written by the team, asked once of who worked there, closed and read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, func, select

from app.extensions import db
from app.models import (
    Condition,
    Election,
    ElectionState,
    Group,
    Member,
    MemberState,
    NotificationKind,
    QuestionKind,
    Reminder,
    Survey,
    SurveyQuestion,
    SurveyReply,
    SurveyState,
    WorkedHours,
)
from app.phrases import RuleBroken, phrase
from app.services.atomic import change_if
from app.services.audience_kinds import Kind
from app.services.audit import Actor, record_event
from app.services.campaigns.campaigns import remind_at, send_automatic
from app.services.evaluation.hours.collecting import collect_hours
from app.services.evaluation.surveys.standard import QUESTIONS, THANKS, THANKS_EN, TOLD
from app.services.notifications.recall import retract_notifications
from app.typed.texts import is_blank

MOST_QUESTIONS: Final = 8
LONGEST_THANKS: Final = 3_000
LONGEST_QUESTION: Final = 300
REMIND_BEFORE: Final = 3  # days
ASKED: Final = phrase("These questions were asked already. They no longer change.")


@dataclass(frozen=True, slots=True)
class QuestionText:
    """A question as the team writes it."""

    kind: str
    words: str
    words_en: str = ""


@dataclass(frozen=True, slots=True)
class SurveyText:
    """The thanks as the team writes them, and until when members answer."""

    thanks: str
    thanks_en: str = ""
    closes_at: datetime | None = None


def propose(election: Election) -> SurveyText:
    """The thanks of the election before, or the standard ones."""
    before = _find_before(election)
    return SurveyText(before.thanks, before.thanks_en) if before else SurveyText(THANKS, THANKS_EN)


def _find_before(election: Election) -> Survey | None:
    rows = select(Survey).join(Election).where(Survey.election_id != election.id)
    return db.session.scalars(rows.order_by(Election.voting_on.desc(), Survey.id.desc()).limit(1)).first()


def find_survey(election_id: int) -> Survey | None:
    """The round of an election."""
    return db.session.scalars(select(Survey).where(Survey.election_id == election_id)).first()


def add_survey(election: Election, wanted: SurveyText, *, actor: Actor, now: datetime) -> Survey:
    """Begin a round, with the questions of the election before or the standard ones. Raises RuleBroken with a field."""
    if find_survey(election.id) is not None:
        raise RuleBroken(phrase("This election has its questions already. Change those."), field="election")
    _check(wanted, now)
    before = _find_before(election)
    survey = Survey(election_id=election.id, state=SurveyState.DRAFT)
    _fill_in(survey, wanted, now)
    known = [(question.kind, question.words, question.words_en) for question in before.questions] if before else []
    survey.questions = [
        SurveyQuestion(position=place, kind=kind, words=words, words_en=words_en)
        for place, (kind, words, words_en) in enumerate(known or QUESTIONS, 1)
    ]
    db.session.add(survey)
    db.session.flush()
    record_event(actor, "survey.created", now=now, subject=survey, election_id=election.id)
    return survey


def change_survey(survey: Survey, wanted: SurveyText, *, actor: Actor, now: datetime) -> None:
    """Other thanks, or another end, as long as nothing was asked. Raises RuleBroken with the field."""
    check_draft(survey)
    _check(wanted, now)
    _fill_in(survey, wanted, now)
    db.session.flush()
    record_event(actor, "survey.changed", now=now, subject=survey, election_id=survey.election_id)


def check_draft(survey: Survey) -> None:
    """Raises RuleBroken once it was asked: what members answered is what they read."""
    if survey.state != SurveyState.DRAFT:
        raise RuleBroken(ASKED)


def _check(wanted: SurveyText, now: datetime) -> None:
    if is_blank(wanted.thanks):
        raise RuleBroken(phrase("Write a few words of thanks."), field="thanks")
    for field, words in (("thanks", wanted.thanks), ("thanks_en", wanted.thanks_en)):
        if len(words) > LONGEST_THANKS:
            raise RuleBroken(phrase("At most %(most)s characters.", most=LONGEST_THANKS), field=field)
    if wanted.closes_at is not None and wanted.closes_at <= now:
        raise RuleBroken(phrase("The moment before which they answer is still to come."), field="closes_at")


def _fill_in(survey: Survey, wanted: SurveyText, now: datetime) -> None:
    survey.thanks, survey.thanks_en = _tidy(wanted.thanks), _tidy(wanted.thanks_en)
    survey.closes_at, survey.changed_at = wanted.closes_at, now


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


def write_questions(survey: Survey, wanted: Sequence[QuestionText], *, actor: Actor, now: datetime) -> None:
    """All questions, in this order, in the place of those that were there. Raises RuleBroken, field "words.2"."""
    check_draft(survey)
    questions = []
    for number, text in enumerate(wanted, 1):
        words, words_en = " ".join(text.words.split()), " ".join(text.words_en.split())
        if not words and not words_en:
            continue
        _check_question(number, text.kind, words, words_en)
        questions.append(SurveyQuestion(position=number, kind=text.kind, words=words, words_en=words_en))
    if not questions:
        raise RuleBroken(phrase("Write at least one question."), field="words.1")
    survey.questions, survey.changed_at = questions[:MOST_QUESTIONS], now
    db.session.flush()
    record_event(actor, "survey.questions_written", now=now, subject=survey, count=len(survey.questions))


def _check_question(number: int, kind: str, words: str, words_en: str) -> None:
    if kind not in set(QuestionKind):
        raise RuleBroken(phrase("Choose what kind of question it is."), field=f"kind.{number}")
    if not words:
        raise RuleBroken(phrase("Write the question in Dutch too."), field=f"words.{number}")
    for field, typed in (("words", words), ("words_en", words_en)):
        if len(typed) > LONGEST_QUESTION:
            raise RuleBroken(phrase("At most %(most)s characters.", most=LONGEST_QUESTION), field=f"{field}.{number}")


# --- asking ----------------------------------------------------------------------------------------------------------


def has_worked(election_id: Any) -> ColumnElement[bool]:
    """Of a row of `Member`: worked at least one shift of this election, confirmed or still open."""
    worked = (WorkedHours.election_id == election_id, WorkedHours.is_absent.is_(False))
    return exists().where(WorkedHours.member_id == Member.id, *worked).correlate(Member)


def count_asked(election_id: int) -> int:
    """How many members are asked: who worked and has an account."""
    rows = select(func.count(Member.id)).where(has_worked(election_id), Member.state == MemberState.ACTIVE)
    return db.session.scalar(rows) or 0


def count_replies(survey: Survey) -> tuple[int, int]:
    """How many are or would be asked, and how many answered. One statement."""
    asked = select(func.count(Member.id)).where(has_worked(survey.election_id), Member.state == MemberState.ACTIVE)
    replied = select(func.count()).where(SurveyReply.survey_id == survey.id)
    row = db.session.execute(select(asked.scalar_subquery(), replied.scalar_subquery())).one()
    return row[0], row[1]


def open_survey(survey: Survey, *, actor: Actor, now: datetime) -> int:
    """Thank who worked, and ask them; gives how many. Once only. Raises RuleBroken.

    The hours are taken over first, so that everybody who worked is known.
    """
    election = survey.election
    if survey.closes_at is None or survey.closes_at <= now:
        raise RuleBroken(phrase("Say first until when members answer."), field="closes_at")
    if election.state != ElectionState.CLOSED:
        collect_hours(election, actor=actor, now=now)
    asked = count_asked(election.id)
    if not asked:
        raise RuleBroken(phrase("Nobody has worked at this election yet."))
    is_draft = (Survey.id == survey.id, Survey.state == SurveyState.DRAFT)
    if not change_if(Survey, *is_draft, state=SurveyState.OPEN, opened_at=now):
        raise RuleBroken(ASKED)
    campaign = send_automatic(
        NotificationKind.SURVEY,
        Group((Condition("worked_hours", election.id),)),
        title=TOLD[0],
        title_en=TOLD[1],
        subject_id=survey.id,
        election_id=election.id,
        due_at=survey.closes_at,
        actor=actor,
        now=now,
    )
    remind = remind_at(survey.closes_at, REMIND_BEFORE)
    if remind > now:
        campaign.reminders = [Reminder(days_before=REMIND_BEFORE, send_at=remind)]
    db.session.flush()
    record_event(actor, "survey.opened", now=now, subject=survey, members=asked)
    return asked


def close_survey(survey: Survey, *, actor: Actor, now: datetime) -> None:
    """Ask no more: the answers can be read. It is never opened again. Raises RuleBroken."""
    is_open = (Survey.id == survey.id, Survey.state == SurveyState.OPEN)
    ends_at = min(survey.closes_at or now, now)
    if not change_if(Survey, *is_open, state=SurveyState.CLOSED, closes_at=ends_at):
        raise RuleBroken(phrase("These questions are not being asked."))
    retract_notifications(NotificationKind.SURVEY, survey.id, now)
    record_event(actor, "survey.closed", now=now, subject=survey, election_id=survey.election_id)


def is_over(survey: Survey, now: datetime) -> bool:
    """Whether nobody answers any more."""
    if survey.state == SurveyState.OPEN:
        return survey.closes_at is not None and survey.closes_at <= now
    return survey.state == SurveyState.CLOSED


KINDS: Final[dict[str, Kind]] = {
    "worked_hours": Kind(
        phrase("Has hours at the election"), lambda asked: has_worked(asked.election_id), needs_election=True
    ),
}
