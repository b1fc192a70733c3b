"""Recognising a file by its first bytes, and then looking whether it is whole and harmless."""

from __future__ import annotations

from typing import IO, Final

import puremagic

from app.contents import archives, images, pdf
from app.contents.kinds import PDF, ContentRefused, Kind, Limits
from app.phrases import phrase

HEAD: Final = 2048  # bytes; enough for the names of all kinds
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WEB: Final = (".html", ".htm", ".svg", ".xhtml", ".xml", ".js", ".php")


def recognise(content: IO[bytes], limits: Limits | None = None) -> Kind:
    """The kind of the file, checked from its first to its last byte. Raises ContentRefused.

    `content` can be moved in; it stands anywhere afterwards.
    """
    bounds = limits or Limits()
    content.seek(0)
    head = content.read(HEAD)
    if head.startswith(b"%PDF-"):
        pdf.check(content)
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return archives.recognise_office(content, bounds)
    image = images.kind_of_image(head)
    if image is not None:
        images.check(content, image, bounds)
        return image
    raise _refusal(head)


def _refusal(head: bytes) -> ContentRefused:
    """Why not, in the words that help most."""
    if head.startswith(OLE):
        return ContentRefused(
            phrase(
                "This is an old Word or Excel file, or one with a password. Save it without a "
                "password as .docx, .xlsx or PDF."
            )
        )
    found = _guess(head)
    if found in _WEB or _is_markup(head):
        return ContentRefused(
            phrase(
                "This is a web page or a drawing in code (HTML or SVG), whatever its name says. "
                "Such files are not taken. Save it as PDF."
            )
        )
    if found in (".heic", ".heif", ".avif"):
        return ContentRefused(
            phrase(
                "Photos in this form (%(kind)s) cannot be seen everywhere. Save it as JPEG.",
                kind=found.lstrip(".").upper(),
            )
        )
    return ContentRefused(phrase("Files of this kind are not taken."))


def _guess(head: bytes) -> str:
    if head[4:8] == b"ftyp":  # ISO media: the brand says which
        return ".heic" if head[8:12] in (b"heic", b"heix", b"mif1", b"hevc", b"msf1") else ".mp4"
    try:
        return str(puremagic.from_string(head))
    except (puremagic.PureError, ValueError):
        return ""


def _is_markup(head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n\0").lower()
    return start.startswith((b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<!--", b"<body", b"<head"))
