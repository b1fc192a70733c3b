"""What a file with polling stations would do, or did, to those of an election."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.importing.faults import Fault
from app.phrases import Phrase, phrase


@dataclass(frozen=True, slots=True)
class NewStation:
    """A station that the election does not have yet; `twin` is a known one at the same place, not in the file."""

    number: int
    name: str
    address: str
    twin: str = ""


@dataclass(frozen=True, slots=True)
class StationDifference:
    """A known station that changes: column → value before, and after."""

    id: int
    number: int
    name: str
    values: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class StationsCheck:
    """What a file would do, or did, to the stations of an election; `absent` are known ones it does not name.

    `remarks` are what a person should know of the file, `unused` names of fields that the portal does not keep, and
    `lost` the stations of which a letter got lost, with the text. `other_day`: all of them open on days that are none
    of this election, the last one this; somebody says first that the hours move to its own day.
    """

    added: tuple[NewStation, ...]
    differences: tuple[StationDifference, ...]
    unchanged: int
    refused: int
    faults: tuple[Fault, ...]
    absent: tuple[str, ...]
    remarks: tuple[Phrase, ...] = ()
    unused: tuple[str, ...] = ()
    lost: tuple[tuple[int, str], ...] = ()
    other_day: date | None = None

    @property
    def new(self) -> tuple[int, ...]:
        """Numbers of the stations that are added."""
        return tuple(station.number for station in self.added)

    @property
    def changed(self) -> tuple[int, ...]:
        """Numbers of the stations that change."""
        return tuple(station.number for station in self.differences)

    @property
    def total(self) -> int:
        """All stations in the file."""
        return len(self.added) + len(self.differences) + self.unchanged + self.refused

    @property
    def can_be_imported(self) -> bool:
        """A file with faults, or of another day, changes nothing."""
        return not self.faults and self.other_day is None

    @property
    def summary(self) -> Phrase:
        """The last line of the command: `420 stations: 418 new, 2 changed, 0 refused`."""
        done = self.can_be_imported
        return phrase(
            "%(total)s stations: %(new)s new, %(changed)s changed, %(refused)s refused",
            total=self.total,
            new=len(self.added) if done else 0,
            changed=len(self.differences) if done else 0,
            refused=self.refused,
        )


class StationsRefused(Exception):
    """Nothing was imported: the file has the faults in `check`."""

    def __init__(self, check: StationsCheck) -> None:
        super().__init__(str(check.summary))
        self.check = check
