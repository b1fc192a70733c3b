"""The parts of a spreadsheet that is a zip (.xlsx, .ods), each unpacked within bounds and checked before use."""

from __future__ import annotations

import io
import posixpath
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lxml import etree

from app.importing.faults import FileRefused
from app.importing.limits import MEBIBYTE, Limits
from app.phrases import phrase

UNREADABLE: Final = phrase(
    "The spreadsheet is damaged or of an unknown make. Open it in Excel or LibreOffice and save it again as .xlsx."
)
PROTECTED: Final = phrase("The spreadsheet is protected with a password. Save it without a password.")
LARGEST_TREE: Final = 8 * MEBIBYTE
# No DTD, no entities, no network, no depth or size beyond what libxml2 finds normal.
SAFE_XML: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,
}


class Package:
    """A zip; its parts by path in small letters, with forward slashes whatever the writer used."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Raises FileRefused."""
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError):
            raise FileRefused(UNREADABLE) from None
        infos = self._archive.infolist()
        if len(infos) > limits.max_entries:
            raise FileRefused(UNREADABLE)
        self._limit = limits.max_expanded
        self._infos = {info.filename.replace("\\", "/").lower().lstrip("/"): info for info in infos}
        self._all = infos

    @property
    def paths(self) -> frozenset[str]:
        """In small letters, with forward slashes."""
        return frozenset(self._infos)

    def unpack_all(self) -> Iterator[tuple[str, bytes]]:
        """Name and content of every part, also of two with one name. Raises FileRefused.

        Together they stay below `max_expanded`.
        """
        left = self._limit
        for info in self._all:
            content = self._unpack(info, left)
            left -= len(content)
            yield info.filename, content

    def with_parts(self, mended: Mapping[str, bytes]) -> bytes:
        """The same zip with these parts in place of its own, by their name as it is there."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, content in self.unpack_all():
                archive.writestr(name, mended.get(name, content))
        return out.getvalue()

    def read(self, path: str) -> bytes:
        """The content of a part, in any case; empty where there is none. Raises FileRefused."""
        info = self._infos.get(path.lower().lstrip("/"))
        return b"" if info is None else self._unpack(info, self._limit)

    def _unpack(self, info: zipfile.ZipInfo, limit: int) -> bytes:
        """The content of one entry, at most `limit` bytes whatever size the zip declares."""
        if info.flag_bits & 1:
            raise FileRefused(PROTECTED)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise FileRefused(UNREADABLE)  # the others unpack without bound, and no spreadsheet uses them
        info.file_size = sys.maxsize  # else zipfile stops at the declared size, which a bomb declares small
        try:
            with self._archive.open(info) as entry:
                content = entry.read(limit + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
            raise FileRefused(UNREADABLE) from None
        if len(content) > limit:
            raise FileRefused(phrase("The spreadsheet becomes too large when it is unpacked."))
        return content


def parse_part(content: bytes) -> etree._Element | None:
    """The root of a small part; None for what is no XML, or so large that its tree would take gigabytes."""
    if not content or len(content) > LARGEST_TREE:
        return None
    try:
        return etree.fromstring(content, etree.XMLParser(**SAFE_XML))
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return None


def sheet_parts(package: Package) -> dict[str, str]:
    """Name of the sheet → path of its part, in a .xlsx."""
    workbook = next((path for path in _targets(package, "").values() if "workbook" in path), "xl/workbook.xml")
    targets, root = _targets(package, workbook), parse_part(package.read(workbook))
    sheets = () if root is None else root.iter("{*}sheet")
    keys = ((str(sheet.get("name")), _relation(sheet)) for sheet in sheets)
    return {name: targets[key] for name, key in keys if key in targets}


def _relation(sheet: etree._Element) -> str:
    return next((str(value) for key, value in sheet.attrib.items() if str(key).endswith("}id")), "")


def _targets(package: Package, path: str) -> dict[str, str]:
    """Key → path of what the part at `path` refers to; the package itself is the empty path."""
    folder, name = posixpath.split(path)
    root = parse_part(package.read(posixpath.join(folder, "_rels", f"{name}.rels")))
    found = () if root is None else root.iter("{*}Relationship")
    pairs = ((str(relation.get("Id")), str(relation.get("Target", "")).replace("\\", "/")) for relation in found)
    return {key: posixpath.normpath(posixpath.join("/", folder, target)).lower()[1:] for key, target in pairs}
