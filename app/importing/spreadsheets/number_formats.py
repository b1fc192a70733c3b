"""Number formats that show zeros: the value 12345 as 0000012345, which a person takes for the member number."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

LONGEST: Final = 100  # characters of a format; others show no number of ours
PART: Final = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|([_*].)|([0#?])|([ ()+-])|(.)', re.DOTALL)

ShowNumber = Callable[[float], str | None]


def zero_format(code: str) -> ShowNumber | None:
    """What shows a number in the format `code` of a spreadsheet; None where that is no more than the number itself.

    Knows zeros and fixed signs, such as 0000000000, 0######### and "L"00000; of other formats the value is read.
    """
    if len(code) > LONGEST:
        return None
    parts: list[str | None] = []  # None for a digit, and the signs between them
    for quoted, escaped, _space, digit, sign, other in PART.findall(code.split(";")[0]):
        if other:
            return None  # a point, a percentage, a date, text
        if digit and (digit == "0" or None in parts):  # what stands behind a zero shows a zero too
            parts.append(None)
        elif not digit:
            parts += quoted or escaped or sign
    return (lambda value: _show(parts, value)) if parts.count(None) > 1 else None


def _show(parts: list[str | None], value: float) -> str | None:
    if value < 0 or value >= 1e15 or value != int(value):
        return None
    digits = str(int(value)).zfill(parts.count(None))
    first = len(digits) - parts.count(None) + 1  # more digits than places stand at the first place
    places = iter((digits[:first], *digits[first:]))
    return "".join(next(places) if part is None else part for part in parts)
