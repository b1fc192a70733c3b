"""Taking an act back: each place becomes what it was before, unless somebody changed it since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models import Election, PlanAct, PlanActKind, PlanStep
from app.phrases import Phrase, RuleBroken, counted, phrase
from app.services.atomic import EditConflict, change_if
from app.services.audit import Actor
from app.services.bulk import serialize
from app.services.planning.board import checks
from app.services.planning.board.places import Seen, Standing, read_standing, read_step
from app.services.planning.board.writing import Change, change_plan


def undo(act: PlanAct, *, only_unchanged: bool = False, actor: Actor, now: datetime) -> PlanAct:
    """Take it back, as an act of its own that can be undone too.

    Raises EditConflict when a place was changed since; with `only_unchanged` those places stay as they are. Raises
    RuleBroken when it was undone already, and where a place cannot be any more, such as of somebody who stopped.
    """
    election = db.session.get_one(Election, act.election_id)
    checks.check_phase(election)
    serialize(f"plan {election.id}")
    if not change_if(PlanAct, PlanAct.id == act.id, PlanAct.undone_at.is_(None), undone_at=now):
        raise RuleBroken(phrase("This was undone already."))
    steps = _read_steps(act)
    standing = {place.id: place for place in read_standing([step.assignment_id for step in steps], ())}
    changes = [_turn_back(step, standing.get(step.assignment_id)) for step in steps]
    left = [change for change in changes if change is not None]
    if len(left) < len(changes) and not (only_unchanged and left):
        raise EditConflict(_say_changed(len(changes) - len(left), len(changes)))
    return change_plan(election, left, kind=PlanActKind.UNDO, confirmed=checks.ALL, actor=actor, now=now)


def _read_steps(act: PlanAct) -> Sequence[PlanStep]:
    """Backwards: what came last goes first."""
    return db.session.scalars(select(PlanStep).where(PlanStep.act_id == act.id).order_by(PlanStep.id.desc())).all()


def _turn_back(step: PlanStep, now_there: Standing | None) -> Change | None:
    """What takes this step back; None when the place is no longer as the step left it, or its member is gone."""
    if step.member_id is None:
        return None
    if step.after is None:
        if now_there is not None or step.before is None:
            return None
        return Change(None, read_step(step.before, step.member_id), key=step.assignment_id)
    if now_there is None or not now_there.is_as(step.after) or now_there.member_id != step.member_id:
        return None
    before = read_step(step.before, step.member_id) if step.before else None
    return Change(Seen(now_there.id, now_there.version), before)


def _say_changed(number: int, total: int) -> Phrase:
    return counted(
        "%(num)s of the %(total)s places was changed after that, so this cannot be undone as a whole.",
        "%(num)s of the %(total)s places were changed after that, so this cannot be undone as a whole.",
        number,
        total=total,
    )
