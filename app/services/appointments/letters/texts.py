"""The texts of the letter, per election and language: the standard one at first, then as the team writes it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.letters.markdown import LONGEST_TEXT, check_text
from app.models import Election, ElectionState, LetterText
from app.phrases import RuleBroken, phrase
from app.services.appointments.letters.fill_ins import OF_BLOCKS, OF_WORDS
from app.services.appointments.letters.standard_text import BODIES, TITLES
from app.services.appointments.letters.words import LANGUAGES
from app.services.audit import Actor, record_event
from app.typed.texts import is_blank


def add_texts(election: Election, before: Election | None, *, actor: Actor, now: datetime) -> None:
    """A text in each language: as at the election `before`, or the standard one."""
    known = {text.language: text for text in list_texts(before.id)} if before is not None else {}
    for language in LANGUAGES:
        model = known.get(language)
        text = LetterText(
            election_id=election.id,
            language=language,
            title=model.title if model else TITLES[language],
            body=model.body if model else BODIES[language],
            changed_at=now,
            changed_by_user_id=actor.user_id,
        )
        db.session.add(text)
    db.session.flush()


def list_texts(election_id: int) -> list[LetterText]:
    """Dutch and English."""
    rows = select(LetterText).where(LetterText.election_id == election_id).order_by(LetterText.language.desc())
    return list(db.session.scalars(rows))


def check(title: str, body: str) -> None:
    """Raises RuleBroken, with the field, for what is no text of a letter."""
    if is_blank(title):
        raise RuleBroken(phrase("Write the title of the letter."), field="title")
    if is_blank(body):
        raise RuleBroken(phrase("Write the text of the letter."), field="body")
    if len(body) > LONGEST_TEXT:
        raise RuleBroken(phrase("At most %(most)s characters.", most=LONGEST_TEXT), field="body")
    check_text(title, words=OF_WORDS, blocks=(), field="title")
    check_text(body, words=OF_WORDS, blocks=OF_BLOCKS)


def change_text(text: LetterText, title: str, body: str, *, actor: Actor, now: datetime) -> None:
    """Give the letter this text. Letters that were issued keep theirs. Raises RuleBroken with the field."""
    if text.election.state == ElectionState.CLOSED:
        raise RuleBroken(phrase("This election is closed."))
    check(title, body)
    text.title, text.body = title.strip(), body.replace("\r\n", "\n").rstrip()
    text.changed_at, text.changed_by_user_id = now, actor.user_id
    db.session.flush()
    record_event(actor, "letter_text.changed", now=now, subject=text, language=text.language)
