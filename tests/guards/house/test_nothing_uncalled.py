"""A function that nobody calls is dead, or is work that somebody forgot to ask for."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ("app", "bench", "devtools", "migrations", "tests")
READ_ONLY = {"_counted_messages"}  # babel collects its texts
WORD = re.compile(r"\w+")
FILES = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.*") if path.suffix in (".py", ".html", ".txt")]


def functions_of(text):
    """The functions of a module that no decorator hands to somebody else."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and not node.decorator_list:
            yield node.name


def test_each_function_is_named_where_it_is_called():
    """One with an underscore in its own module; a hook of Flask (`init_app`) stands in many."""
    texts = {path: path.read_text(encoding="utf-8") for path in FILES}
    named = Counter(word for text in texts.values() for word in WORD.findall(text))
    uncalled = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, text in texts.items()
        if path.suffix == ".py" and path.is_relative_to(ROOT / "app")
        for name in functions_of(text)
        if name not in READ_ONLY
        if named[name] == 1 or (name.startswith("_") and WORD.findall(text).count(name) == 1)
    ]
    assert uncalled == []
