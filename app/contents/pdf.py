"""PDF: that the file is one from its first byte to its last, and starts no program."""

from __future__ import annotations

import re
from typing import IO, Final

from app.contents.kinds import ContentRefused
from app.phrases import phrase

TAIL: Final = 2048  # bytes; ISO 32000 readers look for the end mark in the last 1,024
PIECE: Final = 1024 * 1024
_VERSION: Final = re.compile(rb"%PDF-[12]\.[0-9]")
_MARKUP: Final = re.compile(rb"<(?:!doctype|html|script|svg|iframe|body)\b", re.IGNORECASE)
_LAUNCH: Final = re.compile(rb"/Launch\b")
_AFTER_END: Final = re.compile(rb"[\s\0]*")

NOT_ONE: Final = phrase("This is not a PDF, whatever its name says, or it is damaged. Make the PDF again.")


def check(content: IO[bytes]) -> None:
    """Raises ContentRefused for what only looks like a PDF: a web page or an archive with a PDF's first line."""
    content.seek(0)
    head = content.read(TAIL)
    size = content.seek(0, 2)
    content.seek(max(0, size - TAIL))
    tail = content.read()
    before, mark, after = tail.rpartition(b"%%EOF")
    if not _VERSION.match(head) or not mark or b"startxref" not in before or _MARKUP.search(head):
        raise ContentRefused(NOT_ONE)
    if not _AFTER_END.fullmatch(after):
        raise ContentRefused(phrase("Behind the end of this PDF there is something else. Make the PDF again."))
    _look_through(content)


def _look_through(content: IO[bytes]) -> None:
    """At least one object, and nothing that starts a program."""
    content.seek(0)
    has_objects, rest = False, b""
    while piece := content.read(PIECE):
        part = rest + piece
        has_objects = has_objects or b" obj" in part
        if _LAUNCH.search(part):
            raise ContentRefused(phrase("This PDF starts a program. Make a PDF without that."))
        rest = piece[-16:]
    if not has_objects:
        raise ContentRefused(NOT_ONE)
