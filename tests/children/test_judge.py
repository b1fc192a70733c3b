"""What every child that judges a file keeps to: bounds, no settings, nothing of the portal; and each content once."""

from __future__ import annotations

import ast
import io
from pathlib import Path

import pytest

from app.children.child import Child
from app.children.judge import Judge, Said
from app.contents import pdf
from app.importing.spreadsheets import trial
from app.letters import press
from app.services.planning.proposals import process

APP = Path(__file__).parents[2] / "app"
CHILDREN = sorted(APP.rglob("*_child.py"))
MEMORY = 200 * 1024 * 1024


def judge_of(tmp_path: Path, script: str, *, seconds: float = 20, remembers: int = 2) -> Judge:
    path = tmp_path / "odd_child.py"
    path.write_text(f"import os, sys, time\n{script}\n")
    return Judge(
        Child(path, memory=MEMORY), seconds=seconds, is_verdict=lambda said: said.status == 0, remembers=remembers
    )


def ask(judge: Judge, content: bytes = b"x") -> Said | None:
    return judge.ask(io.BytesIO(content))


def test_it_reads_the_whole_content_and_says_a_word(tmp_path: Path) -> None:
    judge = judge_of(tmp_path, "print(len(sys.stdin.buffer.read()))")
    stream = io.BytesIO(b"x" * 100_000)
    stream.seek(500)
    assert judge.ask(stream) == Said(0, "100000")


def test_a_verdict_is_remembered_and_the_oldest_forgotten(tmp_path: Path) -> None:
    judge = judge_of(tmp_path, "print(time.time())")
    first = ask(judge, b"1")
    assert ask(judge, b"1") == first
    ask(judge, b"2")
    ask(judge, b"3")
    assert ask(judge, b"1") != first


@pytest.mark.parametrize("script", ["sys.exit(3)", "time.sleep(60)", "os.abort()"], ids=["refuses", "hangs", "breaks"])
def test_what_is_no_verdict_is_asked_again(tmp_path: Path, script: str) -> None:
    judge = judge_of(tmp_path, script, seconds=2)
    assert ask(judge) is None
    judge.child.script.write_text("print('fine')")
    assert ask(judge) == Said(0, "fine")


def test_it_gets_nothing_of_the_portals_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENCRYPTION_KEYS", "secret")
    said = ask(
        judge_of(tmp_path, "print(sorted(set(os.environ) - {'LC_CTYPE', '__CF_USER_TEXT_ENCODING'}), sys.path[0])")
    )
    assert said is not None
    assert said.word.startswith("[]")
    assert str(tmp_path) not in said.word


@pytest.mark.parametrize("script", CHILDREN, ids=lambda path: path.name)
def test_a_child_imports_nothing_of_the_portal(script: Path) -> None:
    tree = ast.parse(script.read_text())
    for_types = {id(node) for block in ast.walk(tree) if is_for_types(block) for node in ast.walk(block)}
    nodes = [node for node in ast.walk(tree) if id(node) not in for_types]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "." for node in nodes if isinstance(node, ast.ImportFrom)]
    assert not [name for name in names if name.split(".")[0] in ("app", "", "config", "setting_rules")]


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def test_each_of_them_is_started_within_bounds() -> None:
    children = {pdf.READER, pdf.CLEANER, trial.READER, press.CHILD, process.CHILD}
    assert {child.script for child in children} == set(CHILDREN)
    assert {child.name for child in children if not child.cpu_seconds} == {
        press.CHILD.name
    }  # counts them by the letter
