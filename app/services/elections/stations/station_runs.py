"""The import of a file with polling stations by screen: upload, look at what it would do, import."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from app.extensions import db
from app.models import Election, ImportKind, ImportRun, ImportState
from app.phrases import RuleBroken, phrase
from app.services import import_runs
from app.services.audit import Actor
from app.services.elections.stations.station_check import StationsCheck
from app.services.elections.stations.stations import check_stations, import_stations

KIND: Final = ImportKind.STATIONS
MOVES_HOURS: Final = "moves_hours"


def start_run(
    election: Election, content: bytes, file_name: str, *, instance: Path, actor: Actor, now: datetime
) -> ImportRun:
    """Keep the file sealed until its import. Raises RuleBroken as `check_stations` does; then nothing is kept."""
    check_stations(election, content, file_name)
    return import_runs.start_checked(KIND, election.id, content, file_name, instance=instance, actor=actor, now=now)


def check_run(election: Election, run: ImportRun, *, instance: Path, municipality: str) -> StationsCheck:
    """What the import would do. Raises RuleBroken as `check_stations` does, and when the file is gone."""
    content = import_runs.read_file(run, instance=instance)
    moves = _moves_hours(run)
    return check_stations(election, content, run.original_name, municipality=municipality, moves_hours=moves)


def move_hours(run: ImportRun) -> None:
    """The file is of another day: its stations get their hours on the day of this election. Raises RuleBroken."""
    if run.state != ImportState.CHECKED:
        raise RuleBroken(phrase("This import is running or done."))
    run.mapping = {**run.mapping, MOVES_HOURS: True}
    db.session.flush()


def _moves_hours(run: ImportRun) -> bool:
    return bool(run.mapping.get(MOVES_HOURS))


def import_run(election: Election, run: ImportRun, *, instance: Path, actor: Actor, now: datetime) -> StationsCheck:
    """Import the file. Raises StationsRefused and RuleBroken as `import_stations` does. Its file is still there."""
    content = import_runs.read_file(run, instance=instance)
    if not import_runs.finish(run, now):
        raise RuleBroken(phrase("This import is running or done."))
    moves = _moves_hours(run)
    return import_stations(election, content, run.original_name, actor=actor, now=now, run=run, moves_hours=moves)
