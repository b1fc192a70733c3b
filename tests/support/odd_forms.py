"""The forms of a page as a browser sees them, filled in as well as a machine can, and the odd values to put in them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from lxml import html

from tests.support.files import sample_files

LONG, ENDLESS = "x" * 500, ("x" * 99 + "é") * 600  # more than any field takes
IN_ADDRESS = 3_000  # letters of a value in an address: web servers take no longer ones
SURROGATE = "Jan\ud800"
ODD = (
    "",
    " ",
    "-1",
    "2147483648",
    "9223372036854775808",
    "1" * 400,
    LONG,
    ENDLESS,
    SURROGATE,
    "👩‍👩‍👧" * 80,
    "31-02-2026",
    "1-1-0001",
    "31-12-9999 23:59",
    "1-1-0001 0:00",
    "99:99",
    "NaN",
    "²",
    "%s %(x)s {0}",
    "\u202eabc\u200b",
    "'\"><\\",
)
# What single fields are tried with while the others are right: what a careless field lets through to the database.
PIERCING = ("9223372036854775808", "2147483648", "-1", LONG, SURROGATE, "1-1-0001 0:00", "31-12-9999 23:59", "NaN")
UNKNOWN = ("", " ", "__None", "-1", "9223372036854775808", "x", SURROGATE)  # of a choice or a hidden key
ROUNDS = 4  # how many of the odd values each field of a form sees; the next form sees others
GUESSES = ("Naam", "1", "31-12-2026", "31-12-2026 17:00", "7:30", "18:45", "12,50", "a@post.example", "AB", "1234 AB")
QUERIES = (
    {"page": "-1", "size": "x", "sort": "password", "q": LONG, "next": "//x"},
    {"page": "1" + "0" * 20, "size": "-25", "sort": "-", "q": SURROGATE},
    {
        "page": "²",
        "size": "9223372036854775808",
        "sort": ENDLESS[:IN_ADDRESS],
        "q": "%_\\'\" 👩‍👩‍👧 a b c d e f g h",
    },
)


@dataclass(frozen=True, slots=True)
class Field:
    """A field: what it holds, and what else may be chosen in it."""

    name: str
    value: str
    options: tuple[str, ...] = ()
    is_file: bool = False
    is_wrong: bool = False
    is_typed: bool = False  # a person types in it, or chooses
    is_secret: bool = False  # a password, a code, or a BSN

    @property
    def is_free(self) -> bool:
        """Whether anything can be typed in it."""
        return not self.options and not self.is_file


@dataclass(frozen=True, slots=True)
class Form:
    """A form: where it goes, and its fields by name."""

    action: str
    method: str
    fields: dict[str, Field]

    def values(self, **changed: str | None) -> dict[str, str]:
        """What the browser sends; a field that becomes None is left out."""
        values = {name: field.value for name, field in self.fields.items() if not field.is_file}
        return {name: value for name, value in {**values, **changed}.items() if value is not None}


def read_forms(page: str, address: str) -> list[Form]:
    """The forms of a page but for those of its frame."""
    tree = html.fromstring(page)
    return [_read_form(form, address) for form in tree.xpath("//main//form")]


def _read_form(form: Any, address: str) -> Form:
    fields: dict[str, Field] = {}
    for element in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name] | .//button[@name]"):
        field = _read_field(element)
        if field.name != "csrf_token" and (element.tag != "button" or field.name not in fields):
            old = fields.get(field.name)
            fields[field.name] = replace(old, options=old.options + field.options) if old else field
    action = urlsplit(form.get("action") or address)
    target = action.path + (f"?{action.query}" if action.query else "")
    return Form(target or address, (form.get("method") or "get").upper(), fields)


def _read_field(element: Any) -> Field:
    name, kind = element.get("name"), element.get("type", "text")
    is_wrong = element.get("aria-invalid") == "true"
    if element.tag == "select":
        options = tuple(option.get("value", option.text or "") for option in element.xpath(".//option"))
        chosen = [option.get("value", "") for option in element.xpath(".//option[@selected]")]
        value = next((v for v in (*chosen, *options) if v not in ("", "0", "__None")), "")
        return Field(name, value, options or ("",), is_wrong=is_wrong, is_typed=True)
    if element.tag == "textarea":
        return Field(name, (element.text or "").lstrip("\r\n"), is_wrong=is_wrong, is_typed=True)
    if kind in ("radio", "checkbox"):
        value = element.get("value", "y")
        return Field(name, value, (value,), is_wrong=is_wrong, is_typed=True)
    is_typed = element.tag == "input" and kind not in ("hidden", "submit")
    is_secret = kind == "password" or element.get("autocomplete") == "one-time-code" or name == "bsn"
    return Field(
        name,
        element.get("value", ""),
        is_file=kind == "file",
        is_wrong=is_wrong,
        is_typed=is_typed,
        is_secret=is_secret,
    )


def filled_in(form: Form, send: Any, *, rounds: int = 6) -> Form:
    """The form with a guess in each field that is refused, as far as guessing helps."""
    tried = dict.fromkeys(form.fields, 0)
    for _ in range(rounds):
        answer = send(form, form.values())
        if answer.status_code != 422:
            break
        again = next((f for f in read_forms(answer.text, form.action) if set(f.fields) >= set(form.fields)), None)
        wrong = [n for n, f in again.fields.items() if f.is_wrong and n in tried and f.is_free] if again else []
        if not wrong:
            break
        fields = dict(form.fields)
        for name in wrong:
            fields[name] = replace(fields[name], value=GUESSES[tried[name] % len(GUESSES)])
            tried[name] += 1
        form = replace(form, fields=fields)
    return form


def odd_answers(form: Form, turn: int) -> Iterator[dict[str, Any]]:
    """What is sent: an odd value in every field, an unknown choice in every list, one odd field among right ones, and
    nothing or everything double. `turn` says which odd values come first: each form sees others, and all forms all.
    """
    yield from _odd_everywhere(form, turn)
    yield from odd_fields(form, turn)
    if turn % 2:
        yield {}
    else:
        yield {name: [value, value] for name, value in form.values().items()}


def _odd_everywhere(form: Form, turn: int) -> Iterator[dict[str, Any]]:
    free, chosen = _free_and_chosen(form)
    for number in range(min(ROUNDS, 1 + len(free)) if free else 0):
        yield form.values(**{name: _pick(ODD, turn + number * 5 + place) for place, name in enumerate(free)})
    if chosen:
        yield form.values(**{name: _pick(UNKNOWN, turn + place) for place, name in enumerate(chosen)})


def odd_fields(form: Form, turn: int) -> Iterator[dict[str, Any]]:
    """One odd field among right ones: what comes furthest."""
    free, chosen = _free_and_chosen(form)
    for place, name in enumerate(free):
        yield form.values(**{name: _pick(PIERCING, turn + place)})
    for place, name in enumerate(chosen):
        yield form.values(**{name: _pick(UNKNOWN, turn + place)})


def _free_and_chosen(form: Form) -> tuple[list[str], list[str]]:
    free = [name for name, field in form.fields.items() if field.is_free]
    return free, [name for name, field in form.fields.items() if field.options]


def _pick(values: tuple[str, ...], number: int) -> str:
    return values[number % len(values)]


def body_of(values: dict[str, Any], form: Form) -> dict[str, Any]:
    """The arguments for a test client: bytes as a browser sends them, lone surrogates too; files as multipart."""
    files = [name for name, field in form.fields.items() if field.is_file]
    if files and values:
        texts = {name: v if isinstance(v, str) else v[0] for name, v in values.items()}
        sent = {name: text.encode("utf-8", "replace").decode() for name, text in texts.items()}
        odd = next((v for v in sent.values() if len(v) == len(LONG)), "gids")
        content = sample_files.pdf() if odd == "gids" else odd.encode()
        return {"data": {**sent, **{name: (io.BytesIO(content), f"{odd}.pdf") for name in files}}}
    typed = urlencode(values, doseq=True, errors="surrogatepass")
    return {"data": typed.encode(), "content_type": "application/x-www-form-urlencoded"}
