"""Prints letters: reads them from standard input, writes PDFs to standard output. Run by `press.py`, alone.

Each message is a length of 4 bytes (big endian) and so many bytes. A letter is a line of its date (seconds since 1970)
and then JSON; an answer is one byte, `+` or `-`, and then the PDF or why there is none. Nothing of the portal is
imported here.
"""

from __future__ import annotations

import re
import resource
import struct
import sys
from pathlib import Path
from typing import Any, Final

SECONDS: Final = 10  # of the processor for one letter, which takes a fiftieth of one
BYTES_A_SECOND: Final = 50_000  # and a second more for so much of sheets, which are of hundreds of pages
STANDARDS: Final = ["a-2a", "ua-1"]
MOST_REPLACED: Final = 30  # different letters that no font has, each replaced by a question mark
NOT_DRAWN: Final = re.compile(r"the text `\"([^\"`]{1,200})\"` could not be displayed")


def allow_next(size: int) -> None:
    """So much of the processor for the next letter of `size` bytes, counted from here; more ends it (SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + SECONDS + size // BYTES_A_SECOND
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def read_message() -> bytes | None:
    """The next letter; None at the end."""
    head = sys.stdin.buffer.read(4)
    if len(head) < 4:
        return None
    return sys.stdin.buffer.read(struct.unpack(">I", head)[0])


def write_message(message: bytes) -> None:
    """Hand over an answer."""
    sys.stdout.buffer.write(struct.pack(">I", len(message)) + message)
    sys.stdout.buffer.flush()


def print_letter(compiler: Any, letter: str, written_at: int) -> bytes:
    """The PDF. Archives take no letter without a drawing: what no font has becomes a question mark."""
    for _ in range(MOST_REPLACED):
        try:
            return _compile(compiler, letter, written_at)
        except RuntimeError as error:
            found = NOT_DRAWN.search(str(error))
            if found is None:
                raise
            letter = letter.replace(found[1], "?")
    return _compile(compiler, letter, written_at)


def _compile(compiler: Any, letter: str, written_at: int) -> bytes:
    pdf: bytes = compiler.compile(
        format="pdf", sys_inputs={"letter": letter}, pdf_standards=STANDARDS, timestamp=written_at
    )
    return pdf


def main(root: Path) -> None:
    """Print until there is nothing more to read."""
    import typst

    template = root / "letter.typ"
    compiler = typst.Compiler(str(template), root=str(root), font_paths=typst.Fonts(include_system_fonts=False))
    while (message := read_message()) is not None:
        allow_next(len(message))
        written_at, _, letter = message.partition(b"\n")
        try:
            write_message(b"+" + print_letter(compiler, letter.decode("utf-8"), int(written_at)))
        except typst.TypstError as error:
            write_message(b"-" + str(error).encode("utf-8", "replace")[:2000])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
