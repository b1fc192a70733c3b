"""The portal's worker as a process of its own, to be killed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from flask import Flask

from tests.support.machines.processes import Command

PATIENCE_SECONDS = 120  # on a busy machine


def environment_of(app: Flask, **more: str) -> dict[str, str]:
    """The settings of this portal for another process."""
    settings = app.config
    return {
        **os.environ,
        "PORTAL_ENV": "development",
        "INSTANCE_DIR": str(settings["INSTANCE_DIR"]),
        "DATABASE_URL": settings["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", ""),
        "PUBLIC_URL": settings["PUBLIC_URL"],
        "MAIL_SERVER": settings["MAIL_SERVER"],
        "MAIL_PORT": str(settings["MAIL_PORT"]),
        "MAIL_TIMEOUT_SECONDS": "5",
        **more,
    }


class Worker:
    """`flask portal worker` with these settings."""

    def __init__(self, app: Flask, **more: str) -> None:
        self._environment = environment_of(app, **more)
        self._command: Command | None = None

    def start(self) -> Worker:
        """Start it; it works on what waits as soon as it is up."""
        self._command = Command("worker", environment=self._environment)
        return self

    def kill(self) -> None:
        """kill -9."""
        if self._command is not None:
            self._command.kill()

    @property
    def pid(self) -> int:
        """Of its process, 0 while it does not run."""
        return self._command.pid if self._command is not None else 0

    @property
    def said(self) -> str:
        """What it logged so far."""
        return self._command.stdout + self._command.stderr if self._command is not None else ""


def wait_for(reached: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> None:
    """Until it is so."""
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
