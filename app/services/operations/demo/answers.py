"""What members of the demo answer: most can help, some only part of the day, some not at all.

Written as rows at once, because hundreds of answers one by one take longer than the portal may take to start.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from app.extensions import db
from app.models import (
    Answer,
    Availability,
    AvailabilityShift,
    AvailabilityState,
    Campaign,
    Declaration,
    Election,
    Member,
    Notification,
    PollingStation,
    PreferredFunction,
    PreferredStation,
)
from app.services.audit import record_event
from app.services.availability.answer_check import list_shift_ids
from app.services.elections.declarations import list_current_texts
from app.services.elections.functions import list_active_functions
from app.services.notifications.notifications import settle_actions
from app.services.operations.demo.history import History, actor_of

_CHANCES: Final = {Answer.YES: 65, Answer.MAYBE: 15, Answer.NO: 20}
_BY_TELEPHONE: Final = 1 / 30
_REASONS: Final = ("", "", "Ik werk die dag.", "Ik ben op vakantie.", "Dat wordt mij te laat.")
_REMARKS: Final = (
    "",
    "",
    "",
    "Graag samen met mijn partner.",
    "Liefst in de buurt, ik kom op de fiets.",
    "Ik kan alleen zittend werk doen.",
    "Vorige keer was ik voorzitter, dat beviel goed.",
)


def answer_by_chance(
    history: History, election: Election, asked: Sequence[Member], *, share: float, days_ago: int, within: int
) -> None:
    """So great a share of the asked members answers, within so many days; what that asks of them is done by it."""
    answering = [member for member in asked if member.may_answer and history.chance.random() < share]
    form = _Form(election, history)
    answers = [form.fill_in(member, history.sometime(days_ago, within)) for member in answering]
    db.session.add_all(answers)
    db.session.flush()
    for answer, member in zip(answers, answering, strict=True):
        _note(history, answer, member)
    _settle(election, history.now)


def _note(history: History, answer: Availability, member: Member) -> None:
    is_by_team = answer.entered_by_user_id is not None
    record_event(
        history.clerk if is_by_team else actor_of(member),
        "availability.entered" if is_by_team else "availability.submitted",
        now=answer.submitted_at or history.now,
        subject=answer,
        member_id=answer.member_id,
        election_id=answer.election_id,
    )


def _settle(election: Election, now: datetime) -> None:
    """The notification is done at the moment of the answer."""
    db.session.flush()
    settle_actions(now)
    campaigns = select(Campaign.id).where(Campaign.election_id == election.id)
    at = select(Availability.submitted_at).where(
        Availability.member_id == Notification.member_id, Availability.election_id == election.id
    )
    done = update(Notification).where(Notification.campaign_id.in_(campaigns), Notification.done_at.is_not(None))
    moment = at.correlate(Notification).scalar_subquery()
    db.session.execute(done.values(done_at=moment, read_at=moment).execution_options(synchronize_session=False))


class _Form:
    """The form of one election, filled in by chance."""

    def __init__(self, election: Election, history: History) -> None:
        self._election_id = election.id
        self._chance, self._clerk = history.chance, history.clerk
        self._shift_ids = list_shift_ids(election.id)
        self._functions = [function.id for function in list_active_functions()]
        of_election = select(PollingStation.id).where(PollingStation.election_id == election.id)
        self._stations = list(db.session.scalars(of_election.order_by(PollingStation.number)))
        self._texts = [text.id for text in list_current_texts(election.id)]

    def fill_in(self, member: Member, at: datetime) -> Availability:
        """A complete answer, with its declarations."""
        is_by_team = self._chance.random() < _BY_TELEPHONE
        answer = Availability(
            member_id=member.id,
            election_id=self._election_id,
            state=AvailabilityState.SUBMITTED,
            remark=self._chance.choice(_REMARKS),
            submitted_at=at,
            changed_at=at,
            entered_by_user_id=self._clerk.user_id if is_by_team else None,
        )
        answer.shifts = [self._choose(member, shift_id) for shift_id in self._shift_ids]
        answer.functions = [
            PreferredFunction(member_id=member.id, function_id=function_id, rank=rank)
            for rank, function_id in enumerate(self._prefer(self._functions), 1)
        ]
        answer.stations = [
            PreferredStation(member_id=member.id, station_id=station_id, rank=rank)
            for rank, station_id in enumerate(self._prefer(self._stations), 1)
        ]
        db.session.add_all(self._declare(member, text_id, at) for text_id in self._texts)
        return answer

    def _choose(self, member: Member, shift_id: int) -> AvailabilityShift:
        (answer,) = self._chance.choices(list(_CHANCES), weights=list(_CHANCES.values()))
        reason = self._chance.choice(_REASONS) if answer == Answer.NO else ""
        return AvailabilityShift(member_id=member.id, shift_id=shift_id, answer=answer, reason=reason)

    def _prefer(self, ids: Sequence[int]) -> list[int]:
        return self._chance.sample(list(ids), self._chance.randint(0, 3))

    def _declare(self, member: Member, text_id: int, at: datetime) -> Declaration:
        return Declaration(
            member_id=member.id, election_id=self._election_id, text_id=text_id, is_given=True, given_at=at
        )
