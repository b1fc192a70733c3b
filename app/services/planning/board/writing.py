"""Changing the plan: the one way in, for one place and for three thousand.

Everything of an act happens or nothing. Acts on one election come after each other, so what an act checked still holds
when it writes; that no member is in two places at once holds the database itself, also between elections.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.models import Assignment, Election, PlanAct, PlanActKind, PlanStep, User
from app.phrases import RuleBroken, phrase
from app.services.atomic import EditConflict
from app.services.audit import Actor, describe_event, record_events
from app.services.bulk import among, insert_rows, is_postgresql, reserve_ids, serialize
from app.services.planning.board import checks
from app.services.planning.board.checks import Draft, Problem
from app.services.planning.board.facts import Parts, read_facts, read_parts
from app.services.planning.board.places import Place, Seen, Standing, read_standing
from app.services.planning.board.times import settle_times, widen_again

_TABLE: Any = Assignment.__table__
_STEPS: Any = PlanStep.__table__
_COLUMNS: Final = (*Standing.__slots__, "changed_at", "changed_by_user_id")
_STEP_COLUMNS: Final = ("act_id", "assignment_id", "member_id", "station_id", "before", "after")


@dataclass(frozen=True, slots=True)
class Change:
    """What a planner wants of one place: a new one (no `seen`), another one in its stead, or none any more.

    A place never becomes another member's. `key`: that of a place that comes back.
    """

    seen: Seen | None
    after: Place | None
    key: int = 0


def change_plan(
    election: Election,
    changes: Sequence[Change],
    *,
    kind: PlanActKind,
    confirmed: Collection[str] = (),
    actor: Actor,
    now: datetime,
) -> PlanAct:
    """Do all of it as one act. Raises RuleBroken with a sentence for each place that cannot be, EditConflict where
    somebody changed a place meanwhile, and NeedsConfirmation for warnings that are not in `confirmed`.
    """
    checks.check_phase(election)
    if not changes:
        raise RuleBroken(phrase("Nothing was chosen."))
    serialize(f"plan {election.id}")
    drafts, parts, problems = _prepare(election, changes)
    checks.refuse_or_ask(problems, confirmed)
    return _write(election, drafts, parts, kind=kind, actor=actor, now=now)


def find_problems(election: Election, changes: Sequence[Change]) -> list[list[Problem]]:
    """Of each change what stands in its way, without doing it. Raises EditConflict as `change_plan` does."""
    _drafts, _parts, problems = _prepare(election, changes)
    return problems[: len(changes)]


def _prepare(election: Election, changes: Sequence[Change]) -> tuple[list[Draft], Parts, list[list[Problem]]]:
    """The drafts in the order of the changes, then other halves of whole days; and what stands in the way of each."""
    standing = _read_all(changes)
    known = {place.id: place for place in standing}
    befores = [_require_current(election, change.seen, known) for change in changes]
    stations = {place.station_id for place in standing} | {
        change.after.station_id for change in changes if change.after
    }
    parts = read_parts({election.id, *(place.election_id for place in standing)}, stations)
    drafts = _settle(election, changes, befores, standing, parts)
    facts = read_facts(election, {draft.after.member_id for draft in drafts if draft.after})
    return drafts, parts, checks.find_problems(election, drafts, standing, parts, facts)


def _read_all(changes: Sequence[Change]) -> list[Standing]:
    """All places of everybody whom the changes are about."""
    ids = [change.seen.id for change in changes if change.seen]
    members = {change.after.member_id for change in changes if change.after}
    found = read_standing(ids, members)
    others = {place.member_id for place in found} - members
    return read_standing(ids, members | others) if others else found


def _require_current(election: Election, seen: Seen | None, known: Mapping[int, Standing]) -> Standing | None:
    if seen is None:
        return None
    place = known.get(seen.id)
    if place is None or place.version != seen.version or place.election_id != election.id:
        raise EditConflict(_say_who(seen.id))
    return place


def _say_who(assignment_id: int) -> Any:
    """Who changed this place last."""
    last = (
        select(User.first_name, User.last_name, PlanAct.done_at)
        .select_from(PlanStep)
        .join(PlanAct, PlanAct.id == PlanStep.act_id)
        .outerjoin(User, User.id == PlanAct.user_id)
        .where(PlanStep.assignment_id == assignment_id)
        .order_by(PlanStep.id.desc())
        .limit(1)
    )
    found = db.session.execute(last).first()
    if found is None or found.first_name is None:
        return phrase("This place was changed in the meantime. Look at it again.")
    return phrase(
        "%(who)s changed this place on %(moment)s. Look at it again.",
        who=f"{found.first_name} {found.last_name}".strip(),
        moment=found.done_at,
    )


def _settle(
    election: Election,
    changes: Sequence[Change],
    befores: Sequence[Standing | None],
    standing: Sequence[Standing],
    parts: Parts,
) -> list[Draft]:
    """Each change with its times, beside what stays of the member and what came before it in this act."""
    gone = {place.id for place in befores if place}
    stays = {place.id: place for place in standing if place.id not in gone}
    wider = _widen(changes, befores, stays, parts)
    stays |= {place.id: place for place in wider}
    beside: dict[int, list[Standing]] = {}
    for place in stays.values():
        beside.setdefault(place.member_id, []).append(place)
    afters: dict[int, Standing] = {}
    for index in sorted(range(len(changes)), key=lambda index: _starts(changes[index], parts)):
        wanted = changes[index].after
        if wanted is None or wanted.shift_id not in parts.spans:
            continue
        others = beside.setdefault(wanted.member_id, [])
        span = settle_times(wanted, others, parts.spans)
        afters[index] = _stand(election, changes[index], befores[index], wanted, span)
        others.append(afters[index])
    unknown = [change for index, change in enumerate(changes) if change.after and index not in afters]
    if unknown:
        raise RuleBroken(phrase("This shift is not of this election."))
    drafts = [Draft(before, afters.get(index)) for index, before in enumerate(befores)]
    old = {place.id: place for place in standing}
    wider = [place for place in wider if not any(_touch(place, after) for after in afters.values())]
    return drafts + [Draft(old[place.id], replace(place, version=place.version + 1)) for place in wider]


def _starts(change: Change, parts: Parts) -> tuple[float, int]:
    place = change.after
    if place is None or place.shift_id not in parts.spans:
        return 0.0, 0
    return (place.starts_at or parts.spans[place.shift_id].starts_at).timestamp(), place.member_id


def _widen(
    changes: Sequence[Change], befores: Sequence[Standing | None], stays: Mapping[int, Standing], parts: Parts
) -> list[Standing]:
    """Halves that stay where the other half went from the station, with the hours of their shift."""
    wider = {}
    for change, gone in zip(changes, befores, strict=True):
        if gone is None or (change.after and change.after.station_id == gone.station_id):
            continue
        for place in stays.values():
            if place.member_id == gone.member_id and place.election_id == gone.election_id:
                fresh = widen_again(gone, place, parts.spans)
                if fresh is not place:
                    wider[place.id] = fresh
    return list(wider.values())


def _touch(place: Standing, other: Standing) -> bool:
    """Whether one member would be in both at once."""
    at_once = place.starts_at < other.ends_at and other.starts_at < place.ends_at
    return place.member_id == other.member_id and at_once


def _stand(
    election: Election, change: Change, before: Standing | None, place: Place, span: tuple[Any, Any]
) -> Standing:
    version = before.version + 1 if before else 1
    return Standing(
        before.id if before else change.key,
        election.id,
        place.member_id,
        place.station_id,
        place.shift_id,
        place.function_id,
        *span,
        place.note.strip(),
        place.is_locked,
        version,
    )


# --- writing ---------------------------------------------------------------------------------------------------------


def _write(
    election: Election, drafts: Sequence[Draft], parts: Parts, *, kind: PlanActKind, actor: Actor, now: datetime
) -> PlanAct:
    act = PlanAct(election_id=election.id, kind=kind, user_id=actor.user_id, done_at=now)
    db.session.add(act)
    db.session.flush()
    drafts = _with_keys(drafts)
    try:
        _write_rows(drafts, actor, now)
    except IntegrityError as error:
        raise _explain(error) from error
    insert_rows(_STEPS, _STEP_COLUMNS, [_step(act, draft) for draft in drafts])
    record_events([_event(act, draft, parts, actor, now) for draft in drafts])
    db.session.expire_all()
    return act


def _with_keys(drafts: Sequence[Draft]) -> list[Draft]:
    """New places get keys that no place ever had: what is told of a place stays told of that one."""
    fresh = [draft for draft in drafts if draft.before is None and draft.after and not draft.after.id]
    keys = iter(_fresh_keys(len(fresh)) if fresh else ())
    return [
        Draft(None, replace(draft.after, id=next(keys)))
        if draft.before is None and draft.after and not draft.after.id
        else draft
        for draft in drafts
    ]


def _fresh_keys(count: int) -> list[int]:
    if is_postgresql():
        return reserve_ids(_TABLE, count)
    used = (func.max(Assignment.id), func.max(PlanStep.assignment_id))
    last = max(db.session.scalar(select(func.coalesce(most, 0))) or 0 for most in used)
    return list(range(last + 1, last + 1 + count))


def _write_rows(drafts: Sequence[Draft], actor: Actor, now: datetime) -> None:
    """First what goes, then what changes, then what comes: no two of a member are there at once in between."""
    connection = db.session.connection()
    gone = [draft.before.id for draft in drafts if draft.before and draft.after is None]
    if gone:
        connection.execute(delete(_TABLE).where(among(Assignment.id, gone)))
    by_whom = {"changed_at": now, "changed_by_user_id": actor.user_id}
    changed = [
        {f"to_{name}": getattr(draft.after, name) for name in Standing.__slots__}
        for draft in sorted(drafts, key=_order)
        if draft.before and draft.after
    ]
    if changed:
        values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in Standing.__slots__ if name != "id"}
        statement = update(_TABLE).where(_TABLE.c.id == bindparam("to_id")).values(**values, **by_whom)
        connection.execute(statement, changed)
    added = [draft.after for draft in sorted(drafts, key=_order) if draft.before is None and draft.after]
    rows = [[*(getattr(place, name) for name in Standing.__slots__), now, actor.user_id] for place in added]
    if rows:
        insert_rows(_TABLE, _COLUMNS, rows)


def _order(draft: Draft) -> tuple[int, int]:
    """Members are locked in one order, so that two acts on two elections never wait for each other."""
    place = draft.after or draft.before
    return (place.member_id, place.id) if place else (0, 0)


def _explain(error: IntegrityError) -> Exception:
    """The database saw what the checks could not: another act, on another election, came first."""
    said = str(error.orig)
    if "assignment_overlap" in said:
        return RuleBroken(phrase("This member just got a place elsewhere at the same time. Look again."))
    if "shift_id" in said:
        return RuleBroken(phrase("This member just got a place in this shift. Look again."))
    return error


def _step(act: PlanAct, draft: Draft) -> list[Any]:
    place = draft.after or draft.before
    if place is None:
        raise ValueError("a step is about a place")
    sides = [side.to_json() if side else None for side in (draft.before, draft.after)]
    return [act.id, place.id, place.member_id, place.station_id, *sides]


def _event(act: PlanAct, draft: Draft, parts: Parts, actor: Actor, now: datetime) -> dict[str, Any]:
    place = draft.after or draft.before
    if place is None:
        raise ValueError("an event is about a place")
    verb = "added" if draft.before is None else "removed" if draft.after is None else "changed"
    event = describe_event(
        actor,
        f"place.{verb}",
        now=now,
        member_id=place.member_id,
        act=act.id,
        station=parts.stations.get(place.station_id or 0, (0, ""))[1],
        shift=parts.shifts[place.shift_id].name if place.shift_id in parts.shifts else "",
        function=parts.functions[place.function_id].name,
    )
    return event | {"subject_type": Assignment.__name__, "subject_id": place.id}
