"""Settings are read, and lines are logged, before there is a portal: these files stand by themselves."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FILES = ("config", "setting_rules", "log_lines")
OTHERS = {"click"}  # shows the refusal as a command does


def imported_by(name: str) -> set[str]:
    """The packages that a file names in any import, also one inside a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / f"{name}.py").read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("app" if node.level else (node.module or "").partition(".")[0])
    return found


def test_they_import_nothing_of_the_portal():
    for name in FILES:
        assert imported_by(name) - set(sys.stdlib_module_names) - OTHERS - set(FILES) == set(), name
