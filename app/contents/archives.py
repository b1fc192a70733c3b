"""Archives (zip), the Office formats included: unpacked once, counting, before anything else may touch them."""

from __future__ import annotations

import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from lxml import etree

from app.contents.kinds import DOCX, MEBIBYTE, ODS, ODT, XLSX, ContentRefused, Kind, Limits
from app.phrases import phrase

PIECE: Final = 64 * 1024
END_SIZE: Final = 22  # bytes of the record at the end of a zip, without its remark
LONGEST_REMARK: Final = 65_535
LARGEST_LIST: Final = MEBIBYTE  # bytes of the list of parts; zipfile reads all of it, whatever count it declares
UNREADABLE: Final = phrase("This file is damaged, or not what its name says. Open it and save it again.")
PROTECTED: Final = phrase("This file is protected with a password. Save it without a password.")
UPWARDS: Final = phrase("There is a part in this file with a name that it cannot have. Open it and save it again.")
TOO_LARGE: Final = phrase("This file becomes too large when it is unpacked.")
MACROS: Final = phrase("This file holds macros (small programs). Save it without macros, or as PDF.")
TEMPLATE: Final = phrase(
    "This document takes its template from elsewhere, so that others could change what it does. Save it as PDF."
)
OUTSIDE: Final = phrase("This document fetches something from elsewhere when it is opened. Save it as PDF.")
PROGRAM: Final = phrase("There is another file or a program inside this file. Take it out, or save it as PDF.")
_UPWARDS: Final = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|^[A-Za-z]:|\0")
_MACRO_PARTS: Final = re.compile(
    r"(?:^|/)(?:vbaproject[^/]*\.bin|vbadata\.xml|macrosheets/|activex/|basic/|scripts/)", re.IGNORECASE
)
_MACRO_TYPES: Final = ("macroenabled", "vbaproject", "ms-office.activex", "intlmacrosheet")
# What lies outside and is only opened when somebody asks for it. A picture from the web is taken too: mails have them.
_ASKED_FOR: Final = {"hyperlink", "externallinkpath", "xlexternallinkpath"}
_STARTS_MACRO: Final = ("vnd.sun.star.script:", "macro:")
_PROGRAMS: Final = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_MACROS: Final = tuple(name.encode("utf-16-le") for name in ("_VBA_PROJECT", "Macros"))
_OLE_FILE: Final = "\x01Ole10Native".encode("utf-16-le")  # a wrapped file of any kind


@dataclass(slots=True)
class Budget:
    """What is left of the bounds, for an archive and all archives inside it."""

    entries: int
    expanded: int  # bytes


def recognise_office(content: IO[bytes], limits: Limits) -> Kind:
    """Which office document this zip is. Raises ContentRefused for any other zip, macros, and bombs."""
    with open_zip(content, limits) as archive:
        names = {info.filename for info in archive.infolist()}
        _check_parts(archive, Budget(limits.max_entries, limits.max_expanded), depth=limits.max_depth)
        return _kind_of(archive, names)


def open_zip(content: IO[bytes], limits: Limits) -> zipfile.ZipFile:
    """The zip, after its end record was checked. Raises ContentRefused."""
    _check_end(content, limits)
    try:
        return zipfile.ZipFile(content)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError, EOFError):
        raise ContentRefused(UNREADABLE) from None


def _check_end(content: IO[bytes], limits: Limits) -> None:
    """The list of parts is at the end, as long as it says, and small: nothing else lies before or behind the zip."""
    size = content.seek(0, 2)
    content.seek(max(0, size - END_SIZE - LONGEST_REMARK))
    tail = content.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + END_SIZE > len(tail):
        raise ContentRefused(UNREADABLE)
    count, list_size, list_at, remark = struct.unpack_from("<HIIH", tail, at + 10)
    end_at = size - len(tail) + at
    if end_at + END_SIZE + remark != size or list_at + list_size != end_at:
        raise ContentRefused(UNREADABLE)
    if count > limits.max_entries or list_size > LARGEST_LIST:
        raise ContentRefused(
            phrase("There are too many parts in this file: at most %(most)s.", most=limits.max_entries)
        )


def unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, into: IO[bytes], limit: int) -> int:
    """Write one part to `into`; gives its size. Raises ContentRefused above `limit` bytes, whatever is declared."""
    if info.flag_bits & 1:
        raise ContentRefused(PROTECTED)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ContentRefused(UNREADABLE)  # the others unpack without bound, and no office program uses them
    info.file_size = sys.maxsize  # else zipfile stops at the declared size, which a bomb declares small
    size = 0
    try:
        with archive.open(info) as part:
            while piece := part.read(PIECE):
                size += len(piece)
                if size > limit:
                    raise ContentRefused(TOO_LARGE)
                into.write(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        raise ContentRefused(UNREADABLE) from None
    return size


def _check_parts(archive: zipfile.ZipFile, budget: Budget, *, depth: int) -> None:
    _check_names(archive)
    for info in archive.infolist():
        budget.entries -= 1
        if budget.entries < 0:
            raise ContentRefused(TOO_LARGE)
        with SpooledTemporaryFile(max_size=MEBIBYTE) as part:
            budget.expanded -= unpack(archive, info, part, budget.expanded)
            _check_part(part, info.filename, budget, depth=depth)


def _check_names(archive: zipfile.ZipFile) -> None:
    """No part has a name that leads out of the document, stands in it twice, or is one of a macro."""
    seen: set[str] = set()
    for info in archive.infolist():
        name = info.orig_filename.replace("\\", "/")
        if _UPWARDS.search(name) or name.lower() in seen:
            raise ContentRefused(UPWARDS)
        if _MACRO_PARTS.search(name):
            raise ContentRefused(MACROS)
        seen.add(name.lower())


def _check_part(part: IO[bytes], name: str, budget: Budget, *, depth: int) -> None:
    part.seek(0)
    head = part.read(PIECE)
    _check_words(part, name)
    if head.startswith(_PROGRAMS):
        raise ContentRefused(PROGRAM)
    if head.startswith(_OLE):
        _check_ole(part)
    if head.startswith(b"PK\x03\x04"):
        _check_inner(part, budget, depth=depth)


class _Relations:
    """Reads which part is what, and what lies outside."""

    def start(self, _tag: str, attributes: Mapping[str, str]) -> None:
        """An element opens."""
        values = {name.rpartition("}")[2].lower(): value.lower() for name, value in attributes.items()}
        if any(word in value for word in _MACRO_TYPES for value in values.values()):
            raise ContentRefused(MACROS)
        kind, target = values.get("type", "").rpartition("/")[2], values.get("target", "").strip()
        if values.get("targetmode", "").strip() != "external" or kind in _ASKED_FOR:
            return
        if kind != "image" or not target.startswith(("http://", "https://")):
            raise ContentRefused(TEMPLATE if kind == "attachedtemplate" else OUTSIDE)

    def close(self) -> None:
        """The part ends."""


class _Scripts:
    """Reads whether something in a text or a sheet of OpenDocument starts a macro."""

    def start(self, _tag: str, attributes: Mapping[str, str]) -> None:
        """An element opens."""
        if any(value.strip().lower().startswith(_STARTS_MACRO) for value in attributes.values()):
            raise ContentRefused(MACROS)

    def close(self) -> None:
        """The part ends."""


# Which parts are read whole, by a parser: spaces, another alphabet or an entity hides nothing from it.
_READ_WHOLE: Final = (
    (".rels", _Relations),
    ("[content_types].xml", _Relations),
    ("content.xml", _Scripts),
    ("styles.xml", _Scripts),
)


def _check_words(part: IO[bytes], name: str) -> None:
    reader = next((reader for ending, reader in _READ_WHOLE if name.lower().endswith(ending)), None)
    if reader is None:
        return
    target: Any = reader()  # the stubs want a tree to be built
    parser = etree.XMLParser(target=target, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    part.seek(0)
    try:
        while piece := part.read(PIECE):
            parser.feed(piece)
        parser.close()
    except (etree.XMLSyntaxError, ValueError):
        raise ContentRefused(UNREADABLE) from None


def _check_ole(part: IO[bytes]) -> None:
    """An object inside a document, such as a drawing: not with macros, and not a wrapped file of any kind."""
    part.seek(0)
    content = part.read()
    if _OLE_FILE in content:
        raise ContentRefused(PROGRAM)
    if any(name in content for name in _OLE_MACROS):
        raise ContentRefused(MACROS)


def _check_inner(part: IO[bytes], budget: Budget, *, depth: int) -> None:
    if depth < 1:
        raise ContentRefused(phrase("There are archives inside archives in this file. Unpack them first."))
    with open_zip(part, Limits(max_entries=budget.entries)) as archive:
        _check_parts(archive, budget, depth=depth - 1)


def _kind_of(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return DOCX
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return XLSX
    if "mimetype" in names and "content.xml" in names:
        declared = archive.read("mimetype")[:100].decode("ascii", "replace").strip()
        for kind in (ODT, ODS):
            if declared == kind.media_type:
                return kind
    raise ContentRefused(phrase("This is an archive (zip) and no document. Unpack it and choose the files in it."))
