"""The certificate of a training as a letter that the press prints: who, what, when, and until when it counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from babel.dates import format_date

from app.clock import local
from app.letters.markdown import read_blocks
from app.letters.paper import FilledIn, Letter, Sender
from app.models import Member, TrainingResult
from app.phrases import RuleBroken, phrase
from app.services.access.rate_limits import Limit, count_try

PRINTED: Final = Limit("certificate", 20, timedelta(hours=1))  # each takes half a second of a processor
WORDS: Final = {
    "nl": {
        "title": "Certificaat",
        "training": "Training",
        "name": "Naam",
        "number": "Lidnummer",
        "passed": "Geslaagd op",
        "until": "Geldig tot en met",
        "endless": "zonder einddatum",
        "e_learning": "E-learning voor stembureauleden",
        "noted": "Training voor stembureauleden",
        "body": "**{{name}}** heeft met goed gevolg deelgenomen aan: {{training}}.\n\n"
        "Het team verkiezingen heeft deze uitslag vastgelegd op {{noted}}.",
    },
    "en": {
        "title": "Certificate",
        "training": "Training",
        "name": "Name",
        "number": "Member number",
        "passed": "Passed on",
        "until": "Counts until",
        "endless": "without an end",
        "e_learning": "E-learning for polling-station members",
        "noted": "Training for polling-station members",
        "body": "**{{name}}** took part in {{training}}, and passed.\n\n"
        "The election team wrote this result down on {{noted}}.",
    },
}


def check_printing(member: Member, now: datetime) -> None:
    """Count one more print of this member. Raises RuleBroken after many in an hour. Commit after it."""
    tries = count_try(PRINTED, str(member.id), now)
    if tries.is_over(PRINTED):
        said = phrase("You downloaded many certificates. Try again in %(count)s minutes.", count=tries.minutes(now))
        raise RuleBroken(said)


def compose(result: TrainingResult, sender: Sender, *, language: str) -> Letter:
    """The certificate. The same result gives the same letter."""
    words, member = WORDS[language], result.member
    name = " ".join(filter(None, (member.initials or member.first_name, member.infix, member.surname)))
    training = _name_training(result, language)
    until = _write(result.valid_until, language) if result.valid_until else words["endless"]
    facts = [(words["name"], name)]
    if member.member_number:
        facts.append((words["number"], member.member_number))
    facts += [
        (words["training"], training),
        (words["passed"], _write(result.passed_on, language)),
        (words["until"], until),
    ]
    noted = _write(local(result.noted_at).date(), language)
    filled = FilledIn({"name": name, "training": training, "noted": noted})
    return Letter(
        language=language,
        title=f"{words['title']}: {training}",
        sender=sender,
        recipient=_address(member, name),
        facts=facts,
        blocks=read_blocks(words["body"], filled),
        written_at=result.noted_at,
        footer=f"{sender.name} · {result.id}",
    )


def _name_training(result: TrainingResult, language: str) -> str:
    session = result.session
    if session is None:
        return WORDS[language].get(result.source, WORDS[language]["noted"])
    return session.title_en if language == "en" and session.title_en else session.title


def _address(member: Member, name: str) -> Sequence[str]:
    return [line for line in (name, member.address_line, member.town_line) if line]


def _write(day: date, language: str) -> str:
    return str(format_date(day, "d MMMM y", locale=language))
