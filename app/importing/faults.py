"""What is wrong in a file: one cell or row (`Fault`), or the whole file (`FileRefused`)."""

from __future__ import annotations

from dataclasses import dataclass

from app.phrases import Phrase, phrase


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong at one place.

    `row` counts as a person does: 1 is the first line of the file or the first row of the sheet. `column` is the
    heading as the file has it, or the letter of the column where stations stand side by side; only then `field` says
    which attribute, as the form names it. In XML (`is_xml`) they are the line and the element. `value_shown` is what
    stood there, never (part of) a BSN.
    """

    row: int | None
    column: str | None
    message: Phrase
    field: str | None = None
    value_shown: str | None = None
    is_xml: bool = False
    about: str = ""  # whom or what the row is about: its name

    @property
    def place(self) -> Phrase:
        """Where it is, as a phrase to put before the message."""
        if self.is_xml:
            return phrase("line %(line)s, element “%(element)s”", line=self.row, element=self.column)
        if self.field is not None and self.column is not None:
            return phrase("column %(column)s, “%(field)s”", column=self.column, field=self.field)
        if self.row is not None and self.column is not None:
            return phrase("row %(row)s, column “%(column)s”", row=self.row, column=self.column)
        if self.row is not None:
            return phrase("row %(row)s", row=self.row)
        if self.column is not None:
            return phrase("column %(column)s", column=self.column)
        return phrase("the file")


class FileRefused(Exception):
    """Nothing of the file can be used; `text` says why and what to do, `line` and `column` where, if that is known."""

    def __init__(self, text: Phrase, *, line: int | None = None, column: str | None = None) -> None:
        super().__init__(str(text))
        self.text = text
        self.line = line
        self.column = column
