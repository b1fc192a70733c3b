"""A script of ours that runs in a process of its own, and what that process may take. A leaf."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

log = logging.getLogger(__name__)

BOUNDED: Final = Path(__file__).with_name("bounded.py")


@dataclass(frozen=True, slots=True)
class Child:
    """The script imports nothing of `app`; it gets no setting of the portal."""

    script: Path
    memory: int  # bytes of addresses
    cpu_seconds: int = 0  # of the processor; 0: the script bounds that itself
    file_bytes: int = 0  # of a file that it may write

    @property
    def name(self) -> str:
        """What the log calls it."""
        return self.script.name

    def command(self, *arguments: str) -> list[str]:
        """What starts it; give it an environment of its own."""
        bounds = [str(self.memory), str(self.file_bytes), str(self.cpu_seconds)]
        return [sys.executable, "-I", str(BOUNDED), *bounds, str(self.script), *arguments]

    def read(self, content: IO[bytes], *, seconds: float) -> subprocess.CompletedProcess[bytes] | None:
        """How it ended, with `content` on its standard input; None, and a line in the log, where it did not in time."""
        content.seek(0)
        with TemporaryFile() as copy:
            shutil.copyfileobj(content, copy)
            copy.seek(0)
            try:
                return subprocess.run(  # noqa: S603 (our own file; nothing of the upload is in the command)
                    self.command(), stdin=copy, capture_output=True, env={}, timeout=seconds, check=False
                )
            except subprocess.TimeoutExpired:
                log.warning("%s did not end in time", self.name)
                return None
