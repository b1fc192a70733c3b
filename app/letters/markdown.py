"""A text of the team, in Markdown with `{{fill_ins}}`, as blocks for a letter.

Fill-ins are put in after the text was read, so what stands in their place is never Markdown either.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.letters.paper import Block, FilledIn, Span
from app.phrases import Phrase, RuleBroken, phrase, refuse_together

LONGEST_TEXT: Final = 20_000  # characters; some five pages
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline", "code"])
_FILL_IN: Final = re.compile(r"\{\{[ \t]{0,9}([^{}\n]{0,60}?)[ \t]{0,9}\}\}")
_SCHEMES: Final = ("https", "http", "mailto", "tel")
DEEPEST: Final = 3  # level of headings; the title of the letter is the first


def check_text(source: str, *, words: Collection[str], blocks: Collection[str], field: str = "body") -> None:
    """Raises RuleBroken for each fill-in that is not known, or that stands where it cannot, with its line."""
    faults = [*_faults(source, set(words), set(blocks))]
    refuse_together(RuleBroken(fault, field=field) for fault in faults[:10])
    if not faults and _count(_MARKDOWN.parse(source)) != len(_FILL_IN.findall(source)):
        raise RuleBroken(
            phrase("A fill-in stands in a link or in a piece of code. Write it in the text itself."), field=field
        )


def _faults(source: str, words: set[str], blocks: set[str]) -> Iterator[Phrase]:
    known = sorted(words | blocks)
    for number, line in enumerate(source.split("\n"), 1):
        for name in _FILL_IN.findall(line):
            if name not in words and name not in blocks:
                yield _unknown(number, name, known)
            elif name in blocks and not _FILL_IN.fullmatch(line.strip()):
                yield phrase(
                    "Line %(line)s: {{%(name)s}} is a list or a table. It stands on a line of its own.",
                    line=number,
                    name=name,
                )
        if "{{" in _FILL_IN.sub("", line) or "}}" in _FILL_IN.sub("", line):
            yield phrase("Line %(line)s: a fill-in begins with {{ and ends with }} on the same line.", line=number)


def _unknown(number: int, name: str, known: list[str]) -> Phrase:
    close = get_close_matches(name, known, n=1)
    listed = ", ".join(known)
    if close:
        return phrase(
            "Line %(line)s: the fill-in {{%(name)s}} does not exist. Do you mean {{%(close)s}}? There are: %(known)s.",
            line=number,
            name=name,
            close=close[0],
            known=listed,
        )
    return phrase(
        "Line %(line)s: the fill-in {{%(name)s}} does not exist. There are: %(known)s.",
        line=number,
        name=name,
        known=listed,
    )


def _count(tokens: list[Token]) -> int:
    inner = (child for token in tokens for child in token.children or ())
    return sum(len(_FILL_IN.findall(child.content)) for child in inner if child.type == "text")


def fill_words(source: str, filled: FilledIn) -> str:
    """A line of words, its fill-ins in place."""
    return _FILL_IN.sub(lambda found: filled.words.get(found[1], ""), source)


def read_blocks(source: str, filled: FilledIn) -> list[Block]:
    """The blocks of a text, its fill-ins in place. What is left without words goes, a heading above nothing too."""
    tokens = iter(_parse(source.replace("\r\n", "\n")))
    return _without_empty(list(_read(tokens, "", filled)))


@lru_cache(maxsize=16)
def _parse(source: str) -> tuple[Token, ...]:
    """The text of a letter is the same for thousands of members: read once. Nothing changes its tokens."""
    return tuple(_MARKDOWN.parse(source))


def _read(tokens: Iterator[Token], until: str, filled: FilledIn) -> Iterator[Block]:
    for token in tokens:
        if token.type == until:
            return
        yield from _read_one(token, tokens, filled)


def _read_one(token: Token, tokens: Iterator[Token], filled: FilledIn) -> Iterator[Block]:
    kind = token.type
    if kind == "heading_open":
        spans = _spans(next(tokens), filled)
        yield {"kind": "heading", "level": int(token.tag[1:]) + 1, "spans": spans}
    elif kind == "paragraph_open":
        yield from _paragraph(next(tokens), filled)
    elif kind in ("bullet_list_open", "ordered_list_open"):
        is_ordered = kind.startswith("ordered")
        items = list(_items(tokens, kind.replace("open", "close"), filled))
        start = int(token.attrs.get("start", 1))
        yield {"kind": "list", "ordered": is_ordered, "start": start, "items": items}
    elif kind == "blockquote_open":
        yield {"kind": "quote", "blocks": list(_read(tokens, "blockquote_close", filled))}
    elif kind == "hr":
        yield {"kind": "rule"}
    elif kind == "fence":
        yield {"kind": "paragraph", "spans": [{"kind": "text", "text": token.content}]}


def _items(tokens: Iterator[Token], until: str, filled: FilledIn) -> Iterator[list[Block]]:
    for token in tokens:
        if token.type == until:
            return
        if token.type == "list_item_open":
            item = list(_read(tokens, "list_item_close", filled))
            if item:
                yield item


def _paragraph(inline: Token, filled: FilledIn) -> Iterator[Block]:
    """A paragraph; lines with a fill-in of blocks cut it into pieces."""
    spans: list[Span] = []
    for span in _spans(inline, filled):
        if span["kind"] == "blocks":
            yield from _as_paragraph(spans)
            spans = []
            yield from span["blocks"]
        else:
            spans.append(span)
    yield from _as_paragraph(spans)


def _as_paragraph(spans: list[Span]) -> Iterator[Block]:
    while spans and spans[0]["kind"] == "break":
        spans = spans[1:]
    while spans and spans[-1]["kind"] == "break":
        spans = spans[:-1]
    if any(span.get("text", "").strip() for span in spans):
        yield {"kind": "paragraph", "spans": spans}


def _spans(inline: Token, filled: FilledIn) -> list[Span]:
    spans: list[Span] = []
    strong = emphasis = 0
    link = ""
    for token in inline.children or ():
        kind = token.type
        strong += {"strong_open": 1, "strong_close": -1}.get(kind, 0)
        emphasis += {"em_open": 1, "em_close": -1}.get(kind, 0)
        if kind == "link_open":
            link = _safe(str(token.attrs.get("href", "")))
        elif kind == "link_close":
            link = ""
        elif kind in ("softbreak", "hardbreak"):
            spans.append({"kind": "break"})
        elif kind in ("text", "code_inline"):
            marks: Span = {"strong": True} if strong else {}
            marks |= {"emphasis": True} if emphasis else {}
            marks |= {"link": link} if link else {}
            spans += _fill(token.content, marks, filled)
    return spans


def _fill(words: str, marks: Span, filled: FilledIn) -> Iterator[Span]:
    at = 0
    for found in _FILL_IN.finditer(words):
        yield from _text(words[at : found.start()], marks)
        name = found[1]
        if name in filled.blocks:
            yield {"kind": "blocks", "blocks": filled.blocks[name]}
        else:
            yield from _text(filled.words.get(name, ""), marks)
        at = found.end()
    yield from _text(words[at:], marks)


def _text(words: str, marks: Span) -> Iterator[Span]:
    if words:
        yield {"kind": "text", "text": words, **marks}


def _safe(target: str) -> str:
    """Links to the web, mail and telephone only."""
    return target if urlsplit(target).scheme in _SCHEMES else ""


def _without_empty(blocks: list[Block]) -> list[Block]:
    """A heading stays when something stands under it before the next one of its level or above."""
    kept: list[Block] = []
    level = 0  # of the last block from behind; 0 is the end of the text
    for block in reversed(blocks):
        if block["kind"] != "heading":
            level = 9
            kept.append(block)
        elif level > block["level"]:
            level = block["level"]
            kept.append(block)
    return _settle(kept[::-1])


def _settle(blocks: list[Block]) -> list[Block]:
    """Headings go one level deeper at a time, whatever number of # was used (PDF/UA 7.4.2)."""
    headings = [block for block in blocks if block["kind"] == "heading"]
    used = sorted({block["level"] for block in headings})
    before = 1
    for block in headings:
        block["level"] = before = min(2 + used.index(block["level"]), before + 1, DEEPEST)
    return blocks
