"""The kinds of files that the portal takes, and the bounds on each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.phrases import Phrase

MEBIBYTE: Final = 1024 * 1024


class ContentRefused(Exception):
    """The portal does not take this file; `text` says why and what to do."""

    def __init__(self, text: Phrase) -> None:
        super().__init__(str(text))
        self.text = text


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: how people call it, its media type, and the endings that fit (the first is the usual one)."""

    name: str
    media_type: str
    endings: tuple[str, ...]

    @property
    def is_image(self) -> bool:
        """Whether a page can show it."""
        return self.media_type.startswith("image/")


_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = "application/vnd.oasis.opendocument."

PDF: Final = Kind("PDF", "application/pdf", ("pdf",))
DOCX: Final = Kind("Word", f"{_OFFICE}wordprocessingml.document", ("docx",))
XLSX: Final = Kind("Excel", f"{_OFFICE}spreadsheetml.sheet", ("xlsx",))
ODT: Final = Kind("OpenDocument", f"{_ODF}text", ("odt",))
ODS: Final = Kind("OpenDocument", f"{_ODF}spreadsheet", ("ods",))
JPEG: Final = Kind("JPEG", "image/jpeg", ("jpg", "jpeg"))
PNG: Final = Kind("PNG", "image/png", ("png",))
GIF: Final = Kind("GIF", "image/gif", ("gif",))
WEBP: Final = Kind("WebP", "image/webp", ("webp",))

OFFICE: Final = (DOCX, XLSX, ODT, ODS)
IMAGES: Final = (JPEG, PNG, GIF, WEBP)
DOCUMENTS: Final = (PDF, *OFFICE, *IMAGES)  # also what an attachment may be
BY_MEDIA_TYPE: Final = {kind.media_type: kind for kind in DOCUMENTS}


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what a file unfolds to.

    - `max_entries`, `max_expanded` (bytes): of an archive and all archives inside it together. A report full of photos
      has some hundreds of parts, and photos hardly shrink: a file of 20 MB unfolds to 30, a large sheet to 80;
    - `max_depth`: archives inside archives; a sheet inside a letter is one;
    - `max_pixels`: a phone makes photos of 12 to 50 million; a picture of 60 million takes 240 MB when shown.
    """

    max_entries: int = 2_000
    max_expanded: int = 100 * MEBIBYTE
    max_depth: int = 1
    max_pixels: int = 60_000_000
