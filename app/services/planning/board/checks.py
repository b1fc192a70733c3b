"""What stands in the way of a place: some stop it, for the others a planner has to say that it is meant.

Each problem is a sentence with the name of the member, and a code that says of which kind it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.models import Answer, Election, ElectionState, Member, MemberState, RuleCode, ShiftKind
from app.phrases import Phrase, RuleBroken, phrase
from app.services.planning.board.facts import Facts, Key, Parts
from app.services.planning.board.places import Standing, by_member
from app.services.planning.eligibility.rules import RULES

MAY_BE_PLANNED: Final = (MemberState.IMPORTED, MemberState.INVITED, MemberState.ACTIVE)
OPEN_PHASES: Final = (
    ElectionState.RECRUITING,
    ElectionState.PLANNING,
    ElectionState.PUBLISHED,
    ElectionState.RUNNING,
)
AROUND_A_SHIFT: Final = timedelta(hours=4)  # so much earlier or later than the shift somebody may come or go
ALL: Final = frozenset({"all"})  # whoever confirms this has seen every warning


@dataclass(frozen=True, slots=True)
class Problem:
    """A reason against a place. What does not stop it warns."""

    code: str
    text: Phrase
    stops: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What becomes of one place: None before it is given, None after it is taken away."""

    before: Standing | None
    after: Standing | None

    @property
    def is_placing(self) -> bool:
        """Whether somebody comes to stand somewhere: not only other hours, a lock or a note."""
        if self.before is None or self.after is None:
            return self.after is not None
        return _key(self.before) != _key(self.after)


class NeedsConfirmation(RuleBroken):
    """It can be done, and there are warnings that the planner did not confirm."""

    def __init__(self, warnings: Sequence[Problem]) -> None:
        super().__init__(warnings[0].text)
        self.warnings = tuple(warnings)

    @property
    def codes(self) -> frozenset[str]:
        """What to confirm."""
        return frozenset(warning.code for warning in self.warnings)


def check_phase(election: Election) -> None:
    """People are planned from the moment that they are asked until the days are over."""
    if election.state not in OPEN_PHASES:
        raise RuleBroken(phrase("In this phase of the election the plan cannot change."))


def find_problems(
    election: Election, drafts: Sequence[Draft], standing: Sequence[Standing], parts: Parts, facts: Facts
) -> list[list[Problem]]:
    """Of each draft what stands in its way. `standing`: all places of these members as they are."""
    gone = {draft.before.id for draft in drafts if draft.before}
    of_member = by_member([place for place in standing if place.id not in gone])
    for draft in drafts:
        if draft.after:
            of_member.setdefault(draft.after.member_id, []).append(draft.after)
    taken = _count_after(drafts, facts)
    return [_check(election, draft, of_member, parts, facts, taken) for draft in drafts]


def refuse_or_ask(problems: Sequence[Sequence[Problem]], confirmed: Collection[str]) -> None:
    """Raise RuleBroken for what stops, and else NeedsConfirmation for warnings that are not among `confirmed`."""
    together = list({str(problem.text): problem for found in problems for problem in found}.values())
    stops = [RuleBroken(problem.text) for problem in together if problem.stops]
    if stops:
        stops[0].together = tuple(stops)
        raise stops[0]
    if "all" in confirmed:
        return
    warnings = [problem for problem in together if problem.code not in confirmed]
    if warnings:
        raise NeedsConfirmation(warnings)


def _check(
    election: Election,
    draft: Draft,
    of_member: Mapping[int, list[Standing]],
    parts: Parts,
    facts: Facts,
    taken: Mapping[Key, int],
) -> list[Problem]:
    place = draft.after
    if place is None:
        return []
    member = facts.members.get(place.member_id)
    if member is None:
        return [Problem("gone", phrase("This member is not there any more."), stops=True)]
    wrong = _check_place(election, place, parts)
    if wrong:
        return [wrong]
    found = list(_check_times(place, member, of_member[place.member_id], parts))
    if draft.is_placing:
        found += _check_member(place, member, facts)
        found += _check_rules(place, member, facts, parts)
        found += _check_need(place, facts, taken, parts)
    return found


