"""The chapters of the manual: Markdown files of the project, one for each task, in Dutch and English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from app.services.search.folding import fold_text
from app.services.search.query import Search
from app.services.search.ranking import SHOWN, Best

FOLDER: Final = Path(__file__).resolve().parents[3] / "manual"
LANGUAGES: Final = ("nl", "en")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: its number, the title, and the Markdown below that."""

    number: int
    title: str
    body: str

    @property
    def folded(self) -> str:
        """What a search looks in."""
        return fold_text(f"{self.title}\n{self.body}")


@lru_cache(maxsize=len(LANGUAGES))
def list_chapters(language: str) -> Sequence[Chapter]:
    """All chapters in their order; of another language the Dutch ones."""
    files = sorted((FOLDER / (language if language in LANGUAGES else "nl")).glob("*.md"))
    return [_read(file) for file in files]


def _read(file: Path) -> Chapter:
    title, _newline, body = file.read_text(encoding="utf-8").partition("\n")
    return Chapter(int(file.name.partition("-")[0]), title.removeprefix("# ").strip(), body.strip())


def search_chapters(search: Search, language: str) -> list[Chapter]:
    """The chapters in which every word stands, those with all of them in the title first."""
    found = [chapter for chapter in list_chapters(language) if all(word in chapter.folded for word in search.words)]
    in_title = [all(word in fold_text(chapter.title) for word in search.words) for chapter in found]
    return [chapter for _in_title, chapter in sorted(zip(in_title, found, strict=True), key=lambda pair: not pair[0])]


def find_best_chapters(search: Search, language: str) -> Best:
    """The first few for the search page."""
    found = search_chapters(search, language)
    return Best(found[:SHOWN], len(found), is_more=False)
