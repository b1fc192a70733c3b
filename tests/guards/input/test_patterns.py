"""No pattern of ours freezes a worker: twice the input takes about twice the steps, whatever the input is.

Inputs are made of each pattern itself: what stands before a repeat, then what is repeated, many times, then something
that fits nowhere. Steps are counted (tests.guards.input.pattern_steps), so no clock decides.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from re import _constants as c
from re import _parser
from typing import Any

import pytest

import app as portal
from app.importing.rosters import addresses
from app.importing.spreadsheets import grid_size
from app.services.access import passwords
from app.views.forms import fields
from tests.guards.input.pattern_steps import ENOUGH, REPEATS, SINGLE, Steps, TooManySteps, is_one

ROOT = Path(portal.__file__).parent
SHORT, LONG = 40, 80
FACTOR = 3  # twice the input of a linear pattern takes twice the steps; of a quadratic one four times
LETTERS = "a1 .-,;:/_@<>=\"'()[]{}\n\tZ\u00e9"
CALLS = {"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
ASKED = re.compile(rf"\.(?:{'|'.join(CALLS)})\b")  # the others need not be parsed
WHOLE = {"match", "fullmatch"}  # these look from the start only; all others from every place


@cache  # and not while the tests are collected, which each process does
def find_patterns() -> dict[str, tuple[re.Pattern[Any], bool]]:
    """Every pattern of the code, by file and text, and whether it is looked for everywhere in an input."""
    names = named_patterns()
    found: dict[str, tuple[re.Pattern[Any], bool]] = {}
    uses = set()
    texts = {path: path.read_text() for path in sorted(ROOT.rglob("*.py"))}
    for path in (path for path, text in texts.items() if ASKED.search(text)):
        for node in ast.walk(ast.parse(texts[path])):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            owner, verb = node.func.value, node.func.attr
            if verb not in CALLS:
                continue
            if isinstance(owner, ast.Name) and owner.id == "re" and verb != "compile":
                flags = re.IGNORECASE if "IGNORECASE" in ast.unparse(node) else 0
                pattern = re.compile(ast.literal_eval(node.args[0]), flags)
                found[f"{path.name}: {pattern.pattern!r}"] = (pattern, verb not in WHOLE)
            else:
                name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
                if verb not in WHOLE:
                    uses.add(name)
    for (module, name), pattern in names.items():
        found[f"{module}.{name}"] = (pattern, name in uses)
    return found


def named_patterns() -> dict[tuple[str, str], re.Pattern[Any]]:
    named = {}
    for info in pkgutil.walk_packages(portal.__path__, "app."):
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            for index, each in enumerate(value if isinstance(value, tuple) else (value,)):
                if isinstance(each, re.Pattern):
                    named[info.name, name if each is value else f"{name}[{index}]"] = each
    return named


def letters_of(pattern: re.Pattern[Any]) -> str:
    """One of each kind of letters that the pattern tells apart: the others of a kind take as many steps."""
    singles = list(find_singles(_parser.parse(pattern.pattern, pattern.flags)))
    kinds: dict[tuple[bool, ...], str] = {}
    for letter in LETTERS:
        by_place = (letter == "\n", re.match(r"\w", letter) is not None)  # which ^, $ and \b tell apart
        kinds.setdefault((*by_place, *(is_one(node, letter, pattern.flags) for node in singles)), letter)
    return "".join(kinds.values())


def find_singles(nodes: Any) -> Iterator[Any]:
    """Every node for one character, however deep."""
    for op, argument in nodes:
        if op in SINGLE:
            yield op, argument
        elif op is c.BRANCH:
            for branch in argument[1]:
                yield from find_singles(branch)
        elif op is not c.AT:
            yield from find_singles(argument[-1])


def example(nodes: Any, letter: str, flags: int) -> str:
    """A text that these nodes take, with `letter` wherever it fits."""
    return "".join(_example(node, letter, flags) for node in nodes)


def _example(node: Any, letter: str, flags: int) -> str:
    op, argument = node
    if op in SINGLE:
        return next((each for each in (letter, *LETTERS, *map(chr, range(33, 127))) if is_one(node, each, flags)), "")
    if op in REPEATS:
        return example(argument[2], letter, flags) * max(argument[0], 0)
    if op is c.SUBPATTERN:
        return example(argument[-1], letter, flags)
    if op is c.BRANCH:
        return example(argument[1][0], letter, flags)
    return ""


def pumps(nodes: Any, before: str, flags: int, letters: str) -> Iterator[tuple[str, str]]:
    """What stands before each repeat, and what is repeated."""
    for node in nodes:
        op, argument = node
        if op in REPEATS:
            if argument[1] > SHORT:
                for letter in letters:
                    yield before, example(argument[2], letter, flags) or letter
            yield from pumps(argument[2], before, flags, letters)
        elif op is c.SUBPATTERN:
            yield from pumps(argument[-1], before, flags, letters)
        elif op is c.BRANCH:
            for branch in argument[1]:
                yield from pumps(branch, before, flags, letters)
        before += _example(node, "a", flags)


def inputs_of(pattern: re.Pattern[Any]) -> set[tuple[str, str]]:
    tree = _parser.parse(pattern.pattern, pattern.flags)
    letters = letters_of(pattern)
    own = set(pumps(tree, "", pattern.flags, letters))
    beginnings = {example(list(tree)[:cut], letter, pattern.flags) for cut in (1, 2, 3) for letter in "a1 "}
    whole = {("", before + pumped) for before, pumped in own}
    return own | whole | {("", letter) for letter in letters} | {("", start) for start in beginnings if start}


def steps(pattern: re.Pattern[Any], text: str, *, everywhere: bool) -> int:
    counted = Steps(pattern, text)
    try:
        return counted.search(everywhere=True) if everywhere else counted.full()
    except TooManySteps:
        return counted.count


def grows_too_fast(pattern: re.Pattern[Any], *, everywhere: bool) -> str | None:
    """The input on which twice the length takes more than about twice the steps, or None."""
    for before, pumped in sorted(inputs_of(pattern)):
        short, long = (f"{before}{pumped * size}\x00\x01" for size in (SHORT, LONG))
        small, large = (steps(pattern, text, everywhere=everywhere) for text in (short, long))
        if large > FACTOR * small + 500 or large > ENOUGH:
            return f"{before!r} + {pumped!r} × n: {small} → {large} steps"
    return None


def test_twice_the_input_takes_twice_the_steps():
    grown = {name: grows_too_fast(pattern, everywhere=where) for name, (pattern, where) in find_patterns().items()}
    assert {name: input_and_steps for name, input_and_steps in grown.items() if input_and_steps} == {}


@pytest.mark.parametrize(
    "bad",
    [r"(\D*\d\D*){9}", r"(.*[^\W\d_].*?)[ ,]+(\d{1,5})", r"<row\b([^>]*?)>(.*?)</row>", r"(a|a)*b", r"(\w+\s?)*!"],
)
def test_a_pattern_that_is_not_linear_is_noticed(bad):
    assert grows_too_fast(re.compile(bad), everywhere=True) is not None


def test_many_patterns_are_looked_at():
    assert len(find_patterns()) > 60


@pytest.mark.parametrize(
    ("typed", "split"),
    [
        ("Plein 1944 12-3", ("Plein 1944", "12", "3")),
        ("Dorpsstraat 12a", ("Dorpsstraat", "12", "a")),
        ("Kade 4 bis", ("Kade", "4", "bis")),
        ("Hoofdweg, nr. 7", ("Hoofdweg", "7", "")),
        ("2e Jan Steenstraat 5 A-3", ("2e Jan Steenstraat", "5", "A-3")),
        ("Plein 1944", ("Plein 1944", "", "")),
        ("Zonder nummer", ("Zonder nummer", "", "")),
        ("a" * 100 + " " * 100 + "x", ("a" * 100 + " " * 100 + "x", "", "")),
    ],
)
def test_an_address_is_split(typed, split):
    assert addresses.split_address(typed) == split


def test_a_moment_is_read_as_before_and_a_long_text_is_none():
    assert fields.parse_moment("6-6-2024 7.30") == fields.parse_moment("2024-06-06T07:30")
    with pytest.raises(ValueError, match="1"):
        fields.parse_moment("1 " * 5_000)


def test_a_password_of_many_substitutes_is_judged_with_few_of_them():
    crafted = "a4@8({[<3b69!1|7$c5+%20x" * 3
    kept = passwords._with_few_substitutes(crafted)
    assert len(kept) == len(crafted)
    assert len(set(kept) & passwords.SUBSTITUTES) <= passwords.MOST_SUBSTITUTES


OPEN = b'<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><table:table table:name="a">'
CLOSE = b"</table:table></office:document-content>"


@pytest.mark.parametrize(
    ("rows", "area"),
    [
        (b'<table:table-row><table:table-cell office:value-type="float"/></table:table-row>', 1),
        (b'<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row>', 0),
        (
            b'<table:table-row table:number-rows-repeated="1000"/><table:table-row><table:table-cell '
            b'table:number-columns-repeated="50"/><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>',
            51_051,
        ),
        (  # a cell inside something else of the row
            b'<table:table-row><table:part><table:table-cell table:number-columns-repeated="16000" office:value="1"/>'
            b"</table:part></table:table-row>",
            16_000,
        ),
        (  # a table inside a cell does not begin the count of rows anew
            b'<table:table-row table:number-rows-repeated="1000000"/><table:table-row><table:table-cell><table:table/>'
            b"</table:table-cell></table:table-row>",
            1_000_001,
        ),
    ],
)
def test_the_area_of_a_sheet_is_measured_by_a_parser(rows, area):
    assert grid_size.ods_area(OPEN + rows + CLOSE) == area


def test_a_sheet_that_is_no_xml_is_refused():
    with pytest.raises(grid_size.BrokenXml):
        grid_size.ods_area(OPEN + b"<table:table-row " * 60)
