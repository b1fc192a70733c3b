"""What a PDF holds, looked at by qpdf in a process of its own: run as a script, the PDF on its standard input.

It prints one word (see `app.contents.pdf`). The process may take little time and memory, writes no file and gets no
setting of the portal: a PDF that is made to break its reader breaks this one only. It imports nothing of `app`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any, Final

STREAM_MEMORY: Final = 32 * 1024 * 1024  # bytes that one compressed list of objects may unfold to
# Only objects with one of these names are looked at: qpdf writes each name plainly, however it was hidden.
DOUBTFUL: Final = re.compile(rb"/(?:JS|JavaScript|Launch|ImportData|GoToE|EF|EmbeddedFile|XFA|OpenAction|AA)\b")
HARMLESS: Final = {"/GoTo", "/Named"}  # shows another page of the same document
WORST_FIRST: Final = ("program", "script", "files", "acts")
# What qpdf could not unfold it leaves out; another reader might find objects there.
NOT_SEEN: Final = re.compile(r"decoding stream data|unfilterable|object stream")


def judge(pdf: Any) -> str:
    """The worst thing that is not taken, or `fine`."""
    found = {fault for item in pdf.objects for part in _doubtful_parts(item) for fault in _faults(part)}
    if any(NOT_SEEN.search(str(warning)) for warning in pdf.get_warnings()):
        return "broken"
    return next((fault for fault in WORST_FIRST if fault in found), "fine")


def _doubtful_parts(item: Any) -> Iterator[Any]:
    """The dictionaries of one object, if it is worth a look; what it points at is an object of its own."""
    from pikepdf import Array, Dictionary, Stream

    whole = item.stream_dict if isinstance(item, Stream) else item
    if not isinstance(whole, (Dictionary, Array)) or not DOUBTFUL.search(whole.unparse(resolved=True)):
        return
    waiting: list[Any] = [whole]
    while waiting:
        here = waiting.pop()
        inner = here.values() if isinstance(here, Dictionary) else here
        waiting += [part for part in inner if isinstance(part, (Dictionary, Array)) and not part.is_indirect]
        if isinstance(here, Dictionary):
            yield here


def _faults(part: Any) -> Iterator[str]:
    kind = str(part.get("/S", ""))
    if kind == "/Launch":
        yield "program"
    if kind == "/JavaScript" or "/JS" in part or "/XFA" in part:
        yield "script"
    if "/EF" in part or str(part.get("/Type", "")) == "/EmbeddedFile" or kind in ("/GoToE", "/ImportData"):
        yield "files"
    if not all(act in HARMLESS for act in _acts(part)):
        yield "acts"


def _acts(part: Any) -> Iterator[str]:
    """The kinds of what happens by itself: when the document is opened, or a page or field is reached."""
    from pikepdf import Dictionary

    started = [part.get("/OpenAction")]  # a place in the document is a list, and no act
    events = part.get("/AA")
    if isinstance(events, Dictionary):
        started += events.values()
    for act in started:
        if isinstance(act, Dictionary) and "/S" in act:
            yield str(act["/S"])


def main() -> str:
    """Look at standard input."""
    import pikepdf

    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=STREAM_MEMORY,
        run_length_max_memory=STREAM_MEMORY,
        png_max_memory=STREAM_MEMORY,
    )
    try:
        with pikepdf.open(sys.stdin.buffer, inherit_page_attributes=False, suppress_warnings=True) as pdf:
            return judge(pdf)
    except pikepdf.PasswordError:
        return "password"
    except pikepdf.PdfError:
        return "broken"


if __name__ == "__main__":
    sys.stdout.write(main())
