"""An answer as it was typed, checked against the shifts, functions, stations and declarations of the election."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import func, select

from app.extensions import db
from app.models import (
    Answer,
    DeclarationKind,
    DeclarationText,
    Election,
    ElectionDay,
    Function,
    PollingStation,
    Shift,
)
from app.phrases import Phrase, RuleBroken, phrase, refuse_together
from app.services.elections.declarations import list_current_texts

MAX_REASON = 300  # characters, as the column
MAX_REMARK = 2000
PREFERENCES = 3  # first, second and third choice


@dataclass(frozen=True, slots=True)
class ShiftChoice:
    """Yes, maybe or no; the reason counts for no only and may stay empty: it is often private."""

    answer: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AvailabilityAnswer:
    """What a member answers for one election.

    `choices` by shift id; `functions` and `stations` are ids in order of preference; `declarations` say per id of a
    declaration text whether it was given: the id tells which version was read.
    """

    choices: Mapping[int, ShiftChoice]
    functions: Sequence[int] = ()
    stations: Sequence[int] = ()
    remark: str = ""
    declarations: Mapping[int, bool] = field(default_factory=dict)

    @property
    def is_not_available(self) -> bool:
        """No to every shift: then nothing has to be declared."""
        return all(choice.answer == Answer.NO for choice in self.choices.values())

    @property
    def without_needless(self) -> AvailabilityAnswer:
        """The same without preferences of who cannot help: they may be left over from an earlier answer."""
        return replace(self, functions=(), stations=()) if self.is_not_available else self


def check_answer(election: Election, answer: AvailabilityAnswer) -> None:
    """Raises RuleBroken for all of an answer that does not fit the election.

    Each with the place in the answer as its field: "remark", "choices.12", "choices.12.reason", "functions.1" (the
    first preference), "stations.2", "declarations.7".
    """
    refuse_together(_find_faults(election, answer))


def _find_faults(election: Election, answer: AvailabilityAnswer) -> Iterator[RuleBroken]:
    """In the order of the form."""
    yield from _wrong_choices(election, answer)
    yield from _wrong_functions(answer)
    yield from _wrong_stations(election, answer)
    if len(answer.remark) > MAX_REMARK:
        yield RuleBroken(phrase("Use at most %(limit)s characters.", limit=MAX_REMARK), field="remark")
    yield from _wrong_declarations(election, answer)


def _wrong_choices(election: Election, answer: AvailabilityAnswer) -> Iterator[RuleBroken]:
    shift_ids = list_shift_ids(election.id)
    if set(answer.choices) - set(shift_ids):
        yield RuleBroken(phrase("The shifts were changed in the meantime. Look at your answers again."))
    for shift_id in shift_ids:
        choice = answer.choices.get(shift_id)
        if choice is None or choice.answer not in set(Answer):
            yield RuleBroken(phrase("Choose yes, maybe or no."), field=f"choices.{shift_id}")
        elif len(choice.reason) > MAX_REASON:
            yield RuleBroken(
                phrase("Use at most %(limit)s characters.", limit=MAX_REASON), field=f"choices.{shift_id}.reason"
            )


def list_shift_ids(election_id: int) -> list[int]:
    """The ids of the election's shifts, in the order of days and times."""
    statement = (
        select(Shift.id)
        .join(ElectionDay, ElectionDay.id == Shift.day_id)
        .where(ElectionDay.election_id == election_id)
        .order_by(ElectionDay.date, Shift.starts, Shift.id)
    )
    return list(db.session.scalars(statement))


def _wrong_functions(answer: AvailabilityAnswer) -> Iterator[RuleBroken]:
    yield from _wrong_order(answer.functions, "functions")
    active = select(func.count()).where(Function.id.in_(answer.functions), Function.is_active.is_(True))
    if db.session.scalar(active) != len(set(answer.functions)):
        yield RuleBroken(phrase("This function can no longer be chosen."), field="functions.1")


def _wrong_stations(election: Election, answer: AvailabilityAnswer) -> Iterator[RuleBroken]:
    yield from _wrong_order(answer.stations, "stations")
    of_election = select(func.count()).where(
        PollingStation.id.in_(answer.stations), PollingStation.election_id == election.id
    )
    if db.session.scalar(of_election) != len(set(answer.stations)):
        yield RuleBroken(phrase("This polling station can no longer be chosen."), field="stations.1")


def _wrong_order(ids: Sequence[int], name: str) -> Iterator[RuleBroken]:
    if len(ids) > PREFERENCES:
        yield RuleBroken(phrase("Choose at most %(limit)s.", limit=PREFERENCES), field=f"{name}.{PREFERENCES}")
    for place, chosen in enumerate(ids, 1):
        if chosen in ids[: place - 1]:
            yield RuleBroken(phrase("You chose this one twice. Choose another one, or none."), field=f"{name}.{place}")


def _wrong_declarations(election: Election, answer: AvailabilityAnswer) -> Iterator[RuleBroken]:
    texts = list_current_texts(election.id)
    if set(answer.declarations) - {row.id for row in texts}:
        yield RuleBroken(phrase("The text of a declaration was changed in the meantime. Read it again."))
    if answer.is_not_available:
        return
    for row in texts:
        missing = _missing_declaration(row, answer.declarations.get(row.id)) if row.is_required else None
        if missing is not None:
            yield RuleBroken(missing, field=f"declarations.{row.id}")


def _missing_declaration(row: DeclarationText, given: bool | None) -> Phrase | None:
    if row.kind == DeclarationKind.NOT_A_CANDIDATE:  # who says to be one is no longer asked (declares_candidacy)
        return phrase("Choose which of the two is true for you.") if given is None else None
    return None if given else phrase("You can only help if you tick this declaration.")


def declares_candidacy(election: Election, answer: AvailabilityAnswer) -> bool:
    """Whether the member says to be a candidate or sitting member where the election's rules exclude them."""
    if election.candidates_may_apply or answer.is_not_available:
        return False
    texts = {row.id: row.kind for row in list_current_texts(election.id)}
    return any(
        given is False and texts.get(text_id) == DeclarationKind.NOT_A_CANDIDATE
        for text_id, given in answer.declarations.items()
    )
