"""Office documents without what nobody sees in them: who made them, from which template, where their photos were taken.

The parts with the text stay as they are, byte for byte. A document in which there is nothing of this is not touched at
all; neither is a signed one, whose signature would break: who signs means to be known. Formats: ISO 29500-2 (parts of
Office), OASIS ODF 1.3 part 3 (`meta.xml`).
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import IO, Any, Final

from lxml import etree

from app.contents import photos
from app.contents.archives import UNREADABLE, open_zip, unpack
from app.contents.images import kind_of_image
from app.contents.kinds import MEBIBYTE, ContentRefused, Limits

# Names of elements, in whatever namespace. Of a template the path tells the user name of who made the document.
EMPTIED: Final = {"creator", "lastModifiedBy", "initial-creator", "printed-by", "Company", "Manager", "Template"}
TAKEN_OUT: Final = {"template", "user-defined"}  # of ODF: attributes hold the names
CUSTOM: Final = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
USUAL_PARTS: Final = {"docprops/core.xml", "docprops/app.xml", "docprops/custom.xml", "meta.xml"}
ABOUT: Final = ("/core-properties", "/extended-properties", "/custom-properties")  # how the types of relations end
SIGNED: Final = re.compile(r"^_xmlsignatures/|^META-INF/[^/]*signatures[^/]*\.xml$", re.IGNORECASE)
PICTURES: Final = re.compile(r"(?:^|/)(?:media|Pictures)/[^/]+$", re.IGNORECASE)


def clean(content: IO[bytes], limits: Limits | None = None) -> IO[bytes]:
    """The same document without names of people; `content` itself where there are none. Raises ContentRefused.

    It was recognised (`archives.recognise_office`): what it unfolds to is bounded.
    """
    bounds = limits or Limits()
    with open_zip(content, bounds) as archive:
        names = [info.filename for info in archive.infolist()]
        changed = {} if any(map(SIGNED.search, names)) else dict(_changed_parts(archive, bounds))
        if changed:
            return _written_again(archive, changed, bounds)
    content.seek(0)
    return content


def _changed_parts(archive: zipfile.ZipFile, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """The parts that become something else, with what they become."""
    about = _parts_about(archive, limits)
    for info in archive.infolist():
        is_about, is_picture = info.filename.lower() in about, PICTURES.search(info.filename)
        if is_about or is_picture:
            part = _read(archive, info, limits)
            clean_part = _without_names(part) if is_about else _without_traces(part)
            if clean_part != part:
                yield info.filename, clean_part


def _parts_about(archive: zipfile.ZipFile, limits: Limits) -> set[str]:
    """The parts that say things about the document, in small letters: at the usual place, or where a relation says."""
    found = set(USUAL_PARTS)
    for info in archive.infolist():
        if info.filename.lower() == "_rels/.rels":
            for relation in _parse(_read(archive, info, limits)).iter():
                if str(relation.get("Type", "")).lower().endswith(ABOUT):
                    found.add(posixpath.normpath(str(relation.get("Target", ""))).lstrip("/").lower())
    return found


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits) -> bytes:
    part = io.BytesIO()
    unpack(archive, info, part, limits.max_expanded)
    return part.getvalue()


def _parse(part: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(part, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        raise ContentRefused(UNREADABLE) from None


def _without_names(part: bytes) -> bytes:
    root = _parse(part)
    if etree.QName(root).namespace == CUSTOM:
        doomed, emptied = list(root), []
    else:
        doomed, emptied = _named(root, TAKEN_OUT), _named(root, EMPTIED)
        emptied = [element for element in emptied if len(element) or element.text]
    if not doomed and not emptied:
        return part
    for element in emptied:
        tail = element.tail
        element.clear()
        element.tail = tail
    for element in doomed:
        element.getparent().remove(element)
    return bytes(etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True))


def _named(root: Any, names: set[str]) -> list[Any]:
    return [element for element in root.iter(etree.Element) if etree.QName(element).localname in names]


def _without_traces(part: bytes) -> bytes:
    """A photo in a document, not turned: the document says how it lies. What is damaged stays."""
    kind = kind_of_image(part)
    try:
        return part if kind is None else photos.strip(part, kind)
    except ContentRefused:
        return part


def _written_again(archive: zipfile.ZipFile, changed: dict[str, bytes], limits: Limits) -> IO[bytes]:
    """The document with these parts in place of its own; the others in the same order, packed as they were."""
    written = TemporaryFile()  # noqa: SIM115 (who keeps it closes it)
    with zipfile.ZipFile(written, "w") as copy:
        for info in archive.infolist():
            fresh = zipfile.ZipInfo(info.filename, info.date_time)
            fresh.compress_type, fresh.external_attr = info.compress_type, info.external_attr
            if info.filename in changed:
                copy.writestr(fresh, changed[info.filename])
                continue
            with SpooledTemporaryFile(max_size=MEBIBYTE) as part:
                unpack(archive, info, part, limits.max_expanded)
                part.seek(0)
                with copy.open(fresh, "w") as target:
                    while piece := part.read(MEBIBYTE):
                        target.write(piece)
    written.seek(0)
    return written
