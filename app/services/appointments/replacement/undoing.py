"""Taking a replacement back: who came loses the place, and somebody is looked for again."""

from __future__ import annotations

from datetime import datetime

from app.extensions import db
from app.models import AppointmentRun, PlanAct, Vacancy, VacancyState
from app.phrases import RuleBroken, phrase
from app.services.appointments.replacement import following
from app.services.appointments.replacement.clock import reopen
from app.services.audit import Actor
from app.services.planning.board.undo import undo


def take_back(vacancy: Vacancy, *, actor: Actor, now: datetime) -> AppointmentRun | None:
    """Undo the act by which somebody came, what was published of it, and the decision: gives the run that does that.

    Raises RuleBroken where there is nothing to undo, and EditConflict where the place was changed since.
    """
    act = db.session.get(PlanAct, vacancy.act_id) if vacancy.act_id else None
    comes = vacancy.filled_by_member_id
    if vacancy.state != VacancyState.FILLED or act is None or comes is None:
        raise RuleBroken(phrase("There is nothing to undo here."))
    undo(act, actor=actor, now=now)
    reopen(vacancy, actor=actor, now=now)
    return following.follow_back(vacancy, comes, actor=actor, now=now)
