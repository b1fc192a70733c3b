"""What all imports keep of a run."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.extensions import db as portal_db
from app.importing.faults import FileRefused
from app.models import ImportKind, ImportRun, ImportState
from app.phrases import phrase
from app.services import import_runs


@pytest.fixture
def run(db, now) -> ImportRun:
    waiting = ImportRun(
        kind=ImportKind.ROSTER,
        state=ImportState.CHECKING,
        original_name="leden.csv",
        file_name="x",
        mapping={},
        created_at=now,
    )
    db.session.add(waiting)
    db.session.commit()
    return waiting


def test_of_a_refusal_numbers_are_kept_as_numbers_and_all_else_as_words(run, now):
    """A number decides between "1 row" and "2 rows" when it is said, perhaps weeks later in another language."""

    def refuse(_run: ImportRun) -> None:
        raise FileRefused(phrase("At most %(limit)s rows; since %(day)s.", limit=12, day=now.date()))

    import_runs.work(ImportKind.ROSTER, run.id, now, checkpoint=portal_db.session.commit, do=refuse)
    assert run.state == ImportState.FAILED
    assert import_runs.refusal_of(run).values == {"limit": 12, "day": "2026-02-02"}


def test_who_has_no_lease_does_nothing(run, now):
    done: list[int] = []
    assert import_runs.claim(ImportKind.ROSTER, run.id, now)
    portal_db.session.commit()
    import_runs.work(
        ImportKind.ROSTER, run.id, now + timedelta(seconds=1), checkpoint=portal_db.session.commit, do=done.append
    )
    assert done == []
