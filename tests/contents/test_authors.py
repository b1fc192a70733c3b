"""A document is kept without the names of who made it; its text, its order and its signatures stay as they were."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from PIL import Image

from app.contents import ContentRefused, authors, recognise
from app.contents.kinds import DOCX, ODT, XLSX
from tests.contents.test_photos import exif_of, picture
from tests.support.files import sample_files

NAME, COMPANY = "Fatma Yilmaz-de Boer", "Drukkerij Geheim BV"
CORE = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>Instructie</dc:title><dc:creator>{NAME}</dc:creator>
<cp:lastModifiedBy>{NAME}</cp:lastModifiedBy>
<dcterms:created xsi:type="dcterms:W3CDTF">2026-03-18T07:30:00Z</dcterms:created></cp:coreProperties>"""
APP = f"""<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">
<Template>C:\\Users\\{NAME}\\Brief.dotx</Template><Pages>3</Pages><Manager>{NAME}</Manager><Company>{COMPANY}</Company>
</Properties>"""
CUSTOM = f"""<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
 xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property fmtid="{{D5CDD505}}" pid="2"
 name="MSIP_Label_Owner"><vt:lpwstr>{NAME}</vt:lpwstr></property></Properties>"""
META = f"""<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xlink="http://www.w3.org/1999/xlink"><office:meta><meta:initial-creator>{NAME}</meta:initial-creator>
<dc:creator>{NAME}</dc:creator><meta:printed-by>{NAME}</meta:printed-by><dc:title>Instructie</dc:title>
<meta:template xlink:href="file:///home/{NAME}/brief.ott" xlink:title="x"/>
<meta:user-defined meta:name="Eigenaar">{NAME}</meta:user-defined></office:meta></office:document-meta>"""
RELATIONS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r"
 Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="/package/x.psmdcp"
/></Relationships>"""


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


def cleaned(content: bytes) -> bytes:
    return authors.clean(io.BytesIO(content)).read()


def photo() -> bytes:
    out = io.BytesIO()
    picture().save(out, "JPEG", exif=exif_of(6))
    return out.getvalue()


def word(**more: bytes | str) -> bytes:
    named = {"docProps__core_dot_xml": CORE, "docProps__app_dot_xml": APP, "docProps__custom_dot_xml": CUSTOM}
    return sample_files.docx(**{**named, **more})


def text(**more: bytes | str) -> bytes:
    parts = {"mimetype": ODT.media_type, "content.xml": "<office/>", "meta.xml": META, **more}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 18, 7, 30, 0)), content, compress_type=how)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (word(), DOCX),
        (text(), ODT),
        (
            sample_files.zipped({**parts_of(sample_files.xlsx()), "docProps/core.xml": CORE, "DocProps/App.xml": APP}),
            XLSX,
        ),
        (sample_files.docx(_rels___dot_rels=RELATIONS, package__x_dot_psmdcp=CORE), DOCX),
    ],
    ids=["docx", "odt", "xlsx", "a part at another place"],
)
def test_no_name_is_left_and_the_document_is_one_still(content: bytes, kind: Any) -> None:
    before, after = parts_of(content), parts_of(cleaned(content))
    assert NAME.encode() in b"".join(before.values())
    assert not [name for name, part in after.items() if NAME.encode() in part or COMPANY.encode() in part]
    assert list(after) == list(before), "each part, in its order"
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {
        "docProps/core.xml",
        "docProps/app.xml",
        "docProps/custom.xml",
        "meta.xml",
        "DocProps/App.xml",
        "package/x.psmdcp",
    }
    assert all(b"Instructie" in after[name] for name in after if b"Instructie" in before[name]), "the title stays"
    assert recognise(io.BytesIO(cleaned(content))) is kind
    assert cleaned(cleaned(content)) == cleaned(content), "a second time changes nothing"


def test_a_document_without_names_is_kept_byte_for_byte() -> None:
    for content in (sample_files.docx(), sample_files.odt(), sample_files.xlsx()):
        assert cleaned(content) == content


@pytest.mark.parametrize(
    "content",
    [word(_xmlsignatures__sig1_dot_xml="<x/>"), text(**{"META-INF/documentsignatures.xml": "<x/>"})],
    ids=["Office", "OpenDocument"],
)
def test_a_signed_document_is_kept_as_it_was_signed(content: bytes) -> None:
    assert cleaned(content) == content


def test_a_text_stays_packed_as_its_readers_want_it() -> None:
    """The first part of an OpenDocument is its kind, not compressed (ODF 1.3 part 2, 3.3)."""
    after = cleaned(text())
    assert after[30:].startswith(b"mimetype" + ODT.media_type.encode())
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        assert [info.compress_type for info in archive.infolist()][:2] == [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]
        assert {info.date_time for info in archive.infolist()} == {(2026, 3, 18, 7, 30, 0)}


@pytest.mark.parametrize("place", ["word/media/image1.jpg", "Pictures/1.jpg"])
def test_a_photo_in_a_document_does_not_tell_where_it_was_taken_and_lies_as_it_lay(place: str) -> None:
    made = word if place.startswith("word") else text
    content = made(**({place.replace("/", "__").replace(".", "_dot_"): photo()} if made is word else {place: photo()}))
    after = parts_of(cleaned(content))[place]
    assert b"Exif" in photo()
    assert b"Exif" not in after
    assert Image.open(io.BytesIO(after)).size == picture().size, "not turned: the document says how it lies"


def test_a_damaged_photo_stays_and_damaged_properties_are_refused() -> None:
    broken = sample_files.jpeg()[:30]
    content = word(word__media__image1_dot_jpg=broken)
    assert parts_of(cleaned(content))["word/media/image1.jpg"] == broken
    with pytest.raises(ContentRefused):
        cleaned(word(docProps__core_dot_xml=CORE[:-20]))


def test_entities_in_the_properties_are_not_unfolded() -> None:
    bomb = f'<!DOCTYPE x [<!ENTITY a "{"x" * 1000}"><!ENTITY b "{"&a;" * 1000}">]>'
    head, _, rest = CORE.partition("?>\n")
    content = word(docProps__core_dot_xml=f"{head}?>{bomb}{rest.replace('Instructie', '&b;')}")
    with pytest.raises(ContentRefused):
        cleaned(content)
