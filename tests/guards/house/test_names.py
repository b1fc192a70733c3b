"""What is looped over or handed in has the name of the thing, never `one`."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CODE = [file for folder in ("app", "bench", "devtools", "tests") for file in sorted((ROOT / folder).rglob("*.py"))]
TEMPLATES = sorted((ROOT / "app/templates").rglob("*.*"))
LOOP = re.compile(r"\{%-? (?:for|set) one\b")


def _names_given(code: str) -> set[str]:
    """The variables and parameters that code makes."""
    nodes = list(ast.walk(ast.parse(code)))
    variables = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return variables | {node.arg for node in nodes if isinstance(node, ast.arg)}


@pytest.mark.parametrize("code", ["for one in rows: pass", "[one for one in rows]", "lambda one: 1", "one = row"])
def test_a_name_that_says_nothing_is_found(code):
    assert "one" in _names_given(code)


def test_no_variable_of_the_code_is_called_one():
    assert CODE
    assert not [str(file.relative_to(ROOT)) for file in CODE if "one" in _names_given(file.read_text())]


def test_no_variable_of_a_template_is_called_one():
    assert TEMPLATES
    assert not [str(file.relative_to(ROOT)) for file in TEMPLATES if LOOP.search(file.read_text())]
