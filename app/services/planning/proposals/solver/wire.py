"""The question and the answer as JSON: they go between the worker and the process that solves."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from .instance import Function, Instance, Kept, Need, Person, Place, Point, Progress, Result, Shift, Station


def write_instance(instance: Instance) -> str:
    """As one line."""
    return json.dumps(asdict(instance), separators=(",", ":"))


def read_instance(text: str) -> Instance:
    """What `write_instance` wrote."""
    raw = json.loads(text)
    return Instance(
        stations=tuple(Station(row["id"], _point(row["point"])) for row in raw["stations"]),
        shifts=tuple(Shift(**row) for row in raw["shifts"]),
        functions=tuple(Function(**row) for row in raw["functions"]),
        needs=tuple(Need(**row) for row in raw["needs"]),
        people=tuple(_person(row) for row in raw["people"]),
        kept=tuple(Kept(Place(**row["place"]), row["price"]) for row in raw["kept"]),
        weights=raw["weights"],
    )


def _point(raw: list[float] | None) -> Point | None:
    return None if raw is None else (raw[0], raw[1])


def _person(raw: dict[str, Any]) -> Person:
    shifts = tuple((shift, is_sure) for shift, is_sure in raw["shifts"])
    several = {name: tuple(raw[name]) for name in ("functions", "wished_functions", "wished_stations")}
    return Person(**{**raw, **several, "shifts": shifts, "point": _point(raw["point"])})


def write_progress(progress: Progress) -> str:
    """As one line."""
    return json.dumps({"progress": asdict(progress)}, separators=(",", ":"))


def write_result(result: Result) -> str:
    """As one line."""
    return json.dumps({"result": asdict(result)}, separators=(",", ":"))


def read_answer(line: str) -> Progress | Result:
    """A line of the process that solves. Raises ValueError for anything else."""
    raw = json.loads(line)
    if "progress" in raw:
        return Progress(**raw["progress"])
    result = raw["result"]
    return Result(
        **{
            **result,
            "places": tuple(Place(**row) for row in result["places"]),
            "illegal": tuple((station, shift) for station, shift in result["illegal"]),
        }
    )
