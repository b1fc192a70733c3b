"""Texts that the team uses again and again, with places that the portal fills in: {voornaam}, {verkiezing}."""

from __future__ import annotations

import re
from typing import Final

from app.extensions import db
from app.models import CannedAnswer, Thread
from app.phrases import RuleBroken, phrase

# Dutch, because the team writes them into a Dutch text.
FILL_INS: Final = ("voornaam", "naam", "onderwerp", "verkiezing", "medewerker")
PLACE = re.compile(r"\{([^{}\n]{1,40})\}")


def find_active(canned_id: int) -> CannedAnswer:
    """Raises RuleBroken with field "canned" for one that is gone."""
    found = db.session.get(CannedAnswer, canned_id)
    if found is None or not found.is_active:
        raise RuleBroken(phrase("Choose a standard answer."), field="canned")
    return found


def check_fill_ins(body: str) -> None:
    """Raises RuleBroken with field "body" that names a place which the portal does not know."""
    unknown = [name for name in PLACE.findall(body) if name not in FILL_INS]
    if unknown:
        raise RuleBroken(
            phrase(
                "{%(name)s} is not known. You can use: %(known)s.",
                name=unknown[0],
                known=", ".join(f"{{{name}}}" for name in FILL_INS),
            ),
            field="body",
        )


def fill_in(canned: CannedAnswer, thread: Thread, colleague: str) -> str:
    """The text for this thread. What is not known, such as an election, stays as its place, for who answers."""
    member = thread.member
    known = {
        "voornaam": member.first_name or member.full_name,
        "naam": member.full_name,
        "onderwerp": thread.subject,
        "verkiezing": thread.election.name if thread.election else "",
        "medewerker": colleague,
    }
    return PLACE.sub(lambda found: known.get(found[1]) or found[0], canned.body)


def check_filled(body: str) -> None:
    """Raises RuleBroken with field "body" for an answer that still has a place to fill in."""
    left = [name for name in PLACE.findall(body) if name in FILL_INS]
    if left:
        raise RuleBroken(phrase("Fill in {%(name)s} yourself before you send it.", name=left[0]), field="body")
