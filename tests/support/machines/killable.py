"""A program that a test ends as a broken machine does."""

from __future__ import annotations

import subprocess


class Killable:
    """Has a `_process` once it runs."""

    _process: subprocess.Popen[bytes] | None = None

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
