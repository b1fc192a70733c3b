"""Questions that are asked often: found by the words that a member types as subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sqlalchemy import case, select
from sqlalchemy.sql.expression import ColumnElement

from app.extensions import db
from app.models import Faq
from app.services.search.folding import fold_text

MOST: Final = 5  # suggestions; more are not read
MOST_WORDS: Final = 8
LONGEST: Final = 200  # letters that are looked at
SHORTEST: Final = 3  # letters; shorter words are in every text
# Words of a question that say nothing about its subject.
EMPTY_WORDS: Final = frozenset(
    word
    for line in (
        "aan als ben bij dan dat deze die dit een het heb hebben hoe hoeveel ik kan krijg krijgen kunnen maar met",
        "mij mijn moet naar niet nog ook over van voor waar wanneer wat weet wel welke wie wil word wordt zijn zou",
        "and are can for from have how not the this what when where which who why will with you your",
    )
    for word in line.split()
)
WORD = re.compile(r"\w+")


def words_of(typed: str) -> list[str]:
    """The words to look for, folded; plural endings are left to the containing match."""
    words = WORD.findall(fold_text(typed[:LONGEST].replace("\x00", "")))
    return [word for word in dict.fromkeys(words) if len(word) >= SHORTEST and word not in EMPTY_WORDS][:MOST_WORDS]


def suggest_answers(typed: str, choice_id: int | None = None) -> Sequence[Faq]:
    """The active ones in which most of the words occur, best first; then those of the chosen subject. One statement."""
    words = words_of(typed)
    if not words and not choice_id:
        return []
    hits = [case((Faq.search_text.contains(word, autoescape=True), 2), else_=0) for word in words]
    if choice_id:
        hits.append(case((Faq.subject_choice_id == choice_id, 1), else_=0))
    score: ColumnElement[int] = hits[0]
    for hit in hits[1:]:
        score = score + hit
    wanted = select(Faq).where(Faq.is_active, score > 0)
    return db.session.scalars(wanted.order_by(score.desc(), Faq.id).limit(MOST)).all()


def make_search_text(faq: Faq) -> str:
    """Questions and answers in both languages, folded."""
    return fold_text(" ".join((faq.question, faq.question_en or "", faq.answer, faq.answer_en or "")))