def _check_place(election: Election, place: Standing, parts: Parts) -> Problem | None:
    """The station, shift and function are there, and of this election."""
    shift = parts.shifts.get(place.shift_id)
    if shift is None or shift.day.election_id != election.id:
        return Problem("shift", phrase("This shift is not of this election."), stops=True)
    is_central = shift.kind == ShiftKind.CENTRAL_COUNT
    if place.station_id is None and not is_central:
        return Problem("station", phrase("Choose a polling station."), stops=True)
    if place.station_id is not None and is_central:
        return Problem("station", phrase("The central count is at no polling station."), stops=True)
    if place.station_id is not None and parts.stations.get(place.station_id, (0, ""))[0] != election.id:
        return Problem("station", phrase("This polling station is not of this election."), stops=True)
    if place.function_id not in parts.functions:
        return Problem("function", phrase("This function is not there any more."), stops=True)
    return None


def _check_times(place: Standing, member: Member, others: Sequence[Standing], parts: Parts) -> Iterator[Problem]:
    name, usual = member.full_name, parts.spans[place.shift_id]
    if place.starts_at >= place.ends_at:
        yield Problem("times", phrase("The end is after the beginning."), stops=True)
        return
    if place.starts_at < usual.starts_at - AROUND_A_SHIFT or place.ends_at > usual.ends_at + AROUND_A_SHIFT:
        yield Problem("times", phrase("These times are too far from those of the shift."), stops=True)
    for other in others:
        if other is place:
            continue
        if other.shift_id == place.shift_id:
            text = phrase("%(name)s has a place in this shift already%(where)s.", name=name, where=_where(other, parts))
            yield Problem("double", text, stops=True)
        elif other.starts_at < place.ends_at and place.starts_at < other.ends_at:
            text = phrase(
                "%(name)s is planned from %(start)s to %(end)s already%(where)s.",
                name=name,
                start=other.starts_at,
                end=other.ends_at,
                where=_where(other, parts),
            )
            yield Problem("overlap", text, stops=True)


def _where(place: Standing, parts: Parts) -> str | Phrase:
    known = parts.stations.get(place.station_id or 0)
    return phrase(" at polling station %(station)s", station=known[1]) if known else ""


def _check_member(place: Standing, member: Member, facts: Facts) -> Iterator[Problem]:
    name = member.full_name
    if member.state not in MAY_BE_PLANNED:
        yield Problem("inactive", phrase("%(name)s has a pause or stopped.", name=name), stops=True)
    if (member.id, place.shift_id) in facts.left:
        yield Problem("left", phrase("%(name)s left a place in this shift, and cannot come.", name=name))
    answer = facts.answers.get((member.id, place.shift_id))
    if answer == Answer.NO:
        yield Problem("said_no", phrase("%(name)s answered no for this shift.", name=name))
    elif answer is None:
        yield Problem("no_answer", phrase("%(name)s gave no answer for this shift.", name=name))


def _check_rules(place: Standing, member: Member, facts: Facts, parts: Parts) -> Iterator[Problem]:
    """What was found of who may be appointed; without training one may do what needs none."""
    name, needs_training = member.full_name, parts.functions[place.function_id].needs_training
    for finding in facts.findings.get(member.id, ()):
        if finding.code == RuleCode.TRAINING and not needs_training:
            continue
        rule = RULES.get(finding.code, finding.code)
        if finding.is_blocking:
            text = phrase("%(name)s may not be appointed: does not meet “%(rule)s”.", name=name, rule=rule)
        else:
            text = phrase("%(name)s may not meet “%(rule)s”.", name=name, rule=rule)
        yield Problem(f"rule_{finding.code}", text, stops=finding.is_blocking)


def _check_need(place: Standing, facts: Facts, taken: Mapping[Key, int], parts: Parts) -> Iterator[Problem]:
    key = _key(place)
    function, target = parts.functions[place.function_id].name, facts.targets.get(key)
    if not target:
        yield Problem("no_need", phrase("No %(function)s is asked for here in this shift.", function=function))
    elif taken[key] > target:
        text = phrase(
            "With this there are %(number)s in the function %(function)s here, and %(target)s are asked for.",
            number=taken[key],
            function=function,
            target=target,
        )
        yield Problem("above_target", text)


def _count_after(drafts: Sequence[Draft], facts: Facts) -> Counter[Key]:
    taken = Counter(facts.taken)
    taken.subtract(_key(draft.before) for draft in drafts if draft.before)
    taken.update(_key(draft.after) for draft in drafts if draft.after)
    return taken


def _key(place: Standing) -> Key:
    return place.station_id, place.shift_id, place.function_id
