"""What a PDF does by itself, or holds, is seen however it is hidden; what only shows pages is taken."""

from __future__ import annotations

import contextlib
import io
import resource
import zlib
from collections.abc import Callable

import pytest

from app.children.child import Child
from app.contents import PDF, ContentRefused, recognise
from app.contents.pdf import JUDGE, READER
from tests.contents.refused import reason
from tests.support.files import sample_pdfs as pdfs

CASES = (
    [("script", content) for content in pdfs.SCRIPTS.values()]
    + [("starts a program", content) for content in pdfs.PROGRAMS.values()]
    + [("another file inside", content) for content in pdfs.FILES.values()]
    + [("by itself", content) for content in pdfs.ACTS.values()]
)
NAMES = [
    f"{kind}-{name}"
    for kind, cases in (("script", pdfs.SCRIPTS), ("program", pdfs.PROGRAMS), ("file", pdfs.FILES), ("act", pdfs.ACTS))
    for name in cases
]


@pytest.mark.parametrize(("word", "content"), CASES, ids=NAMES)
def test_what_a_pdf_may_not_hold_is_refused_with_what_it_is(word: str, content: bytes):
    assert word in reason(content)


@pytest.mark.parametrize("content", pdfs.HARMLESS.values(), ids=list(pdfs.HARMLESS))
def test_a_pdf_that_shows_pages_is_taken(content: bytes):
    assert recognise(io.BytesIO(content)) is PDF


def endless(count: int) -> bytes:
    """A text of so many letters."""
    return b"(" + b"a" * count + b")"


def quickly(plain: bytes) -> bytes:
    return zlib.compress(plain, 1)


def test_objects_that_cannot_be_unpacked_are_not_taken_for_nothing():
    """Another reader might find in them what ours does not."""
    told_otherwise = pdfs.packed(pdfs.SCRIPT, name=b"/Metadata")
    unknown_packing = pdfs.packed(pdfs.SCRIPT, filters=b"/Unknown", pack=lambda plain: plain)
    for content in (told_otherwise, unknown_packing):
        assert "damaged" in reason(content)


BOMBS: dict[str, Callable[[], bytes]] = {
    "one list of objects of 100 MB": lambda: pdfs.packed(endless(100_000_000), pack=quickly),
    "thirty of 15 MB": lambda: pdfs.packed(endless(15_000_000), pack=quickly, count=30),
    "packed twice": lambda: pdfs.packed(
        endless(100_000_000), filters=b"[/FlateDecode /FlateDecode]", pack=lambda plain: quickly(quickly(plain))
    ),
    "a list of nine million numbers": lambda: pdfs.with_catalog(b"/X [" + b"1 " * 9_000_000 + b"]"),
    "lists in lists": lambda: pdfs.with_catalog(b"/X " + b"[" * 5_000_000 + b"]" * 5_000_000),
    "lists in lists, packed": lambda: pdfs.packed(b"[" * 20_000_000, pack=quickly),
    "pages that hold themselves": lambda: pdfs.build({2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"}),
    "many objects": lambda: pdfs.build(dict.fromkeys(range(20, 100_000), b"<< /A /B >>")),
}


@pytest.mark.parametrize("make", BOMBS.values(), ids=list(BOMBS))
def test_a_pdf_that_unfolds_without_end_stops_its_reader_and_not_the_portal(make: Callable[[], bytes]):
    content = make()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with contextlib.suppress(ContentRefused):
        recognise(io.BytesIO(content))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - before.ru_utime < READER.cpu_seconds + 1


def test_a_pdf_with_a_password_is_refused_as_such():
    import pikepdf

    locked, plain = io.BytesIO(), pikepdf.new()
    plain.add_blank_page()
    plain.save(locked, encryption=pikepdf.Encryption(user="geheim", owner="geheim"))
    assert "password" in reason(locked.getvalue())
    allowed = io.BytesIO()
    plain.save(allowed, encryption=pikepdf.Encryption(user="", owner="geheim"))
    assert recognise(allowed) is PDF


def test_the_reader_gets_nothing_of_the_portals_settings(monkeypatch, tmp_path):
    """What a PDF could make its reader do, it does without keys or passwords."""
    monkeypatch.setenv("ENCRYPTION_KEYS", "secret")
    script = tmp_path / "child.py"
    script.write_text("import os; print('fine' if not os.environ.get('ENCRYPTION_KEYS') else 'script')")
    monkeypatch.setattr(JUDGE, "child", Child(script, memory=READER.memory))
    assert recognise(io.BytesIO(pdfs.with_catalog(b"/Settings true"))) is PDF
