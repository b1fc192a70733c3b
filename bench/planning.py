"""Filling an election, beside a greedy fill and a bound in the same run: processor time, memory, what is illegal.

Three sizes, 10 % more people than places and 10 % fewer; then ten people drop out of a full plan and are replaced.
Aims: 420 stations with enough people legal everywhere, within 1 % of the bound, under 60 s of CPU and 250 MB; with too
few at most 5 moments illegal; 1,000 stations no worse than linear; at most ten others moved.
usage: bench/planning.py [stations …]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.services.planning.proposals.process import CHILD, ONE_THREAD
from app.services.planning.proposals.solver import wire
from app.services.planning.proposals.solver.instance import Instance, Kept, Result
from app.services.planning.proposals.solver.weights import DEFAULTS
from bench.support.planning_cases import make_case
from bench.support.portals import judge

CASES = {60: (510, 417), 420: (3571, 2922), 1000: (8503, 6957)}
FLOORS = Path(__file__).parent / "support" / "planning_floors.py"
DROPPED = 10


@dataclass(frozen=True)
class Ran:
    """What a process said last, its CPU seconds and its memory in MB."""

    answer: str
    seconds: float
    megabytes: float


def run(command: list[str], question: str) -> Ran:
    with tempfile.TemporaryFile("w+") as asked:
        asked.write(question)
        asked.seek(0)
        child = subprocess.Popen(
            command, stdin=asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ONE_THREAD, text=True
        )
        assert child.stdout is not None
        memory = _Memory(child.pid)
        memory.start()
        lines = [line for line in child.stdout if line.startswith("{")]
        _pid, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        memory.join()
    return Ran(lines[-1], used.ru_utime + used.ru_stime, memory.most / 1024)


class _Memory(threading.Thread):
    """Looks at the high-water mark of a process until it is gone: what wait4 tells includes who started it."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._status, self.most = Path(f"/proc/{pid}/status"), 0  # kB

    def run(self) -> None:
        """Every 20 ms."""
        while (now := self._read()) is not None:
            self.most = max(self.most, now)
            time.sleep(0.02)

    def _read(self) -> int | None:
        try:
            lines = self._status.read_text().splitlines()
        except OSError:
            return None
        return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), None)


def solve(asked: Instance) -> tuple[Result, Ran]:
    ran = run(CHILD.command(), wire.write_instance(asked))
    result = wire.read_answer(ran.answer)
    assert isinstance(result, Result)
    return result, ran


def measure(stations: int, people: int) -> tuple[Result, Ran]:
    """One row for each method."""
    asked = make_case(stations, people)
    question = wire.write_instance(asked)
    print(f"{stations} stations, {people} people, {3 * stations} moments", flush=True)
    result, ran = solve(asked)
    greedy, bound = (run([sys.executable, "-I", str(FLOORS), name], question) for name in ("greedy", "bound"))
    least = json.loads(bound.answer)["cost"]
    greedily = json.loads(greedy.answer)
    rows = [
        ("greedy", greedy, greedily["illegal"], greedily["cost"]),
        ("solver", ran, len(result.illegal), result.cost),
    ]
    for name, used, illegal, cost in rows:
        above = 100 * (cost / least - 1)
        print(
            f"  {name:8} {used.seconds:6.1f} s CPU {used.megabytes:5.0f} MB  {illegal:4} illegal  {above:8.2f} % above"
            " the bound",
            flush=True,
        )
    print(f"  bound    {bound.seconds:6.1f} s CPU {bound.megabytes:5.0f} MB", flush=True)
    if stations == 420 and people > 3000:
        judge("420 stations: cost", result.cost / least, at_most=1.01)
        judge("420 stations: illegal moments", len(result.illegal), at_most=0)
        judge("420 stations: CPU seconds", ran.seconds, at_most=60)
        judge("420 stations: MB", ran.megabytes, at_most=250)
    elif stations == 420:
        judge("420 stations, too few people: illegal moments", len(result.illegal), at_most=5)
    return result, ran


def drop_out(stations: int, people: int, full: Result) -> None:
    """Ten people of a published plan can no longer come."""
    asked = make_case(stations, people)
    placed = sorted({place.person for place in full.places})
    gone = set(placed[:: len(placed) // DROPPED][:DROPPED])
    standing = [place for place in full.places if place.person not in gone]
    kept = tuple(Kept(place, DEFAULTS["move_published"]) for place in standing)
    left = tuple(person for person in asked.people if person.id not in gone)
    result, ran = solve(replace(asked, people=left, kept=kept))
    moved = {place.person for place in set(standing) - set(result.places)}
    print(
        f"  ten drop out: {ran.seconds:.1f} s CPU, {len(moved)} others moved, {len(result.illegal)} illegal", flush=True
    )
    judge("ten drop out: others moved", len(moved), at_most=10)


def main() -> None:
    wanted = [int(stations) for stations in sys.argv[1:]] or list(CASES)
    seconds = {}
    for stations in wanted:
        for people in CASES[stations]:
            result, ran = measure(stations, people)
            seconds[stations, people] = ran.seconds
            if people == CASES[stations][0]:
                drop_out(stations, people, result)
    small, large = ((stations, CASES[stations][0]) for stations in (420, 1000))
    if small in seconds and large in seconds:
        judge("1,000 stations against linear", seconds[large] / seconds[small] / (1000 / 420), at_most=1.0)


if __name__ == "__main__":
    main()
