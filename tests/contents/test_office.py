"""Word, Excel and OpenDocument: every part is read whole, fetches nothing by itself and stays inside."""

from __future__ import annotations

import io

import pytest

from app.contents import ContentRefused, recognise
from tests.contents.refused import reason
from tests.support.files import sample_files as files
from tests.support.files.sample_files import WORD_TYPES

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SETTINGS = "word__" + "_rels__settings_dot_xml_dot_rels"


def relation(kind: str, target: str, *, mode: str = "External", padding: str = "") -> str:
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    inner = f'<Relationship Id="rId1" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    return f'<Relationships xmlns="{relations}">{padding}{inner}</Relationships>'


def letter(relations: str | bytes, part: str = SETTINGS) -> bytes:
    return files.docx(**{part: relations})


TEMPLATES = {
    "on the web": letter(relation("attachedTemplate", "https://a.example/b.dotm")),
    "on a share": letter(relation("attachedTemplate", "file:///\\\\a.example\\b.dotm")),
    "on a disk": letter(relation("attachedTemplate", "file:///C:/sjablonen/brief.dotx")),
    "behind 200 kB of spaces": letter(relation("attachedTemplate", "x", padding=" " * 200_000)),
    "behind a remark": letter(relation("attachedTemplate", "x", padding="<!--" + "x" * 100_000 + "-->")),
    "in another alphabet": letter(relation("attachedTemplate", "x").encode("utf-16")),
    "in letters as numbers": letter(relation("attached&#84;emplate", "x").replace("External", "&#69;xternal")),
    "in capitals": letter(relation("ATTACHEDTEMPLATE", "x").replace("External", "EXTERNAL")),
    "under a prefix": letter(
        relation("attachedTemplate", "x")
        .replace("<Rel", "<p:Rel")
        .replace("</Rel", "</p:Rel")
        .replace("xmlns=", "xmlns:p=")
    ),
    "of another part": letter(relation("attachedTemplate", "x"), "word___rels__document_dot_xml_dot_rels"),
    "in a letter inside": files.docx(word__embeddings__a_dot_docx=letter(relation("attachedTemplate", "x"))),
    "under a name with capitals": letter(relation("attachedTemplate", "x"), "word___RELS__SETTINGS_dot_XML_dot_RELS"),
}


@pytest.mark.parametrize("content", TEMPLATES.values(), ids=list(TEMPLATES))
def test_a_template_from_elsewhere_is_refused(content: bytes):
    assert "template from elsewhere" in reason(content)


@pytest.mark.parametrize(
    "kind", ["oleObject", "frame", "subDocument", "aFChunk", "mailMergeSource", "image", "package"]
)
def test_what_is_fetched_from_elsewhere_by_itself_is_refused(kind: str):
    assert "from elsewhere" in reason(letter(relation(kind, "file:///\\\\a.example\\x")))


@pytest.mark.parametrize(
    "relations",
    [
        relation("hyperlink", "https://voorbeeldstad.example"),
        relation("hyperlink", "mailto:team@voorbeeldstad.example"),
        relation("image", "https://voorbeeldstad.example/logo.png"),
        relation("externalLinkPath", "Kosten.xlsx"),
        relation("attachedTemplate", "template.xml", mode="Internal"),
    ],
)
def test_links_of_every_day_are_taken(relations: str):
    assert recognise(io.BytesIO(letter(relations))).name == "Word"


def typed(kind: str, padding: str = "") -> bytes:
    types = f"<Types>{padding}<Override PartName='/word/document.xml' ContentType='{kind}'/></Types>"
    return files.zipped({"[Content_Types].xml": types, "word/document.xml": "<x/>"})


