"""Texts of the team, written in Markdown, as a sanitised subset of HTML (SECURITY §4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import nh3
from flask import Flask
from flask_babel import get_locale
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_MARKDOWN = MarkdownIt("commonmark", {"html": False})
TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "br", "hr", "h2", "h3", "h4", "h5", "h6", "blockquote"}
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Image:
    """An image that a text may show: where it is, and what is on it for who cannot see it."""

    url: str
    alt: str


NO_IMAGES: Mapping[str, Image] = {}


def render_markdown(source: str | None, *, top: int = 3, images: Mapping[str, Image] | None = None) -> Markup:
    """The Markdown as safe HTML: no scripts, styles or raw HTML, links to the web and mail only.

    `top` is the level of its highest heading; none is skipped below it. `images` says which names a text may show as
    `![what is on it](name)`, and where they are; any other image is left out.
    """
    known = images or NO_IMAGES
    tokens = _MARKDOWN.parse(source or "")
    _settle_headings(tokens, top)
    _settle_images(tokens, known)
    places = {place.url for place in known.values()}
    html = nh3.clean(
        _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}),
        tags=TAGS | ({"img"} if known else set()),
        attributes={"a": {"href"}, "img": {"src", "alt"}},
        attribute_filter=lambda tag, name, value: (
            None if tag == "img" and name == "src" and value not in places else value
        ),
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )
    return Markup(html)  # noqa: S704 (cleaned by nh3)


def named_images(source: str | None) -> set[str]:
    """The names that the images of a text give."""
    return {
        str(token.attrs.get("src", "")) for token in _inside(_MARKDOWN.parse(source or "")) if token.type == "image"
    }


def _settle_headings(tokens: Iterable[Token], top: int) -> None:
    """Headings go one level deeper at a time, whatever number of # the author used (WCAG 1.3.1)."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    used = sorted({heading.tag for heading in headings})
    level = top - 1
    for heading in headings:
        if heading.type == "heading_open":
            level = min(top + used.index(heading.tag), level + 1, DEEPEST)
        heading.tag = f"h{level}"


def _settle_images(tokens: Iterable[Token], known: Mapping[str, Image]) -> None:
    for token in tokens:
        token.children = [child for child in token.children or () if child.type != "image" or _settle(child, known)]


def _settle(token: Token, known: Mapping[str, Image]) -> bool:
    """Where the image is, and its words: those of the text, else those that came with the image."""
    image = known.get(str(token.attrs.get("src")))
    if image is None:
        return False
    token.attrs["src"] = image.url
    if not token.content.strip():
        token.children = [Token("text", "", 0, content=image.alt)]
    return True


def _inside(tokens: Iterable[Token]) -> Iterable[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()


def in_language(row: object, name: str) -> str:
    """The English column where the reader has English and it is filled in, else the Dutch one."""
    english = str(getattr(row, f"{name}_en", "") or "")
    if str(get_locale()).startswith("en") and english:
        return english
    return str(getattr(row, name, "") or getattr(row, f"{name}_nl", "") or "")


def spoken_choice(value: Any, row: object, name: str) -> tuple[Any, str, dict[str, str]]:
    """A choice of a list, for WTForms: its value, what it is called, and the language where that is another one."""
    return value, in_language(row, name), {"lang": "nl"} if lang_of(row, name) else {}


def lang_of(row: object, name: str) -> Markup:
    """The attribute ` lang="nl"` for what `in_language` gives to a reader of English in Dutch; else nothing.

    A screen reader then speaks it as Dutch (WCAG 3.1.2).
    """
    is_english = str(get_locale()).startswith("en")
    is_translated = bool(getattr(row, f"{name}_en", ""))
    return Markup(' lang="nl"') if is_english and not is_translated else Markup("")


def init_app(app: Flask) -> None:
    """Give the templates `|markdown`, `in_language(row, "name")` and `lang_of(row, "name")`."""
    app.jinja_env.filters["markdown"] = render_markdown
    app.jinja_env.globals.update(in_language=in_language, lang_of=lang_of)
