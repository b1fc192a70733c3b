"""Whether a file of the Electoral Council is of the portal's own municipality."""

from __future__ import annotations

from app.importing.spreadsheets.headings import bare

KINDS = ("gemeente", "openbaarlichaam")  # in front of the name


def is_of_another(found: str | None, own: str) -> bool:
    """Whether the municipality that a file names is another than `own`; False where one of them has no name.

    Compared without case, accents and signs, without "Gemeente" in front and the province in brackets behind.
    """
    names = {_plain(found or ""), _plain(own)}
    return len(names) > 1 and "" not in names


def _plain(name: str) -> str:
    plain = bare(name.partition("(")[0])
    return next((plain.removeprefix(kind) for kind in KINDS if plain.startswith(kind)), plain)