MACROS = {
    "behind spaces": typed("application/vnd.ms-word.document.macroEnabled.main+xml", " " * 200_000),
    "in letters as numbers": typed("application/vnd.ms-word.document.macro&#69;nabled.main+xml"),
    "in another alphabet": files.zipped(
        {
            "[Content_Types].xml": "<T><D ContentType='application/vnd.ms-office.vbaProject'/></T>".encode("utf-16"),
            "word/document.xml": "<x/>",
        }
    ),
    "a relation": letter(relation("x", "vbaProject.bin", mode="Internal", padding=" " * 100_000)),
    "a name with a backslash": files.zipped(
        {"[Content_Types].xml": "<T/>", "word/document.xml": "<x/>", "word\\vbaProject.bin": "x"}
    ),
    "an act in a text": files.zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": "<o xmlns:x='x'>" + " " * 100_000 + "<l x:href='vnd.sun.star.script:a?language=Basic'/></o>",
        }
    ),
    "an act in a style": files.zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": "<o/>",
            "styles.xml": "<o xmlns:x='x'><l x:href='&#118;nd.sun.star.script:a'/></o>",
        }
    ),
    "an old act": files.zipped(
        {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<o h='macro:///Standard.a.b()'/>"}
    ),
}


@pytest.mark.parametrize("content", MACROS.values(), ids=list(MACROS))
def test_macros_are_seen_however_they_are_hidden(content: bytes):
    assert "macros" in reason(content)


NAMES = [
    "../evil.xml",
    "word/../../evil.xml",
    "/etc/passwd",
    "..\\evil.xml",
    "word\\..\\..\\evil.xml",
    "C:/evil.xml",
    "c:evil.xml",
    "\\\\server\\evil.xml",
    "word/..",
    "word/DOCUMENT.xml",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leads_out_of_the_document_or_stands_in_it_twice_is_refused(name: str):
    assert "name that it cannot have" in reason(
        files.zipped(
            {
                "[Content_Types].xml": f"<Types><Override ContentType='{WORD_TYPES}'/></Types>",
                "word/document.xml": "<x/>",
                name: "x",
            }
        )
    )


def test_a_name_with_a_nul_is_refused():
    content = files.docx(word__evilXxml="x").replace(b"word/evilXxml", b"word/evil\0xml")
    assert "name that it cannot have" in reason(content)


@pytest.mark.parametrize(
    "name", ["word/a..b.xml", "word/....xml", "word/media/foto (1).png", "word/média.png", "word\\a.xml"]
)
def test_names_that_are_only_odd_are_taken(name: str):
    parts = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>", name: "x"}
    assert recognise(io.BytesIO(files.zipped(parts))).name == "Word"


@pytest.mark.parametrize(
    "broken", ["<Types>", "no xml", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>", ""]
)
def test_a_list_of_parts_that_cannot_be_read_is_refused(broken: str):
    assert "damaged" in reason(files.zipped({"[Content_Types].xml": broken, "word/document.xml": "<x/>"}))


def test_entities_that_unfold_without_end_are_refused():
    lol = "".join(f"<!ENTITY l{n + 1} '{f'&l{n};' * 10}'>" for n in range(9))
    types = f"<!DOCTYPE a [<!ENTITY l0 'lol'>{lol}]><a b='&l9;'>&l9;</a>"
    with pytest.raises(ContentRefused):
        recognise(io.BytesIO(files.zipped({"[Content_Types].xml": types, "word/document.xml": "<x/>"})))


@pytest.mark.parametrize("parts", [1, 4])
def test_a_document_that_unfolds_to_more_than_100_mb_is_refused(parts: int):
    inside = {f"word__media__image{n}_dot_bmp": b"\0" * (101 * 1024 * 1024 // parts + 1) for n in range(parts)}
    content = files.docx(**inside)
    assert len(content) < 200_000
    assert "too large when it is unpacked" in reason(content)


def test_a_document_of_very_many_elements_is_read_in_little_memory():
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    text = "<o>" + "<a b='1'/>" * 1_000_000 + "</o>"
    content = files.zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": text})
    assert recognise(io.BytesIO(content)).name == "OpenDocument"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB
