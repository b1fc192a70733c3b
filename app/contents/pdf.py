"""PDF: that the file is one from its first byte to its last, and does nothing by itself (docs/decisions/0017).

What it holds is looked at by qpdf, which sees through hidden names and packed objects, in a process of its own with
bounds on time and memory: `pdf_child.py`.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import IO, Final

from app.children.child import Child
from app.children.editor import edit
from app.children.judge import Judge, Said
from app.contents.kinds import ContentRefused
from app.phrases import Phrase, phrase

MEBIBYTE: Final = 1024 * 1024
TAIL: Final = 2048  # bytes; ISO 32000 readers look for the end mark in the last 1,024
_VERSION: Final = re.compile(rb"%PDF-[12]\.[0-9]")
_MARKUP: Final = re.compile(rb"<(?:!doctype|html|script|svg|iframe|body)\b", re.IGNORECASE)
_TELLS: Final = re.compile(rb"/(?:Info|Metadata|PieceInfo|ObjStm)\b|#")
_AFTER_END: Final = re.compile(rb"[\s\0]*")

NOT_ONE: Final = phrase("This is not a PDF, whatever its name says, or it is damaged. Make the PDF again.")


TOO_MUCH: Final = phrase(
    "This PDF cannot be looked through: it is damaged or made in an unusual way. Make the PDF again."
)
FAULTS: Final = {
    "program": phrase("This PDF starts a program. Make a PDF without that."),
    "script": phrase(
        "There is a script (a small program) in this PDF, as in some forms. Print it to a new PDF, and choose that one."
    ),
    "files": phrase("There is another file inside this PDF. Save it without attachments, or print it to a new PDF."),
    "acts": phrase("This PDF does something by itself when it is opened. Print it to a new PDF, and choose that one."),
    "password": phrase("This file is protected with a password. Save it without a password."),
    "broken": NOT_ONE,
}


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
    fault = _look_through(content)
    if fault is not None:
        raise ContentRefused(fault)


def without_authors(content: IO[bytes]) -> IO[bytes]:
    """The same PDF without the names of people and programs in its properties; `content` itself where there are none,
    and where it is signed or locked. Raises ContentRefused. It was checked.
    """
    content.seek(0)
    if not _TELLS.search(content.read()):  # nothing that says who, and nothing packed in which it could be
        content.seek(0)
        return content
    written = edit(CLEANER, content, seconds=30)
    if written is None:
        raise ContentRefused(TOO_MUCH)
    if written:
        return io.BytesIO(written)
    content.seek(0)
    return content


def _look_through(content: IO[bytes]) -> Phrase | None:
    """What is wrong with it."""
    said = JUDGE.ask(content)
    return TOO_MUCH if said is None else FAULTS.get(said.word)


def _is_verdict(said: Said) -> bool:
    return said.status == 0 and (said.word == "fine" or said.word in FAULTS)


# The PDF is there twice.
CLEANER: Final = Child(Path(__file__).with_name("pdf_clean_child.py"), memory=600 * MEBIBYTE, cpu_seconds=10)
# The libraries take 40 million bytes; a manual of 20 MB takes less than a second.
READER: Final = Child(Path(__file__).with_name("pdf_child.py"), memory=400 * MEBIBYTE, cpu_seconds=5)
JUDGE: Final = Judge(READER, seconds=30, is_verdict=_is_verdict, remembers=256)
