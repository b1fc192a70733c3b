"""Do the tests notice when a rule changes? Changes one line of a service at a time and runs the tests that run it.

python -m devtools.mutants [--count 70] [--seed 1] [--tests tests/services …] [--learned FILE]

Cosmic Ray makes the changes, coverage says which tests run a line. Everything happens in copies of the project. What no
test noticed is printed as a diff; the exit status is 1 when fewer than 9 of 10 changes were noticed. A change counts as
noticed only when the test that failed passes without it. Those of `equivalents.py` are named and not counted.
"""

from __future__ import annotations

import argparse
import difflib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.util import cache_from_source
from pathlib import Path
from queue import Queue
from typing import IO

from cosmic_ray.mutating import mutate_code
from coverage import CoverageData

from devtools.equivalents import explain
from devtools.forks import Runner
from devtools.mutations import Mutation, find_mutations

ROOT = Path(__file__).resolve().parents[1]
RULES = "app/services"
AIM = 0.9  # of the changes are noticed
LONGEST = 60  # seconds of the processor for the tests of one change, and LONGER more for each: what hangs is noticed
LONGER = 1
AT_ONCE = 2  # changes tried side by side
ENDLESS = "no end"  # in the place of the test that noticed
FLAWED = 5  # tests that fail without the change too, before it is given up
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


@dataclass
class Outcome:
    """What became of one change: how it was noticed, or not."""

    mutation: Mutation
    tests: int
    noticed: str = ""  # by which test; empty: by none
    flawed: list[str] = field(default_factory=list)  # tests that fail without the change too


def main() -> int:
    """0 when enough changes were noticed, 1 when not."""
    asked = _read_arguments()
    with tempfile.TemporaryDirectory() as folder:
        copies = [_copy_project(Path(folder) / str(number)) for number in range(AT_ONCE)]
        learned = _learn(copies[0], asked.tests, asked.learned)
        sample = _draw(find_mutations(copies[0], RULES), learned.tests_of, asked.count, random.Random(asked.seed))
        shutil.copyfile(copies[0] / PREPARED, copies[1] / PREPARED)
        outcomes = list(_try_all(_leave_out_equivalents(sample, copies[0]), learned, copies))
    return _tell(outcomes, len(sample))


def _tell(outcomes: list[Outcome], drawn: int) -> int:
    noticed = [outcome for outcome in outcomes if outcome.noticed]
    endless = sum(outcome.noticed == ENDLESS for outcome in noticed)
    print(f"{len(noticed)} of {len(outcomes)} changes were noticed, {endless} of them because the tests did not end.")
    if drawn > len(outcomes):
        print(f"{drawn - len(outcomes)} more change nothing; see above.")
    for test in sorted({test for outcome in outcomes for test in outcome.flawed}):
        print(f"Fails without any change: {test}")
    return 0 if outcomes and len(noticed) / len(outcomes) >= AIM else 1


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Change rules at random; do the tests notice?")
    parser.add_argument("--count", type=int, default=70, help="how many changes to try")
    parser.add_argument("--seed", type=int, default=None, help="the same number draws the same changes")
    parser.add_argument("--tests", nargs="+", default=["tests"], help="only these")
    parser.add_argument("--learned", type=Path, help="keep here which tests run which line; the next run reads it")
    return parser.parse_args()


