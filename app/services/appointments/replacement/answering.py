"""What a member says who is asked: yes or no. The first yes has the place; who is later is told so kindly.

The vacancy itself decides: of several yeses at once one moves it from open to filled, in one conditional update, and
the others wait for that and then find it filled.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Final

from sqlalchemy import select

from app.extensions import db
from app.models import AskChannel, AskState, Election, Member, ReplacementAsk, RuleCode, Vacancy, VacancyState
from app.models.guard.row_guard import everyone
from app.phrases import Phrase, RuleBroken, phrase
from app.services.appointments.replacement import ask_ends, following
from app.services.appointments.replacement.vacancies import find_vacancy, needs_somebody, note_filled_elsewhere
from app.services.atomic import change_if
from app.services.audit import Actor, record_event
from app.services.bulk import serialize
from app.services.planning.board import acts
from app.services.planning.board.checks import NeedsConfirmation
from app.services.planning.board.places import Place
from app.services.planning.times import shift_hours

# What who says yes has overruled, or the team saw when it asked. That the place is filled nobody overrules.
ACCEPTED: Final = frozenset({"said_no", "no_answer", "no_need", *(f"rule_{code}" for code in RuleCode)})
IS_OVER: Final = phrase("The time to answer is over. Can you still come? Then call us.")
NOT_ASKED: Final = phrase("You are not asked for this any more. Thank you for wanting to help!")


class FilledElsewhere(Exception):
    """As many people stand there as are asked for."""


class Outcome(Enum):
    """What became of a yes."""

    COMES = "comes"
    TOO_LATE = "too_late"


@everyone("a reserve comes")
def say_yes(ask: ReplacementAsk, *, actor: Actor, now: datetime) -> Outcome:
    """The member comes: who says so first gets the place in the plan, and all that follows from it.

    Said twice it changes nothing. Who said no before may still come. Raises RuleBroken for what is over or was taken
    back, and where the member cannot have the place any more, such as by another one at that time.
    """
    serialize(f"ask for vacancy {ask.vacancy_id}")
    db.session.refresh(ask)
    if ask.state == AskState.YES:
        return Outcome.COMES
    if ask.state == AskState.TOO_LATE:
        return Outcome.TOO_LATE
    _check_open(ask, now)
    vacancy = _require(find_vacancy(ask.vacancy_id))
    if not _win(ask, vacancy, actor, now):
        _note_too_late(ask, actor, now)
        return Outcome.TOO_LATE
    ask_ends.tell_too_late(vacancy, actor=actor, now=now)
    following.follow(vacancy, actor=actor, now=now)
    return Outcome.COMES


@everyone("a reserve cannot come")
def say_no(ask: ReplacementAsk, *, actor: Actor, now: datetime) -> None:
    """The member cannot come this time. Said twice it changes nothing. Raises RuleBroken for what is over."""
    mine = (ReplacementAsk.id == ask.id, ReplacementAsk.state == AskState.ASKED)
    if not change_if(ReplacementAsk, *mine, state=AskState.NO, answered_at=now):
        db.session.refresh(ask)
        if ask.state == AskState.YES:
            raise RuleBroken(phrase("You said that you come. Can you not come after all? Say so at My appointment."))
        return
    record_event(actor, "replacement_ask.no", now=now, subject=ask, member_id=ask.member_id)


@everyone("a reserve was not reached")
def note_missed(ask: ReplacementAsk, *, actor: Actor, now: datetime) -> None:
    """Called, and not reached. A question that was mailed stays open."""
    called = (ReplacementAsk.channel == AskChannel.PHONE, ReplacementAsk.state == AskState.ASKED)
    change_if(ReplacementAsk, ReplacementAsk.id == ask.id, *called, state=AskState.MISSED, answered_at=now)
    record_event(actor, "replacement_ask.missed", now=now, subject=ask, member_id=ask.member_id)


def _check_open(ask: ReplacementAsk, now: datetime) -> None:
    if ask.state == AskState.EXPIRED or (ask.state in (AskState.ASKED, AskState.NO) and ask.until <= now):
        raise RuleBroken(IS_OVER)
    if ask.state not in (AskState.ASKED, AskState.NO):
        raise RuleBroken(NOT_ASKED)


def _win(ask: ReplacementAsk, vacancy: Vacancy, actor: Actor, now: datetime) -> bool:
    """Be the one who fills it: the vacancy, the answer and the place in the plan, all or nothing."""
    try:
        with db.session.begin_nested():
            filled = {"state": VacancyState.FILLED, "closed_at": now, "filled_by_member_id": ask.member_id}
            if not change_if(Vacancy, Vacancy.id == vacancy.id, Vacancy.state == VacancyState.OPEN, **filled):
                return False
            mine = (ReplacementAsk.id == ask.id, ReplacementAsk.state.in_((AskState.ASKED, AskState.NO)))
            if not change_if(ReplacementAsk, *mine, state=AskState.YES, answered_at=now):
                raise RuleBroken(NOT_ASKED)
            _give_place(ask, vacancy, actor, now)
            record_event(actor, "replacement_ask.yes", now=now, subject=ask, member_id=ask.member_id)
            record_event(actor, "vacancy.filled", now=now, subject=vacancy, member_id=ask.member_id)
    except FilledElsewhere:
        note_filled_elsewhere(vacancy, actor=actor, now=now)
        return False
    return True


def _give_place(ask: ReplacementAsk, vacancy: Vacancy, actor: Actor, now: datetime) -> None:
    """In the plan, with the hours of who left where these were not those of the shift."""
    if not db.session.scalar(select(Vacancy.id).where(Vacancy.id == vacancy.id, needs_somebody())):
        raise FilledElsewhere
    election = db.session.get_one(Election, vacancy.election_id)
    own = (vacancy.starts_at, vacancy.ends_at)
    hours = (None, None) if own == shift_hours(vacancy.shift) else own
    place = Place(ask.member_id, vacancy.station_id, vacancy.shift_id, vacancy.function_id, *hours)
    member_id, vacancy_id = ask.member_id, vacancy.id
    try:
        act = acts.assign_many(election, [place], confirmed=ACCEPTED, actor=actor, now=now)
    except NeedsConfirmation as warned:  # more people than are asked for: a planner was first
        raise FilledElsewhere from warned
    except RuleBroken as refused:
        raise RuleBroken(_say_why(refused.text, member_id, actor)) from refused
    change_if(Vacancy, Vacancy.id == vacancy_id, act_id=act.id)


def _say_why(why: Phrase, member_id: int, actor: Actor) -> Phrase:
    """To the team as the plan says it, to the member without the words of planners."""
    if db.session.scalar(select(Member.user_id).where(Member.id == member_id)) != actor.user_id:
        return why
    return phrase("You cannot have this place now, perhaps because you help elsewhere at that time. Please call us.")


def _note_too_late(ask: ReplacementAsk, actor: Actor, now: datetime) -> None:
    late = (ReplacementAsk.id == ask.id, ReplacementAsk.state.in_((AskState.ASKED, AskState.NO)))
    if change_if(ReplacementAsk, *late, state=AskState.TOO_LATE, answered_at=now):
        record_event(actor, "replacement_ask.too_late", now=now, subject=ask, member_id=ask.member_id)


def _require(vacancy: Vacancy | None) -> Vacancy:
    if vacancy is None:
        raise RuleBroken(NOT_ASKED)
    return vacancy
