"""Why an open place is none for a member, and what helps: for the planner who looks for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.models import Function, Member, RuleCode, Shift
from app.phrases import Phrase, phrase
from app.services.planning.board.checks import MAY_BE_PLANNED
from app.services.planning.board.holes import OpenNeed, Whole
from app.services.planning.board.one_member.about import Knowledge, Stop
from app.services.planning.eligibility.rules import RULES
from app.services.planning.times import shift_hours


class Why(StrEnum):
    """Of which kind a hindrance is: where a screen links to for what helps."""

    INACTIVE = "inactive"
    RULE = "rule"
    NO_ANSWER = "no_answer"
    SAID_NO = "said_no"
    NOTHING_OPEN = "nothing_open"
    ELSEWHERE = "elsewhere"  # open places, all in shifts for which the member did not say yes or maybe
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What stands in the way, and what helps."""

    why: Why
    words: Phrase
    helps: Phrase
    finding_id: int | None = None


HELPS: Final = {
    Why.INACTIVE: phrase("Does this member take part again? End the pause first."),
    Why.RULE: phrase("Look at what was found. Does it not hold here? Overrule it, with the reason."),
    Why.NO_ANSWER: phrase("Phone, and type in the answer."),
    Why.SAID_NO: phrase("Can the member after all? Type in the new answer."),
    Why.NOTHING_OPEN: phrase("Ask for more people somewhere, or let this member replace somebody."),
    Why.ELSEWHERE: phrase("Ask whether another shift is possible too, or let this member replace somebody."),
    Why.BUSY: phrase("Move the member, or take away a place, in “Planned now”."),
}


def find_hindrances(member: Member, known: Knowledge, all_open: Sequence[Whole], *, fits: bool) -> list[Hindrance]:
    """What stops the member everywhere or in some functions; where nothing `fits`, also why what is open does not."""
    found = list(_of_member(member, known))
    if not fits and not found:
        found.append(_of_places(member, known, all_open))
    return found


def _of_member(member: Member, known: Knowledge) -> Iterator[Hindrance]:
    name = member.full_name
    if member.state not in MAY_BE_PLANNED:
        yield _say(Why.INACTIVE, phrase("%(name)s has a pause or stopped.", name=name))
    for stop in known.stops:
        yield _say_stop(name, stop)
    if not known.has_answered:
        yield _say(Why.NO_ANSWER, phrase("%(name)s gave no answer for this election.", name=name))
    elif not any(map(known.can, known.answers)):
        yield _say(Why.SAID_NO, phrase("%(name)s cannot come in any shift.", name=name))


def _say_stop(name: str, stop: Stop) -> Hindrance:
    rule = RULES.get(stop.code, stop.code)
    words = phrase("%(name)s may not be appointed: does not meet “%(rule)s”.", name=name, rule=rule)
    if stop.code == RuleCode.TRAINING:
        words = phrase("Without training %(name)s may only do what needs none.", name=name)
    return Hindrance(Why.RULE, words, HELPS[Why.RULE], stop.finding_id)


def _of_places(member: Member, known: Knowledge, all_open: Sequence[Whole]) -> Hindrance:
    name = member.full_name
    if not all_open:
        return _say(Why.NOTHING_OPEN, phrase("No place is open in this election."))
    if not any(known.can(need.shift_id) for need, *_rest in all_open):
        return _say(Why.ELSEWHERE, phrase("In the shifts in which %(name)s can come, no place is open.", name=name))
    return _say(Why.BUSY, phrase("The open places are at times at which %(name)s has a place already.", name=name))


def _say(why: Why, words: Phrase) -> Hindrance:
    return Hindrance(why, words, HELPS[why])


def may_have(member: Member, function: Function, known: Knowledge) -> bool:
    """Whether nothing forbids this member this function; without training one may do what needs none."""
    if member.state not in MAY_BE_PLANNED:
        return False
    return all(stop.code == RuleCode.TRAINING and not function.needs_training for stop in known.stops)


def is_free(need: OpenNeed, shift: Shift, known: Knowledge) -> bool:
    """Free at that time; at the station where one is already, two halves of a day may touch."""
    starts_at, ends_at = shift_hours(shift)
    for place in known.places:
        if place.shift_id == need.shift_id:
            return False
        at_once = place.starts_at < ends_at and starts_at < place.ends_at
        is_half_before = place.starts_at < starts_at and place.ends_at < ends_at
        is_half_after = place.starts_at > starts_at and place.ends_at > ends_at
        if at_once and not (place.station_id == need.station_id and (is_half_before or is_half_after)):
            return False
    return True
