"""What a file is goes by its content, and what may be harmful is refused."""

from __future__ import annotations

import io
import zipfile

import pytest

from app.contents import Limits, recognise
from tests.contents.refused import reason
from tests.support.files import sample_files as files


def look(content: bytes, limits: Limits | None = None) -> str:
    return recognise(io.BytesIO(content), limits).media_type.rpartition("/")[2].rpartition(".")[2]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (files.pdf(), "pdf"),
        (files.docx(), "document"),
        (files.xlsx(), "sheet"),
        (files.odt(), "text"),
        (files.png(), "png"),
        (files.jpeg(), "jpeg"),
        (files.gif(), "gif"),
        (files.webp(), "webp"),
    ],
)
def test_each_kind_is_recognised_by_its_content(content: bytes, kind: str):
    assert look(content) == kind


def test_a_sheet_inside_a_letter_is_taken():
    assert look(files.docx(word__embeddings__sheet_dot_xlsx=files.xlsx())) == "document"


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body>hello</body></html>",
        b"  <!DOCTYPE html><p>",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"\xef\xbb\xbf<script>alert(1)</script>",
    ],
)
def test_web_pages_and_drawings_in_code_are_refused_with_what_they_are(content: bytes):
    assert "HTML or SVG" in reason(content)


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.4\n<html><script>alert(1)</script></html>",
        b"%PDF-1.4\n<html><script>alert(1)</script> startxref 0 %%EOF",
        b"%PDF-1.4\nnothing more",
        b"%PDF-oops" + files.pdf(),
    ],
)
def test_what_only_starts_like_a_pdf_is_refused(content: bytes):
    assert "not a PDF" in reason(content)


def test_a_pdf_behind_something_else_is_refused():
    assert reason(b"GARBAGE" + files.pdf())


def test_a_pdf_with_an_archive_behind_it_is_refused():
    assert "Behind the end" in reason(files.pdf() + b"PK\x03\x04 and so on")


def test_a_pdf_that_starts_a_program_is_refused():
    assert "program" in reason(files.pdf().replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /Launch >>"))


@pytest.mark.parametrize(
    "parts",
    [
        {"word__vbaProject_dot_bin": b"x"},
        {"xl__macrosheets__sheet1_dot_xml": b"x"},
        {"word__activeX__activeX1_dot_xml": b"x"},
        {
            "word__embeddings__oleObject1_dot_bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + "_VBA_PROJECT".encode("utf-16-le")
        },
    ],
)
def test_macros_are_refused(parts: dict[str, bytes]):
    assert "macros" in reason(files.docx(**parts))


def test_a_macro_document_that_hides_its_macro_part_is_refused():
    types = "<Types><Override ContentType='application/vnd.ms-word.document.macroEnabled.main+xml'/></Types>"
    assert "macros" in reason(files.zipped({"[Content_Types].xml": types, "word/document.xml": "<x/>"}))


def test_macros_in_a_sheet_inside_a_letter_are_refused():
    inner = files.zipped({"xl/workbook.xml": "<x/>", "xl/vbaProject.bin": b"x"})
    assert "macros" in reason(files.docx(word__embeddings__sheet_dot_xlsx=inner))


def test_macros_of_libreoffice_are_refused():
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": "<x/>",
        "Basic/Standard/a.xml": "<x/>",
    }
    assert "macros" in reason(files.zipped(parts))


@pytest.mark.parametrize("start", [b"MZ\x90\0", b"\x7fELF\x02"])
def test_a_program_inside_a_document_is_refused(start: bytes):
    assert "program" in reason(files.docx(word__media__image1_dot_png=start))


def test_a_wrapped_file_inside_a_document_is_refused():
    wrapped = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "\x01Ole10Native".encode("utf-16-le")
    assert "Take it out" in reason(files.docx(word__embeddings__oleObject1_dot_bin=wrapped))


def test_a_bomb_that_declares_a_small_size_is_refused():
    assert "too large when it is unpacked" in reason(files.bomb(3_000_000), Limits(max_expanded=1_000_000))


def test_many_parts_are_refused_before_they_are_read():
    parts = {f"word/media/{number}.png": b"" for number in range(60)}
    assert "too many parts" in reason(files.zipped(parts), Limits(max_entries=50))


def test_parts_of_archives_inside_count_too():
    inner = files.zipped({f"{number}.xml": b"" for number in range(40)})
    assert reason(files.docx(word__a_dot_xlsx=inner, word__b_dot_xlsx=inner), Limits(max_entries=60))


def test_archives_inside_archives_inside_archives_are_refused():
    inner = files.zipped({"deeper.zip": files.zipped({"a": b"1"})})
    assert "archives inside archives" in reason(files.docx(word__a_dot_xlsx=inner))


def test_a_zip_that_is_no_document_is_refused():
    assert "no document" in reason(files.zipped({"letter.txt": b"x"}))


def test_a_zip_with_something_behind_its_end_is_refused():
    assert "damaged" in reason(files.docx() + b"<html>")


def test_a_protected_part_is_refused():
    content = bytearray(files.docx())
    archive = zipfile.ZipFile(io.BytesIO(bytes(content)))
    content[archive.infolist()[0].header_offset + 6] |= 1
    at = content.rfind(b"PK\x01\x02", 0, content.rfind(b"PK\x01\x02"))
    content[at + 8] |= 1
    assert "password" in reason(bytes(content))


def test_old_office_files_are_refused_with_what_to_do():
    assert ".docx" in reason(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


@pytest.mark.parametrize("make", [files.png, files.jpeg, files.gif, files.webp])
def test_an_image_with_too_many_pixels_is_refused(make):
    assert "pixels" in reason(make(1200, 1200), Limits(max_pixels=1_000_000))
    assert look(make(900, 900), Limits(max_pixels=1_000_000))


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\nrubbish", b"\xff\xd8\xff", b"\xff\xd8\xff\xe0\x00\x01xx", b"GIF89a"]
)
def test_a_damaged_image_is_refused(content: bytes):
    assert "damaged" in reason(content)


def test_a_photo_of_a_telephone_in_its_own_form_is_told_to_be_a_jpeg():
    assert "JPEG" in reason(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")


def test_anything_else_is_refused():
    assert reason(b"just text") == "Files of this kind are not taken."
