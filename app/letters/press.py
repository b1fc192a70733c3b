"""The press: prints letters in a process of its own with bounds, one after another.

Its root is a folder that nobody can write, with the template and the logo; there is nothing else to be read in it.
A spawned process, never a fork: threads of the typesetter do not survive one.
"""

from __future__ import annotations

import logging
import os
import select
import shutil
import stat
import struct
import subprocess
import tempfile
import time
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from app.children.child import Child
from app.letters.paper import Letter, as_input
from app.letters.sheets import Sheets
from app.phrases import RuleBroken, phrase

log = logging.getLogger(__name__)

# The fonts, the threads' stacks, a letter of six pages; it counts seconds of the processor by the letter.
CHILD: Final = Child(Path(__file__).with_name("press_child.py"), memory=1024 * 1024 * 1024)
TEMPLATE: Final = Path(__file__).with_name("template") / "letter.typ"
LOGO: Final = "logo.png"
LETTER_SECONDS: Final = 60  # on a busy machine; it takes a fiftieth of a second, and 10 of the processor at most
LONGEST_LETTER: Final = 1024 * 1024  # bytes of data
LONGEST_SHEETS: Final = 8 * 1024 * 1024  # of some hundreds of stations
SHEETS: Final = TEMPLATE.with_name("sheets.typ")
TOO_LONG: Final = phrase("This letter is too long: at most six pages. Make the text shorter.")
NOT_PRINTED: Final = phrase("This letter could not be made. Look whether its text is as you want it.")


class Press:
    """A context in which letters are printed, all with one logo (a PNG of `app.letters.logo`) or none.

    `template` is another one of ours than that of letters; it reads its data in the same place.
    """

    def __init__(self, logo: bytes = b"", *, template: Path = TEMPLATE) -> None:
        self._logo = logo
        self._template = template
        self._root = Path()
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._root = Path(tempfile.mkdtemp(prefix="press-"))
        shutil.copyfile(self._template, self._root / TEMPLATE.name)
        if self._logo:
            (self._root / LOGO).write_bytes(self._logo)
        for file in self._root.iterdir():
            file.chmod(stat.S_IRUSR)
        self._root.chmod(stat.S_IRUSR | stat.S_IXUSR)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        self._root.chmod(stat.S_IRWXU)
        shutil.rmtree(self._root, ignore_errors=True)

    def print(self, letter: Letter) -> bytes:
        """The letter as a PDF (PDF/A-2a and PDF/UA-1); the same letter gives the same bytes. Raises RuleBroken."""
        return self._print(as_input(letter, logo=LOGO if self._logo else ""), letter.written_at, LONGEST_LETTER)

    def print_sheets(self, sheets: Sheets) -> bytes:
        """Sheets as one PDF of the same kind. Raises RuleBroken."""
        return self._print(sheets.as_input(), sheets.written_at, LONGEST_SHEETS)

    def _print(self, text: str, written_at: datetime, longest: int) -> bytes:
        message = f"{int(written_at.timestamp())}\n{text}".encode()
        if len(message) > longest:
            raise RuleBroken(TOO_LONG)
        try:
            answer = self._ask(message)
        except (OSError, EOFError) as error:
            self._end()
            log.warning("a letter was not printed, the press stopped: %s", type(error).__name__)
            raise RuleBroken(NOT_PRINTED) from None
        if answer[:1] == b"+":
            return answer[1:]
        why = answer[1:].decode("utf-8", "replace")
        log.warning("a letter was not printed: %s", why.splitlines()[0] if "too many pages" in why else "refused")
        raise RuleBroken(TOO_LONG if "too many pages" in why else NOT_PRINTED)

    def _ask(self, message: bytes) -> bytes:
        child = self._child or self._start()
        assert child.stdin is not None  # noqa: S101 (Popen with PIPE)
        child.stdin.write(struct.pack(">I", len(message)) + message)
        child.stdin.flush()
        end = time.monotonic() + LETTER_SECONDS
        (length,) = struct.unpack(">I", self._read(child, 4, end))
        return self._read(child, length, end)

    @staticmethod
    def _read(child: subprocess.Popen[bytes], size: int, end: float) -> bytes:
        """So many bytes. Raises EOFError when the child ended or takes too long."""
        assert child.stdout is not None  # noqa: S101 (Popen with PIPE)
        place, found = child.stdout.fileno(), b""
        while len(found) < size:
            is_ready, _, _ = select.select([place], [], [], max(0.0, end - time.monotonic()))
            piece = os.read(place, size - len(found)) if is_ready else b""
            if not piece:
                raise EOFError
            found += piece
        return found

    def _start(self) -> subprocess.Popen[bytes]:
        self._child = subprocess.Popen(  # noqa: S603 (our own file and folder)
            CHILD.command(str(self._root)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"RAYON_NUM_THREADS": "1"},
            bufsize=0,
        )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        child.wait()
