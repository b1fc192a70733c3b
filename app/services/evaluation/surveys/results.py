"""What was answered, in all and per polling station, once a round is over.

Nobody can be picked out: a station stands by itself from FEWEST people on, smaller ones stand together, and so do
enough others that the rest is no smaller either. Remarks stand without a station, in the order of the alphabet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import func, select

from app.extensions import db
from app.models import PollingStation, Survey, SurveyAnswer, SurveyQuestion

FEWEST: Final = 5  # people

Counts = dict[int, int]  # answers by value


@dataclass(frozen=True, slots=True)
class Place:
    """A station (or, with None, several small ones together) with the answers of its people, by question."""

    station: PollingStation | None
    answers: Mapping[int, Counts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Results:
    """All answers; `totals` and those of each place by question id. `is_enough`: else nothing is shown."""

    questions: Sequence[SurveyQuestion]
    replies: int
    totals: Mapping[int, Counts]
    places: Sequence[Place]
    remarks: Mapping[int, list[str]]

    @property
    def is_enough(self) -> bool:
        """Whether so many answered that nobody is picked out."""
        return self.replies >= FEWEST


def number_of(counts: Counts) -> int:
    """How many answered."""
    return sum(counts.values())


def mean_of(counts: Counts) -> float | None:
    """Of a scale; None below FEWEST answers."""
    number = number_of(counts)
    return sum(value * times for value, times in counts.items()) / number if number >= FEWEST else None


def share_of_yes(counts: Counts) -> float | None:
    """0 to 1; None below FEWEST answers."""
    number = number_of(counts)
    return counts.get(1, 0) / number if number >= FEWEST else None


def read_results(survey: Survey, replies: int) -> Results:
    """Two statements, however many answers."""
    questions = list(survey.questions)
    by_station, remarks = _read(question.id for question in questions)
    totals: dict[int, Counts] = defaultdict(dict)
    for answers in by_station.values():
        _add(totals, answers)
    return Results(questions, replies, totals, _make_places(by_station), remarks)


def _read(question_ids: Iterable[int]) -> tuple[dict[int | None, dict[int, Counts]], dict[int, list[str]]]:
    """What was chosen, by station and question; and the remarks by question, in the order of the alphabet."""
    columns = (SurveyAnswer.station_id, SurveyAnswer.question_id, SurveyAnswer.value, SurveyAnswer.remark)
    rows: Any = select(*columns, func.count()).where(SurveyAnswer.question_id.in_(list(question_ids)))
    counts: dict[int | None, dict[int, Counts]] = defaultdict(lambda: defaultdict(dict))
    remarks: dict[int, list[str]] = defaultdict(list)
    for station_id, question_id, value, remark, number in db.session.execute(rows.group_by(*columns)):
        if value is None:
            remarks[question_id] += [remark] * number
        else:
            counts[station_id][question_id][value] = number
    return counts, {question_id: sorted(said, key=str.casefold) for question_id, said in remarks.items()}


def _make_places(by_station: Mapping[int | None, Mapping[int, Counts]]) -> list[Place]:
    """Each station with enough people; the others together, last."""
    sizes = {key: max(map(number_of, answers.values()), default=0) for key, answers in by_station.items()}
    small = [key for key, size in sizes.items() if size < FEWEST or key is None]
    alone = sorted((key for key in sizes if key not in small), key=lambda key: (sizes[key], key))
    while small and alone and sum(sizes[key] for key in small) < FEWEST:
        small.append(alone.pop(0))
    wanted = [key for key in alone if key is not None]
    rows = select(PollingStation).where(PollingStation.id.in_(wanted)).order_by(PollingStation.number)
    places = [Place(station, by_station[station.id]) for station in db.session.scalars(rows)]
    if not small:
        return places
    together: dict[int, Counts] = defaultdict(dict)
    for key in small:
        _add(together, by_station[key])
    return [*places, Place(None, together)]


def _add(sums: dict[int, Any], answers: Mapping[int, Counts]) -> None:
    for question_id, counts in answers.items():
        for value, number in counts.items():
            sums[question_id][value] = sums[question_id].get(value, 0) + number
