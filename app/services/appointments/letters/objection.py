"""How to object to an appointment: it is a decision, so its letter says where and until when (Awb 3:45, 6:7, 6:8, 6:5).

The words stand where the team's text has {{bezwaar}}. A text without it, written before there were any, gets them at
its end, unless the team says in its own words how to object.
"""

from __future__ import annotations

from typing import Any, Final

from app.letters.paper import Block

FILL_IN: Final = "{{bezwaar}}"
HEADINGS: Final = {
    "nl": "Ben je het niet eens met dit besluit?",
    "en": "Do you not agree with this decision?",
}
OWN_WORDS: Final = {"nl": "bezwaar", "en": "objection"}
WORDS: Final[dict[str, dict[str, str]]] = {
    "nl": {
        "until": "Bel ons eerst: vaak komen we er samen uit. Je kunt ook bezwaar maken. Doe dat binnen zes weken na de "
        "dag waarop wij dit besluit aan je hebben gestuurd (Algemene wet bestuursrecht, artikel 6:7).",
        "where": "Stuur een brief naar het college van burgemeester en wethouders van {municipality}{address}. "
        "In je brief staan:",
        "parts": "je naam en adres|de datum|dat het gaat om besluit {number}|waarom je het niet eens bent met het "
        "besluit|je handtekening",
    },
    "en": {
        "until": "Call us first: often we find a solution together. You can also lodge an objection. Do so within six "
        "weeks after the day on which we sent you this decision (General Administrative Law Act, section 6:7).",
        "where": "Write a letter to the mayor and aldermen (college van burgemeester en wethouders) of "
        "{municipality}{address}. In your letter stand:",
        "parts": "your name and address|the date|that it is about decision {number}|why you do not agree with the "
        "decision|your signature",
    },
}


def write_objection(number: str, address: str, municipality: str, language: str) -> list[Block]:
    """Two paragraphs and a list; `address` has a line for each part, and may be empty."""
    words = WORDS[language]
    lines = ", ".join(line.strip() for line in address.splitlines() if line.strip())
    where = words["where"].format(municipality=municipality, address=f", {lines}" if lines else "")
    parts = [[_say(part)] for part in words["parts"].format(number=number).split("|")]
    return [_say(words["until"]), _say(where), {"kind": "list", "ordered": False, "start": 1, "items": parts}]


def with_objection(body: str, language: str) -> str:
    """The text of the team, with the words at its end where it says nothing of objecting."""
    if OWN_WORDS[language] in body.casefold() or FILL_IN in body.replace(" ", ""):
        return body
    return f"{body}\n\n## {HEADINGS[language]}\n\n{FILL_IN}\n"


def _say(words: str) -> Any:
    return {"kind": "paragraph", "spans": [{"kind": "text", "text": words}]}
