"""The process that solves: run as a script, the question on its standard input, answers line by line on its output.

It may take a bounded amount of memory and processor time, and gets no setting of the portal. SIGTERM makes it stop
after the step that it is at, with the plan so far; when nobody reads any more it ends. It imports nothing of `app`.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.services.planning.proposals.solver.instance import Progress


class Teller:
    """Writes lines where the worker reads; hears whether to stop."""

    def __init__(self) -> None:
        self.is_stopped = False
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)  # what HiGHS prints is no answer
        signal.signal(signal.SIGTERM, self._stop)

    def _stop(self, *_signal: Any) -> None:
        self.is_stopped = True

    def write(self, line: str) -> None:
        """One line, at once."""
        self._out.write(line + "\n")
        self._out.flush()


def main() -> None:
    """Solve what stands on standard input."""
    sys.path.insert(0, str(Path(__file__).parent))
    from solver import search, wire  # type: ignore[import-not-found]

    teller = Teller()
    instance = wire.read_instance(sys.stdin.read())

    def tell(progress: Progress) -> bool:
        teller.write(wire.write_progress(progress))
        return teller.is_stopped

    teller.write(wire.write_result(search.solve(instance, tell)))


if __name__ == "__main__":
    main()
