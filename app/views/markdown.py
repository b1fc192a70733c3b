"""Texts of the team, written in Markdown, as a sanitised subset of HTML (SECURITY §4)."""

from __future__ import annotations

import nh3
from flask import Flask
from flask_babel import get_locale
from markdown_it import MarkdownIt
from markupsafe import Markup

_MARKDOWN = MarkdownIt("commonmark", {"html": False})
TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "br", "h3", "h4", "blockquote"}


def render_markdown(source: str | None) -> Markup:
    """The Markdown as safe HTML: no scripts, styles, images or raw HTML, links to the web and mail only."""
    html = nh3.clean(
        _MARKDOWN.render(source or ""),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )
    return Markup(html)  # noqa: S704 (cleaned by nh3)


def in_language(row: object, name: str) -> str:
    """The English column where the reader has English and it is filled in, else the Dutch one."""
    english = str(getattr(row, f"{name}_en", "") or "")
    if str(get_locale()).startswith("en") and english:
        return english
    return str(getattr(row, name, "") or getattr(row, f"{name}_nl", "") or "")


def init_app(app: Flask) -> None:
    """Give the templates `|markdown` and `in_language(row, "name")`."""
    app.jinja_env.filters["markdown"] = render_markdown
    app.jinja_env.globals["in_language"] = in_language
