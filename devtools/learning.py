"""Which tests run which line of the rules: each test is run once, under coverage."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from coverage import CoverageData

RULES = "app/services"
AT_ONCE = 2  # processes side by side
PYTEST = ("-q", "-p", "no:cacheprovider", "-m", "not browser", "--database", "sqlite")
PREPARED = "prepared.db"  # a database as `portal setup` makes it
NEAREST = ("tests/services", "tests/importing", "tests/mail", "tests/auth", "tests/views")  # quickest to notice
FAILED = re.compile(r"^(?:FAILED|ERROR) (tests/\S+?\.py::.*?)(?: - .*)?$", re.MULTILINE)

Line = tuple[str, int]  # of which file, from 1


@dataclass(frozen=True)
class Learned:
    """What the suite taught: which tests run which line, and which lines `portal setup` runs."""

    tests_of: dict[Line, list[str]]
    in_setup: set[Line]


def learn(copy: Path, tests: list[str], kept: Path | None) -> Learned:
    """Run the tests once, unless `kept` has what an earlier run learned; and `portal setup`."""
    data = copy / ".coverage"
    if kept is not None and kept.exists():
        shutil.copyfile(kept, data)
    else:
        print("Running the tests once, to learn which of them run which line ...", flush=True)
        _measure(copy, tests)
        if kept is not None:
            shutil.copyfile(data, kept)
    tests_of = _read_contexts(data)
    named = list_tests({test for found in tests_of.values() for test in found}, copy)
    _must(["pytest", *PYTEST, "--collect-only", named], copy)
    return Learned(tests_of, _prepare_database(copy))


def _measure(copy: Path, tests: list[str]) -> None:
    """Write the coverage of these tests, by test, to .coverage; side by side in processes that share nothing."""
    places = [copy / name for name in tests]
    files = sorted(file for place in places for file in ([place] if place.is_file() else place.rglob("test_*.py")))
    measured = ["-p", "devtools.forgetting", f"--cov={RULES}", "--cov-context=test", "--cov-report="]
    started = []
    for number in range(AT_ONCE):
        named = [str(file.relative_to(copy)) for file in files[number::AT_ONCE]]
        settings = {"COVERAGE_FILE": str(copy / f".coverage.{number}")}
        output = (copy / f"learning.{number}").open("w")
        started.append(_start(["pytest", *PYTEST, *measured, *named], copy, settings, output))
    statuses = [process.wait() for process in started]
    said = "".join((copy / f"learning.{number}").read_text() for number in range(AT_ONCE))
    if not set(statuses) <= {0, 1}:
        raise SystemExit(f"The tests cannot be run:\n{said[-3000:]}")
    for test in FAILED.findall(said):
        print(f"Fails without any change: {test}")
    _must(["coverage", "combine", "-q", *(f".coverage.{number}" for number in range(AT_ONCE))], copy)


def _read_contexts(data: Path) -> dict[Line, list[str]]:
    covered = CoverageData(basename=str(data))
    covered.read()
    found: dict[Line, list[str]] = defaultdict(list)
    for file in covered.measured_files():
        for line, contexts in covered.contexts_by_lineno(file).items():
            tests = {context.rpartition("|")[0] for context in contexts if context}
            found[file, line] = sorted(tests, key=_is_far)
    return found


def _prepare_database(copy: Path) -> set[Line]:
    """Run `portal setup` once for all; gives the lines that it runs: their changes need a setup of their own."""
    settings = {
        "PORTAL_ENV": "development",
        "INSTANCE_DIR": str(copy / "instance"),
        "DATABASE_URL": f"sqlite:///{copy / PREPARED}",
    }
    measured = ["coverage", "run", "--data-file=.coverage.setup", f"--include={RULES}/*"]
    _must([*measured, "-m", "flask", "--app", "app", "portal", "setup"], copy, settings)
    covered = CoverageData(basename=str(copy / ".coverage.setup"))
    covered.read()
    return {(file, line) for file in covered.measured_files() for line in covered.lines(file) or ()}


def list_tests(tests: Iterable[str], copy: Path) -> str:
    """An argument that names these tests to pytest, however many they are."""
    (copy / "these-tests").write_text("\n".join(tests))
    return "@these-tests"


def _is_far(test: str) -> tuple[int, str]:
    """Tests of the rules come first."""
    near = [test.startswith(folder) for folder in NEAREST]
    return (near.index(True) if any(near) else len(near)), test


def _must(module: list[str], copy: Path, settings: dict[str, str] | None = None) -> None:
    """Run it in the copy; the end when it fails."""
    output, _ = (process := _start(module, copy, settings or {}, subprocess.PIPE)).communicate()
    if process.returncode:
        raise SystemExit(f"This must pass before rules are changed:\n{output[-3000:]}")


def _start(module: list[str], copy: Path, settings: dict[str, str], output: IO[str] | int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *module],
        cwd=copy,
        env={**os.environ, **settings},
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
