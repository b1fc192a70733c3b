"""Texts that rules produce and screens translate.

Rules and importers know nothing of Flask or of the reader's language. They give a `Phrase`: the English message and
the values for its `%(name)s` places. Screens, mails and commands turn it into a sentence with `app.i18n.say`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

QUOTED: Final = 80  # characters of what somebody typed, as far as a message repeats it


@dataclass(frozen=True, slots=True)
class Phrase:
    """A message to translate later: `msgid` in English with `%(name)s` places, `values` for those places.

    `plural` is what it is called for every number but one; the number is the value `num`.
    """

    msgid: str
    values: dict[str, Any] = field(default_factory=dict)
    plural: str = ""

    def __hash__(self) -> int:
        return hash((self.msgid, self.plural, *self.values.values()))

    def __str__(self) -> str:
        text = self.plural if self.plural and self.values["num"] != 1 else self.msgid
        return text % self.values if self.values else text

    def of(self, number: int) -> Phrase:
        """The same about this number."""
        return Phrase(self.msgid, {**self.values, "num": number}, self.plural)


def phrase(msgid: str, **values: Any) -> Phrase:
    """Mark `msgid` for the translators (babel's keyword `phrase`) and keep the values that fill it in.

    A literal per cent sign in `msgid` is written `%%` when values are given. Values never hold a BSN or a secret.
    """
    return Phrase(msgid, values)


def counted(singular: str, plural: str, number: int = 0, **values: Any) -> Phrase:
    """Mark both for the translators (babel's keyword `counted`): `singular` for one, `plural` for every other number.

    The number is `%(num)s` in the text; who does not know it yet gives it with `of`.
    """
    return Phrase(singular, {**values, "num": number}, plural)


def quote(typed: str) -> str:
    """What somebody typed, as far as a message repeats it."""
    return typed[:QUOTED]


class RuleBroken(Exception):
    """A rule refuses; `text` is a sentence that a member may read, `field` the form field it belongs to, if any.

    `together` are all that were refused at once, this one first: a form says each at its field.
    """

    def __init__(self, text: Phrase, *, field: str | None = None) -> None:
        super().__init__(str(text))
        self.text = text
        self.field = field
        self.together: tuple[RuleBroken, ...] = (self,)


def refuse_together(faults: Iterable[RuleBroken]) -> None:
    """Raise the first of these with all the others; nothing happens when there are none."""
    found = tuple(faults)
    if found:
        found[0].together = found
        raise found[0]