def _copy_project(target: Path) -> Path:
    """The files that git knows, and the compiled translations."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    compiled = [str(path.relative_to(ROOT)) for path in ROOT.glob("app/translations/*/LC_MESSAGES/*.mo")]
    for name in [*filter(None, listed.split("\0")), *compiled]:
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)
    (target / ".coveragerc").write_text("[run]\nrelative_files = true\n")
    return target


def _learn(copy: Path, tests: list[str], kept: Path | None) -> Learned:
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
    named = _list_tests({test for found in tests_of.values() for test in found}, copy)
    _must(["pytest", *PYTEST, "--collect-only", named], copy)
    return Learned(tests_of, _prepare_database(copy))


def _measure(copy: Path, tests: list[str]) -> None:
    """Write the coverage of these tests, by test, to .coverage; side by side in processes that share nothing."""
    places = [copy / name for name in tests]
    files = sorted(file for place in places for file in ([place] if place.is_file() else place.rglob("test_*.py")))
    measured = [f"--cov={RULES}", "--cov-context=test", "--cov-report="]
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


def _list_tests(tests: Iterable[str], copy: Path) -> str:
    """An argument that names these tests to pytest, however many they are."""
    (copy / "these-tests").write_text("\n".join(tests))
    return "@these-tests"


def _is_far(test: str) -> tuple[int, str]:
    """Tests of the rules come first."""
    near = [test.startswith(folder) for folder in NEAREST]
    return (near.index(True) if any(near) else len(near)), test


def _draw(
    mutations: Iterable[Mutation], tests_of: dict[Line, list[str]], count: int, dice: random.Random
) -> list[Mutation]:
    """At most one change a line, of lines that some test runs."""
    by_line: dict[Line, list[Mutation]] = defaultdict(list)
    for mutation in mutations:
        if tests_of.get((mutation.path, mutation.line)):
            by_line[mutation.path, mutation.line].append(mutation)
    lines = dice.sample(sorted(by_line), min(count, len(by_line)))
    return [dice.choice(by_line[line]) for line in lines]


def _leave_out_equivalents(sample: list[Mutation], copy: Path) -> list[tuple[Mutation, str]]:
    """Those that change something, each with its diff; the others are named."""
    kept = []
    for mutation in sample:
        diff = _draw_diff(mutation, (copy / mutation.path).read_text())
        added = [line[1:] for line in diff.splitlines()[2:] if line.startswith("+")]
        if why := explain(mutation.path, added):
            print(f"\nChanges nothing: {why}\n{diff}")
        else:
            kept.append((mutation, diff))
    return kept


def _try_all(sample: list[tuple[Mutation, str]], learned: Learned, copies: list[Path]) -> Iterator[Outcome]:
    """Each change in a copy of its own for as long as its tests run; says at once what nobody noticed."""
    runners = [Runner(copy) for copy in copies]
    free: Queue[Runner] = Queue()
    for runner in runners:
        free.put(runner)

    def attempt(mutation: Mutation) -> Outcome:
        runner = free.get()
        try:
            return _try(mutation, learned, runner)
        finally:
            free.put(runner)

    with ThreadPoolExecutor(len(copies)) as pool:
        outcomes = pool.map(attempt, (mutation for mutation, _ in sample))
        for outcome, (_, diff) in zip(outcomes, sample, strict=True):
            where = f"{outcome.mutation.path}:{outcome.mutation.line}"
            if outcome.noticed:
                print(f"{where} {outcome.noticed}", flush=True)
            else:
                print(f"\nNot noticed by {outcome.tests} tests:\n{diff}", flush=True)
            yield outcome
    for runner in runners:
        runner.stop()


def _try(mutation: Mutation, learned: Learned, runner: Runner) -> Outcome:
    """Whether a test fails with the change that passes without it."""
    place = mutation.path, mutation.line
    prepared = [] if place in learned.in_setup else ["--prepared", PREPARED]
    outcome = Outcome(mutation, len(learned.tests_of[place]))
    while len(outcome.flawed) < FLAWED:
        tests = [test for test in learned.tests_of[place] if test not in outcome.flawed]
        failed = _run_changed(mutation, tests, prepared, runner)
        if failed is None or failed == ENDLESS:
            outcome.noticed = failed or ""
            return outcome
        status, _ = _run([failed], prepared, runner)
        if status == 0:
            outcome.noticed = failed
            return outcome
        outcome.flawed.append(failed)
    return outcome


def _run_changed(mutation: Mutation, tests: list[str], prepared: list[str], runner: Runner) -> str | None:
    """The test that failed with the change, or None; the first one when the portal does not even start."""
    file = runner.copy / mutation.path
    original = file.read_text()
    try:
        _write(file, _change(mutation, original))
        status, output = _run(tests, prepared, runner)
    finally:
        _write(file, original)
    if status == 0:
        return None
    return ENDLESS if status is None else next(iter(FAILED.findall(output)), tests[0])


def _run(tests: list[str], prepared: list[str], runner: Runner) -> tuple[int | None, str]:
    arguments = [*PYTEST, *prepared, "-x", _list_tests(tests, runner.copy)]
    return runner.run(arguments, LONGEST + LONGER * len(tests))


def _write(file: Path, code: str) -> None:
    """Python may not take what it compiled of the code before: within a second it sees no difference."""
    file.write_text(code)
    Path(cache_from_source(str(file))).unlink(missing_ok=True)


def _change(mutation: Mutation, code: str) -> str:
    changed = mutate_code(code, mutation.operator, mutation.occurrence)
    assert changed is not None, mutation
    return str(changed)


def _draw_diff(mutation: Mutation, original: str) -> str:
    lines = (text.splitlines(keepends=True) for text in (original, _change(mutation, original)))
    return "".join(difflib.unified_diff(*lines, mutation.path, mutation.path, n=2))


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


if __name__ == "__main__":
    sys.exit(main())
