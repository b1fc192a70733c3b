"""Runs of pytest in forks of a process that has loaded everything but the project: each run starts within a second.

The project itself is loaded in each run anew, because that is what changes.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

OUTPUT = "output-of-the-run"  # a file in the copy of the project
LONGER_ASLEEP = 10  # times: a busy machine gives a run a tenth of a processor
LOADED = """
import json, sys
from importlib.metadata import entry_points
for found in entry_points(group="pytest11"): found.load()
import tests.conftest
own = {"app", "config", "devtools", "log_lines", "setting_rules", "tests", "__main__"}
print(json.dumps([name for name in sys.modules if name.partition(".")[0] not in own]))
"""


class Runner:
    """Runs pytest in one copy of the project."""

    def __init__(self, copy: Path) -> None:
        self.copy = copy
        names = subprocess.run([sys.executable, "-c", LOADED], cwd=copy, check=True, capture_output=True, text=True)
        self._server = subprocess.Popen(
            [sys.executable, "-m", "devtools.forks"],
            cwd=copy,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._say(json.loads(names.stdout))

    def run(self, arguments: Sequence[str], seconds: int) -> tuple[int | None, str]:
        """The exit status of pytest, None when it took more than `seconds` of the processor, and what it printed."""
        self._say({"arguments": list(arguments), "seconds": seconds})
        assert self._server.stdout is not None
        status = json.loads(self._server.stdout.readline())
        return status, (self.copy / OUTPUT).read_text(errors="replace")

    def stop(self) -> None:
        """End it."""
        self._server.communicate()

    def _say(self, line: Any) -> None:
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps(line) + "\n")
        self._server.stdin.flush()


def serve() -> None:
    """The process itself: the first line of its input names what to load, each further line is a run."""
    sys.dont_write_bytecode = False
    for name in json.loads(sys.stdin.readline()):
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    for line in iter(sys.stdin.readline, ""):
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _run_pytest(asked["arguments"], asked["seconds"])
        print(json.dumps(_wait(child, asked["seconds"] * LONGER_ASLEEP)), flush=True)


def _run_pytest(arguments: list[str], seconds: int) -> None:
    """In the fork; does not return."""
    status = 3
    try:
        os.setsid()
        output = os.open(OUTPUT, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for number in (1, 2):
            os.dup2(output, number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))  # what it starts sets its own
        status = int(pytest.main(arguments))
        sys.stdout.flush()
    finally:
        os._exit(status)


def _wait(child: int, seconds: float) -> int | None:
    """Its exit status, None when it was ended for want of time; what it started ends with it."""
    end = time.monotonic() + seconds
    pid, status = 0, 0
    while pid == 0 and time.monotonic() < end:
        time.sleep(0.02)
        pid, status = os.waitpid(child, os.WNOHANG)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if pid == 0:
        os.waitpid(child, 0)
        return None
    code = os.waitstatus_to_exitcode(status)
    return None if code in (-signal.SIGXCPU, -signal.SIGKILL) else code


if __name__ == "__main__":
    serve()
