"""The portal's commands and its web server in processes of their own, that can be killed.

Each is forked from a process that has loaded the code of the portal, which takes two seconds and is the same each time;
settings are read, and the application is made, after the fork. `test_run.py` and `test_jobs.py` start it as people do.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import flask.cli
import gunicorn.app.wsgiapp

ROOT = Path(__file__).resolve().parents[3]
LOADED = ("app", "app.jobs.worker", "flask.cli", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread")

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(list(LOADED))


_started: list[Command] = []  # by the present test


def kill_forgotten() -> None:
    """kill -9 what this test started and did not end: it would go on with the database of the next one."""
    while _started:
        _started.pop().kill()


class Command:
    """`flask --app app portal …` with nothing in its environment but these settings; it runs already."""

    called = ("flask", "--app", "app", "portal")

    def __init__(self, *arguments: str, environment: Mapping[str, str]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="portal-command-")
        self._said = [Path(self._folder.name) / name for name in ("stdout", "stderr")]
        argv = [*self.called, *arguments]
        places = [str(path) for path in self._said]
        self._process = _forks.Process(target=_become, args=(argv, dict(environment), *places), daemon=True)
        self._process.start()
        _started.append(self)

    @property
    def pid(self) -> int:
        """Of its process."""
        return self._process.pid or 0

    @property
    def stdout(self) -> str:
        """What it said so far."""
        return self._said[0].read_text() if self._said[0].exists() else ""

    @property
    def stderr(self) -> str:
        """What it said there so far."""
        return self._said[1].read_text() if self._said[1].exists() else ""

    @property
    def status(self) -> int | None:
        """With what it ended; None while it runs, minus the signal that ended it."""
        return self._process.exitcode

    def finish(self, seconds: float = 120) -> str:
        """Wait until it ends, at most this long; gives all that it said."""
        self._process.join(seconds)
        assert self.status is not None, f"it did not end: {self.stdout}{self.stderr}"
        return self.stdout + self.stderr

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.join()


class WebServer(Command):
    """`gunicorn … "app:create_app()"` on this port of this machine."""

    called = ("gunicorn", "app:create_app()")

    def __init__(self, port: int, *, processes: int, environment: Mapping[str, str]) -> None:
        arguments = ("--bind", f"127.0.0.1:{port}", "--workers", str(processes))
        super().__init__(*arguments, environment=environment)


def _become(argv: list[str], environment: dict[str, str], stdout: str, stderr: str) -> None:
    """In the fork: be that command."""
    for number, place in ((1, stdout), (2, stderr)):
        target = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        if target != number:  # it is where that one was closed: then it must stay open, or a database gets what is said
            os.dup2(target, number)
            os.close(target)
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = argv
    main = flask.cli.main if argv[0] == "flask" else gunicorn.app.wsgiapp.run
    main()
