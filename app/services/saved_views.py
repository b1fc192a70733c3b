"""Each colleague's own way to look at a list: its columns, and searches kept under a name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Select, and_, func, select, update

from app.extensions import db
from app.models import SavedView
from app.phrases import RuleBroken, phrase
from app.typed.texts import tidy_line

MOST: Final = 30  # of one list and person: more are no choice any longer
LONGEST_NAME: Final = 60
LONGEST_QUERY: Final = 2_000


def list_views(user_id: int, screen: str, count: Select[int]) -> tuple[list[SavedView], int]:
    """What this person kept of this list, by name, and the number that `count` selects: each page of a list asks both.

    One statement.
    """
    number = select(count.scalar_subquery().label("number")).subquery()
    own = and_(SavedView.user_id == user_id, SavedView.screen == screen)
    both = select(number.c.number, SavedView).select_from(number).outerjoin(SavedView, own).order_by(SavedView.name)
    rows = db.session.execute(both).all()
    return [row.SavedView for row in rows if row.SavedView is not None], rows[0].number


def choose_columns(user_id: int, screen: str, columns: Sequence[str], *, now: datetime) -> None:
    """Show these columns of the list from now on; none: the usual ones."""
    _write(user_id, screen, "", now=now).columns = list(columns)
    db.session.flush()


def save_view(
    user_id: int, screen: str, name: str, *, query: str, columns: Sequence[str], is_default: bool, now: datetime
) -> SavedView:
    """Keep a search and its columns under a name; one of that name is replaced. Raises RuleBroken (field "name")."""
    tidy = tidy_line(name)
    if not tidy:
        raise RuleBroken(phrase("Give the view a name."), field="name")
    if len(tidy) > LONGEST_NAME:
        raise RuleBroken(phrase("A name has at most %(number)s characters.", number=LONGEST_NAME), field="name")
    if len(query) > LONGEST_QUERY:
        raise RuleBroken(phrase("This search is too long to keep."), field="name")
    kept = _write(user_id, screen, tidy, now=now)
    kept.query, kept.columns = query, list(columns)
    _set_default(kept, is_default)
    return kept


def _write(user_id: int, screen: str, name: str, *, now: datetime) -> SavedView:
    of_list = (SavedView.user_id == user_id, SavedView.screen == screen)
    kept = db.session.scalar(select(SavedView).where(*of_list, SavedView.name == name))
    if kept is None:
        if (db.session.scalar(select(func.count(SavedView.id)).where(*of_list)) or 0) > MOST:
            raise RuleBroken(phrase("You have %(number)s views of this list. Delete one first.", number=MOST))
        kept = SavedView(user_id=user_id, screen=screen, name=name, query="", columns=[], is_default=False)
        db.session.add(kept)
    kept.changed_at = now
    return kept


def _set_default(kept: SavedView, is_default: bool) -> None:
    """Of one list one view opens by itself."""
    kept.is_default = is_default
    db.session.flush()
    if is_default:
        others = (SavedView.user_id == kept.user_id, SavedView.screen == kept.screen, SavedView.id != kept.id)
        db.session.execute(update(SavedView).where(*others).values(is_default=False))


def find_view(user_id: int, view_id: int) -> SavedView | None:
    """One of this person, or None."""
    return db.session.scalar(select(SavedView).where(SavedView.id == view_id, SavedView.user_id == user_id))


def turn_default(kept: SavedView) -> None:
    """Let the list open with it, or no longer."""
    _set_default(kept, not kept.is_default)


def delete_view(kept: SavedView) -> None:
    """Forget it."""
    db.session.delete(kept)
    db.session.flush()
