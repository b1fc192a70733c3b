"""A printed letter is a PDF/A-2a and PDF/UA-1, the same bytes for the same letter, within its bounds."""

from __future__ import annotations

import io
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from app.contents import ContentRefused, recognise
from app.letters import press_child
from app.letters.logo import redraw
from app.letters.markdown import read_blocks
from app.letters.paper import FilledIn, Letter, Sender, Table
from app.letters.press import CHILD, NOT_PRINTED, TOO_LONG, Press
from app.phrases import RuleBroken
from tests.support.files.valid_pdfs import find_faults

TEXT = """Beste {{naam}},

Je bent **benoemd** als *{{functie}}*: {{vreemd}}

## Waar en wanneer

{{dagdelen}}

- een [link](https://voorbeeldstad.nl)
- twee

1. een

> een citaat

---

Met vriendelijke groet
"""
ODD = '#eval("1") *x* $x$ @bron <lab> `c` \\ // /* #import "x" 日本語 \u202e \ue000 \x01 א 😀'
WRITTEN_AT = datetime(2026, 12, 1, 9, tzinfo=UTC)


def make_letter(text: str = TEXT, language: str = "nl") -> Letter:
    table = Table(("Dag", "Tijd"), (("wo 18 maart 2026", "7.00–14.30 uur"),) * 2, (2, 1)).as_block()
    filled = FilledIn({"naam": "Jan de Vries", "functie": "voorzitter", "vreemd": ODD}, {"dagdelen": [table]})
    sender = Sender("Gemeente Voorbeeldstad", ("Team verkiezingen", "Postbus 1"))
    facts = (("Datum", "1 december 2026"), ("Besluit", "SB-0001"))
    blocks = read_blocks(text, filled)
    return Letter(language, "Benoeming", sender, ("J. de Vries", "Dorpsstraat 1"), facts, blocks, WRITTEN_AT, "SB-0001")


def drawing(size: tuple[int, int] = (900, 300)) -> io.BytesIO:
    out = io.BytesIO()
    image = Image.new("RGBA", size, (10, 90, 120, 128))
    image.save(out, "PNG", exif=b"Exif\0\0secret place")
    return out


@pytest.mark.parametrize("logo", [b"", redraw(drawing())], ids=["no logo", "logo"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_letter_is_archival_and_accessible_at_once(logo, language):
    with Press(logo) as press:
        pdf = press.print(make_letter(language=language))
    assert find_faults(pdf) == []
    with pikepdf.open(io.BytesIO(pdf)) as read:
        assert str(read.Root.Lang).startswith(language)
        assert read.docinfo["/Title"] == "Benoeming"
        assert read.Root.MarkInfo.Marked
    recognise(io.BytesIO(pdf))  # as every upload: it does nothing by itself


def test_the_validator_refuses_a_pdf_without_tags():
    """The check of the test above can fail."""
    plain = pikepdf.new()
    plain.add_blank_page()
    out = io.BytesIO()
    plain.save(out)
    assert find_faults(out.getvalue())


def test_the_same_letter_gives_the_same_bytes_in_another_press():
    with Press() as press, Press() as other:
        assert press.print(make_letter()) == other.print(make_letter())


def test_what_people_typed_stands_on_paper_as_typed():
    with Press() as press:
        pdf = press.print(make_letter())
    with pikepdf.open(io.BytesIO(pdf)) as read:
        assert len(read.pages) == 1  # no #pagebreak, no error: it is all text


def test_a_letter_of_more_than_six_pages_is_refused_and_the_next_is_printed():
    with Press() as press:
        with pytest.raises(RuleBroken) as refused:
            press.print(make_letter("lange tekst\n\n" * 500))
        assert refused.value.text == TOO_LONG
        assert press.print(make_letter()).startswith(b"%PDF")


def test_a_letter_without_end_is_stopped_and_the_next_is_printed(monkeypatch):
    monkeypatch.setattr("app.letters.press.LETTER_SECONDS", 0)
    with Press() as press:
        with pytest.raises(RuleBroken) as refused:
            press.print(make_letter())
        assert refused.value.text == NOT_PRINTED
        monkeypatch.setattr("app.letters.press.LETTER_SECONDS", 60)
        assert press.print(make_letter()).startswith(b"%PDF")


def test_the_child_has_bounds_and_its_folder_cannot_be_written():
    with Press() as press:
        press.print(make_letter())
        child = press._child
        limits = Path(f"/proc/{child.pid}/limits").read_text()
        root = press._root
        modes = {stat.S_IMODE(path.stat().st_mode) for path in (root, *root.iterdir())}
    bounds = {line[:25].strip(): line[26:].split()[0] for line in limits.splitlines()[1:]}
    assert bounds["Max address space"] == str(CHILD.memory)
    assert bounds["Max file size"] == "0"
    assert 0 < int(bounds["Max cpu time"]) <= press_child.SECONDS + 5
    assert modes == {stat.S_IRUSR, stat.S_IRUSR | stat.S_IXUSR}
    assert not root.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(child.pid, 0)


def test_a_logo_is_drawn_anew_small_and_bare():
    drawn = redraw(drawing((4000, 3000)))
    with Image.open(io.BytesIO(drawn)) as image:
        assert image.format == "PNG"
        assert image.height <= 425
        assert not image.info.get("exif")
    assert b"secret" not in drawn


def test_what_is_no_picture_is_no_logo():
    with pytest.raises(ContentRefused):
        redraw(io.BytesIO(b"\x89PNG\r\n\x1a\nbroken"))
