"""Whether a PDF keeps PDF/A-2a and PDF/UA-1, as `page-validation` judges it, but for one thing that it misreads."""

from __future__ import annotations

import re
from typing import Final

import page

PROFILES: Final = (page.ValidationProfile.PDF_A_2A, page.ValidationProfile.PDF_UA_1)
MISREAD: Final = "PDFA2A-STREAM-LENGTH-001"
_STREAM: Final = re.compile(rb"/Length (\d+)[^>]*>>\s*stream\r?\n")


def find_faults(pdf: bytes) -> list[str]:
    """What is wrong, in words; nothing where both standards are kept.

    Of a stream whose data ends with a carriage return the validator takes that for a part of the end of the line, one
    in some hundred letters: then the lengths are counted here.
    """
    found = [failure for profile in PROFILES for failure in page.validate_pdf_bytes(pdf, profile=profile).failures]
    return [failure.message for failure in found if failure.rule_id != MISREAD or not _has_right_lengths(pdf)]


def _has_right_lengths(pdf: bytes) -> bool:
    ends = [stream.end() + int(stream[1]) for stream in _STREAM.finditer(pdf)]
    return all(pdf[end : end + 10] == b"\nendstream" for end in ends)
