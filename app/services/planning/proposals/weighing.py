"""How much each wish counts, as the team says it: words for each weight, and what an election changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import delete, select

from app.extensions import db
from app.models import Election, PlanWeight
from app.phrases import Phrase, RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.planning.proposals.solver.weights import DEFAULTS, MOST


class Words(NamedTuple):
    """What a weight is called, and for what its points are counted."""

    name: Phrase
    each: Phrase


WORDS: Final[dict[str, Words]] = {
    "legal_person": Words(phrase("Three people present"), phrase("for each person short of the three of the law")),
    "legal_presider": Words(phrase("Somebody who may preside"), phrase("for each shift without a chair or deputy")),
    "empty_chair": Words(phrase("A chair"), phrase("for each chair below the minimum")),
    "empty_seat": Words(phrase("The minimum"), phrase("for each other place below the minimum")),
    "extra_seat": Words(
        phrase("The number wanted"), phrase("for each place between the minimum and the number wanted")
    ),
    "move_published": Words(phrase("Published stays"), phrase("for each published place that changes, if it may")),
    "new_chair": Words(phrase("A chair with experience"), phrase("for each shift of a chair who never presided")),
    "move_draft": Words(phrase("The draft stays"), phrase("for each place of the draft that changes")),
    "count_seat": Words(phrase("Enough people at the count"), phrase("for each person short")),
    "whole_day": Words(phrase("No whole days"), phrase("for each second shift of one person")),
    "maybe": Words(phrase("Sure before maybe"), phrase("for each shift of somebody who said maybe")),
    "couple": Words(phrase("Couples together"), phrase("for each couple at two polling stations")),
    "function_wish": Words(phrase("The function that was wished"), phrase("for each person in another function")),
    "no_experience": Words(phrase("Experience in each team"), phrase("for each shift in which nobody has any")),
    "station_wish": Words(phrase("The polling station that was wished"), phrase("for each person at another one")),
    "distance": Words(phrase("Close to home"), phrase("for each kilometre, up to ten")),
}


OF_THE_LAW: Final = ("legal_person", "legal_presider")


def read_weights(election: Election) -> dict[str, int]:
    """All weights of the election."""
    wanted = select(PlanWeight.code, PlanWeight.value).where(PlanWeight.election_id == election.id)
    changed = {code: value for code, value in db.session.execute(wanted) if code in DEFAULTS}
    return DEFAULTS | changed


def change_weights(election: Election, values: Mapping[str, int], *, actor: Actor, now: datetime) -> None:
    """Set them; what is as usual is not kept. Raises RuleBroken with the code as its field."""
    for code, value in values.items():
        if not 0 <= value <= MOST:
            raise RuleBroken(phrase("Give a whole number from 0 to %(most)s.", most=MOST), field=code)
    before = read_weights(election)
    after = before | dict(values)
    most = max(value for code, value in after.items() if code not in OF_THE_LAW)
    for code in OF_THE_LAW:
        if after[code] <= most:
            raise RuleBroken(
                phrase("The law counts more than everything else: more than %(most)s.", most=most), field=code
            )
    db.session.execute(delete(PlanWeight).where(PlanWeight.election_id == election.id))
    for code, value in values.items():
        if code in DEFAULTS and value != DEFAULTS[code]:
            db.session.add(PlanWeight(election_id=election.id, code=code, value=value))
    db.session.flush()
    changed = sorted(code for code, value in values.items() if before.get(code) != value)
    if changed:
        record_event(actor, "plan_weight.changed", now=now, subject=election, codes=changed)
