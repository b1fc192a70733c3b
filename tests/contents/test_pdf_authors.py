"""A PDF is kept without the names of who made it; its text and standard stay, and a signed one is not touched."""

from __future__ import annotations

import io

import pikepdf
import pytest

from app.contents import pdf
from app.contents.kinds import ContentRefused
from tests.support.files import sample_pdfs

NAME = "Fatma Yilmaz-de Boer"


def made_by_somebody(*, signed: bool = False, locked: bool = False, xmp: bool = True) -> bytes:
    made = pikepdf.open(io.BytesIO(sample_pdfs.build({})))
    made.docinfo["/Title"], made.docinfo["/Author"] = "Instructie", NAME
    made.docinfo["/Creator"], made.docinfo["/Company"] = f"Word van {NAME}", NAME
    if xmp:
        with made.open_metadata(set_pikepdf_as_editor=False) as about:
            about["dc:title"], about["dc:creator"], about["pdfaid:part"] = "Instructie", [NAME], "2"
            about["xmp:CreatorTool"] = NAME
    page = made.pages[0].obj
    page.PieceInfo = pikepdf.Dictionary(Word=pikepdf.Dictionary(Private=pikepdf.String(NAME)))
    page.Contents = made.make_stream(b"BT ET % De tekst")
    if signed:
        made.Root.Sig = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Sig, ByteRange=[0, 1, 2, 3]))
    out = io.BytesIO()
    lock = pikepdf.Encryption(owner="eigenaar", user="", allow=pikepdf.Permissions(modify_other=False))
    made.save(out, encryption=lock if locked else False)
    return out.getvalue()


def cleaned(content: bytes) -> bytes:
    return pdf.without_authors(io.BytesIO(content)).read()


def test_nobody_is_named_and_the_rest_stays():
    content = made_by_somebody()
    after = cleaned(content)
    pdf.check(io.BytesIO(after))
    with pikepdf.open(io.BytesIO(after)) as found:
        assert str(found.docinfo["/Title"]) == "Instructie"
        assert not {"/Author", "/Creator", "/Company"} & set(found.docinfo.keys())
        with found.open_metadata(set_pikepdf_as_editor=False) as about:
            assert (about["dc:title"], about["pdfaid:part"]) == ("Instructie", "2")
            assert "dc:creator" not in about
            assert "xmp:CreatorTool" not in about
        assert NAME not in str(found.Root.Metadata.read_bytes())
        assert "/PieceInfo" not in found.pages[0].obj
        assert b"De tekst" in found.pages[0].obj.Contents.read_bytes()
    assert cleaned(after) == after


@pytest.mark.parametrize("how", [{"signed": True}, {"locked": True}])
def test_what_is_signed_or_locked_stays_byte_for_byte(how):
    content = made_by_somebody(**how)
    assert cleaned(content) == content


def test_what_tells_nothing_is_not_even_looked_at(monkeypatch):
    monkeypatch.setattr(pdf, "edit", None)
    content = sample_pdfs.build({})
    assert cleaned(content) == content


def test_properties_that_cannot_be_read_go():
    content = sample_pdfs.build({})
    with pikepdf.open(io.BytesIO(content)) as made:
        made.Root.Metadata = made.make_stream(b"<x:xmpmeta>" + NAME.encode(), Type=pikepdf.Name.Metadata)
        out = io.BytesIO()
        made.save(out)
    with pikepdf.open(io.BytesIO(cleaned(out.getvalue()))) as found:
        assert "/Metadata" not in found.Root


def test_what_breaks_its_cleaner_is_refused(monkeypatch):
    monkeypatch.setattr(pdf, "edit", lambda *_, **__: None)
    with pytest.raises(ContentRefused):
        cleaned(made_by_somebody())
