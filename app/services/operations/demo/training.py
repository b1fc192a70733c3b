"""Trainings of the demo: one that was given, with results; one to come that is nearly full; and one online."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time, timedelta
from typing import Final

from sqlalchemy import select

from app.extensions import db
from app.models import Election, Member, SeatOutcome, TrainingResult, TrainingSession
from app.services.bulk import among
from app.services.operations.demo.history import History
from app.services.training import attendance, seats
from app.services.training.sessions import USUAL_REMINDER, USUAL_TERM, SessionText, write_session

TITLE: Final = "Training stembureauleden"
TITLE_EN: Final = "Training for polling-station members"
WORDS: Final = (
    "Je leert wat je op de dag doet, en hoe je telt.\n\n- Neem een **geldig identiteitsbewijs** mee.\n"
    "- Er is koffie en thee vanaf een kwartier voor het begin."
)
ONLINE_WORDS: Final = "Je leert wat je op de dag doet, en hoe je telt. Je hebt een computer of tablet met geluid nodig."
ONLINE_EN: Final = "You learn what you do on the day, and how you count. You need a computer or tablet with sound."
WORDS_EN: Final = "You learn what you do on the day, and how you count.\n\n- Bring a **valid proof of identity**."
PLACE: Final = "Stadskantoor, vergaderzaal 2, Stadsplein 1, Voorbeeldstad"
LONG: Final = timedelta(hours=2)
BECAME: Final = (SeatOutcome.PASSED,) * 7 + (SeatOutcome.FAILED, SeatOutcome.ABSENT)  # of who had a place, in turn
PLACES: Final = 12  # of the evening to come; one stays free
ONLINE: Final = 3


def add_trainings(history: History, election: Election, members: Sequence[Member]) -> None:
    """Three sessions, of members who were not trained yet."""
    known = select(TrainingResult.member_id).where(among(TrainingResult.member_id, [member.id for member in members]))
    trained = set(db.session.scalars(known))
    waiting = [member for member in members if member.id not in trained]
    given = _add(history, election, days_ago=21, capacity=20, planned=45)
    evening = _add(history, election, days_ago=-10, capacity=PLACES, planned=20)
    online = _add(history, election, days_ago=-17, capacity=40, planned=20, link="https://vergaderen.example/training")
    parts = ((given, len(BECAME), 40), (evening, PLACES - 1, 6), (online, ONLINE, 4))
    for session, number, days_ago in parts:
        people, waiting = waiting[:number], waiting[number:]
        for member in people:
            at = history.sometime(days_ago, 3)
            seats.choose(session.id, member.id, actor=history.clerk, now=at, is_own=False)
    after = history.at(20)
    for seat, outcome in zip(attendance.list_seats(given.id), BECAME, strict=False):
        attendance.mark(seat, outcome, actor=history.clerk, now=after)


def _add(
    history: History, election: Election, *, days_ago: int, capacity: int, planned: int, link: str = ""
) -> TrainingSession:
    starts_at = history.moment(days_ago, time(19, 30))
    wanted = SessionText(
        title=TITLE,
        title_en=TITLE_EN,
        kind="link" if link else "place",
        place="" if link else PLACE,
        link=link,
        explanation=ONLINE_WORDS if link else WORDS,
        explanation_en=ONLINE_EN if link else WORDS_EN,
        starts_at=starts_at,
        ends_at=starts_at + LONG,
        capacity=capacity,
        election_id=election.id,
        valid_months=USUAL_TERM,
        remind_days=USUAL_REMINDER,
    )
    return write_session(wanted, None, actor=history.clerk, now=history.at(planned))
