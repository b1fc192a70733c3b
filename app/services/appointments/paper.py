"""Letters on paper, for who has no e-mail address that works: in batches, in the order of the postcode, as one PDF.

What is in a batch is noted when it is asked for; the same batch can be fetched again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, Final

import pikepdf
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from app.extensions import db, storage
from app.models import Appointment, AppointmentState, Member, StoredFile
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.bulk import serialize
from app.storage.store import FileGone, StoreFailed

BATCHES_SHOWN: Final = 50
BATCH: Final = 200  # letters in one PDF: some 10 MB, and a stack of paper that one can hold


@dataclass(frozen=True, slots=True)
class Batch:
    """Letters that were printed together."""

    printed_at: datetime
    count: int


def _is_paper(election_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Appointment.election_id == election_id,
        Appointment.state == AppointmentState.ISSUED,
        Appointment.on_paper.is_(True),
    )


def count_unprinted(election_id: int) -> int:
    """How many letters wait to be printed."""
    rows = select(func.count(Appointment.id)).where(*_is_paper(election_id), Appointment.printed_at.is_(None))
    return db.session.scalar(rows) or 0


def list_batches(election_id: int) -> list[Batch]:
    """What was printed, the newest first."""
    count = func.count(Appointment.id)
    rows = select(Appointment.printed_at, count).where(
        Appointment.election_id == election_id, Appointment.printed_at.is_not(None)
    )
    rows = rows.group_by(Appointment.printed_at).order_by(Appointment.printed_at.desc()).limit(BATCHES_SHOWN)
    return [Batch(at, number) for at, number in db.session.execute(rows) if at is not None]


def take_batch(election_id: int, *, actor: Actor, now: datetime) -> Batch:
    """The next letters by postcode, noted as printed. Raises RuleBroken when none waits."""
    serialize(f"print letters {election_id}")
    waiting = select(Appointment).join(Member, Member.id == Appointment.member_id)
    waiting = waiting.where(*_is_paper(election_id), Appointment.printed_at.is_(None))
    taken = list(db.session.scalars(waiting.order_by(*_by_postcode()).limit(BATCH)))
    if not taken:
        raise RuleBroken(phrase("All letters on paper are printed."))
    for decision in taken:
        decision.printed_at = now
    db.session.flush()
    record_event(actor, "appointment.printed", now=now, count=len(taken), election_id=election_id)
    return Batch(now, len(taken))


def _by_postcode() -> tuple[Any, ...]:
    return Member.postcode, Member.street, Member.house_number, Member.id


def read_batch(election_id: int, printed_at: datetime, *, is_double_sided: bool = False) -> bytes:
    """The letters of a batch as one PDF, on both sides each on a sheet of its own. Raises RuleBroken."""
    of_batch = select(Appointment).join(Member, Member.id == Appointment.member_id)
    of_batch = of_batch.where(Appointment.election_id == election_id, Appointment.printed_at == printed_at)
    rows = of_batch.options(joinedload(Appointment.file)).order_by(*_by_postcode())
    files = [decision.file for decision in db.session.scalars(rows)]
    if not files:
        raise RuleBroken(phrase("All letters on paper are printed."))
    return _together(files, is_double_sided=is_double_sided)


def _together(files: Sequence[StoredFile], *, is_double_sided: bool) -> bytes:
    whole = pikepdf.new()
    for file in files:
        with pikepdf.open(BytesIO(_read(file))) as letter:
            whole.pages.extend(letter.pages)
            if is_double_sided and len(letter.pages) % 2:
                whole.add_blank_page(page_size=(595.28, 841.89))
    out = BytesIO()
    whole.save(out)
    return out.getvalue()


def _read(file: StoredFile) -> bytes:
    try:
        return b"".join(storage.store.open(file.key))
    except (FileGone, StoreFailed):
        raise RuleBroken(phrase("The letters cannot be read at this moment. Try again later.")) from None
