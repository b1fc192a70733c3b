"""Text without case and accents, for searching and for making names."""

from __future__ import annotations

import unicodedata

# Letters that Unicode does not take apart into a letter and an accent.
_WHOLE_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ı": "i",
        "ŋ": "n",
        "ħ": "h",
        "‘": "'",
        "’": "'",
    }
)


def fold_text(value: str) -> str:
    """Lower case, without accents: "Çelik-Ørsted" is "celik-orsted". What stays is not always ASCII (Greek, Arabic)."""
    if value.isascii():
        return value.lower()
    whole = value.casefold().translate(_WHOLE_LETTERS)
    return "".join(c for c in unicodedata.normalize("NFKD", whole) if not unicodedata.combining(c))
