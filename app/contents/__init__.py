"""What a file really is, by its content and never by its name; and what no file of the portal may hold. A leaf."""

from __future__ import annotations

from app.contents.kinds import DOCUMENTS, IMAGES, PDF, ContentRefused, Kind, Limits
from app.contents.look import recognise

__all__ = ["DOCUMENTS", "IMAGES", "PDF", "ContentRefused", "Kind", "Limits", "recognise"]
