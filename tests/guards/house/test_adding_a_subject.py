"""docs/adding-a-subject.md followed to the letter: its files make a subject that shows up everywhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs/adding-a-subject.md"
FILE = re.compile(r"^```python (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def write_files(folder: Path) -> None:
    for name, text in FILE.findall(PAGE.read_text()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_the_subject_of_the_page_shows_up_everywhere(pytestconfig: pytest.Config, tmp_path: Path):
    write_files(tmp_path)
    walk = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/guards/house/visit_walk.py"]
    walk += ["--database", pytestconfig.getoption("--database")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment["VISIT"] = str(tmp_path)
    done = subprocess.run(walk, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "6 passed" in done.stdout


def test_the_page_is_python_that_is_well_written(tmp_path: Path):
    write_files(tmp_path)
    rules = ["--select", "E,F,W,B,C90,D1,SIM,N,UP", "--ignore", "D100,D101,D104,D105,D107,F821"]
    subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--line-length", "120", *rules, str(tmp_path)], check=True
    )
