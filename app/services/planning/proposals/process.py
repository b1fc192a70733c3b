"""Solving in a process of its own: the question goes in, progress and the plan come out, and it can be stopped."""

from __future__ import annotations

import logging
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

from app.children.child import Child
from app.services.planning.proposals.solver import wire
from app.services.planning.proposals.solver.instance import Instance, Progress, Result

log = logging.getLogger(__name__)

# 1,000 stations take about one minute and 260 MB of memory; what it says when it breaks goes to a file.
CHILD: Final = Child(
    Path(__file__).with_name("solver_child.py"), memory=2 * 1024**3, cpu_seconds=30 * 60, file_bytes=64 * 1024
)
LAST_WORDS: Final = 300  # characters
ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class SolverFailed(Exception):
    """The process ended without a plan: out of its bounds, or broken."""


def solve_apart(instance: Instance, tell: Callable[[Progress], bool]) -> Result:
    """Let a new process solve it. `tell` hears each step; True stops it with the plan so far. Raises SolverFailed.

    What `tell` raises ends the process at once.
    """
    with TemporaryFile() as errors:
        child = subprocess.Popen(  # noqa: S603 (our own file; the question is not in the command)
            CHILD.command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=ONE_THREAD,
            text=True,
            encoding="utf-8",
        )
        try:
            result = _listen(child, instance, tell)
        finally:
            child.kill()
            child.wait()
        if result is None:
            raise SolverFailed(_last_words(errors))
        return result


def _listen(child: subprocess.Popen[str], instance: Instance, tell: Callable[[Progress], bool]) -> Result | None:
    if child.stdin is None or child.stdout is None:
        raise SolverFailed
    try:
        child.stdin.write(wire.write_instance(instance))
        child.stdin.close()
    except BrokenPipeError:
        return None
    for line in child.stdout:
        try:
            answer = wire.read_answer(line)
        except ValueError:
            return None
        if isinstance(answer, Result):
            return answer
        if tell(answer):
            child.send_signal(signal.SIGTERM)
    return None


def _last_words(errors: IO[bytes]) -> str:
    errors.seek(0)
    words = errors.read().decode("utf-8", "replace")[-LAST_WORDS:]
    log.warning("the solver ended without a plan: %s", words)
    return words
