"""A child that writes one file anew: run as a script with the file on its standard input. A leaf, as `judge`."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

log = logging.getLogger(__name__)


def edit(script: Path, content: IO[bytes], *, seconds: float) -> bytes | None:
    """What the script writes of the content; None where it ran out of its bounds, or broke."""
    content.seek(0)
    with TemporaryFile() as copy:
        shutil.copyfileobj(content, copy)
        copy.seek(0)
        try:
            child = subprocess.run(  # noqa: S603 (our own file; nothing of the upload is in the command)
                [sys.executable, "-I", str(script)],
                stdin=copy,
                capture_output=True,
                env={},
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            log.warning("%s did not end in time", script.name)
            return None
    if child.returncode == 0:
        return child.stdout
    log.warning("%s wrote nothing (status %s): %s", script.name, child.returncode, child.stderr[-200:])
    return None
