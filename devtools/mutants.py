"""Do the tests notice when a rule changes? Changes one line of a service at a time and runs the tests that run it.

python -m devtools.mutants [--count 70] [--seed 1]

Cosmic Ray makes the changes, coverage says which tests run a line. Everything happens in a copy of the project. What no
test noticed is printed as a diff; the exit status is 1 when fewer than 9 of 10 changes were noticed.
"""

from __future__ import annotations

import argparse
import difflib
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

from cosmic_ray.mutating import mutate_code
from coverage import CoverageData

from devtools.mutations import Mutation, find_mutations

ROOT = Path(__file__).resolve().parents[1]
RULES = "app/services"
AIM = 0.9  # of the changes are noticed
LONGEST = 120  # seconds that the tests of one change may take, and LONGER more for each: one that hangs them is noticed
LONGER = 2
AT_ONCE = 2  # changes tried side by side
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not browser", "--database", "sqlite")


@dataclass(frozen=True)
class Outcome:
    """What became of one change: `tests` ran its line, and one of them failed or not."""

    mutation: Mutation
    tests: int
    is_noticed: bool


def main() -> int:
    """0 when enough changes were noticed, 1 when not."""
    asked = _read_arguments()
    with tempfile.TemporaryDirectory() as folder:
        copies = [_copy_project(Path(folder) / str(number)) for number in range(AT_ONCE)]
        print("Running the suite once, to learn which tests run which line ...", flush=True)
        tests_of = _learn_tests(copies[0])
        sample = _draw(find_mutations(copies[0], RULES), tests_of, asked.count, random.Random(asked.seed))
        outcomes = list(_try_all(sample, tests_of, copies))
    noticed = sum(outcome.is_noticed for outcome in outcomes)
    print(f"{noticed} of {len(outcomes)} changes were noticed.")
    return 0 if outcomes and noticed / len(outcomes) >= AIM else 1


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Change rules at random; do the tests notice?")
    parser.add_argument("--count", type=int, default=70, help="how many changes to try")
    parser.add_argument("--seed", type=int, default=None, help="the same number draws the same changes")
    return parser.parse_args()


def _copy_project(target: Path) -> Path:
    """The files that git knows, and the compiled translations."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    compiled = [str(path.relative_to(ROOT)) for path in ROOT.glob("app/translations/*/LC_MESSAGES/*.mo")]
    for name in [*filter(None, listed.split("\0")), *compiled]:
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)
    return target


def _learn_tests(copy: Path) -> dict[tuple[str, int], list[str]]:
    """The tests that run each line of the rules, by file and line."""
    _run(
        [*PYTEST, "-n", str(AT_ONCE), "--dist", "loadfile", f"--cov={RULES}", "--cov-context=test", "--cov-report="],
        copy,
    )
    data = CoverageData(basename=str(copy / ".coverage"))
    data.read()
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for file in data.measured_files():
        for line, contexts in data.contexts_by_lineno(file).items():
            tests = {context.rpartition("|")[0] for context in contexts if context}
            found[str(Path(file).relative_to(copy.resolve())), line] = sorted(tests, key=_is_far)
    _run([*PYTEST, "--collect-only", _list_tests({test for tests in found.values() for test in tests}, copy)], copy)
    return found


def _list_tests(tests: Iterable[str], copy: Path) -> str:
    """An argument that names these tests to pytest, however many they are."""
    (copy / "these-tests").write_text("\n".join(tests))
    return "@these-tests"


def _is_far(test: str) -> tuple[bool, str]:
    """Tests of the rules come first: they are the quickest to notice."""
    return not test.startswith("tests/services"), test


def _draw(
    mutations: Iterable[Mutation], tests_of: dict[tuple[str, int], list[str]], count: int, dice: random.Random
) -> list[Mutation]:
    """At most one change a line, of lines that some test runs."""
    by_line: dict[tuple[str, int], list[Mutation]] = defaultdict(list)
    for mutation in mutations:
        if tests_of.get((mutation.path, mutation.line)):
            by_line[mutation.path, mutation.line].append(mutation)
    lines = dice.sample(sorted(by_line), min(count, len(by_line)))
    return [dice.choice(by_line[line]) for line in lines]


def _try_all(
    sample: list[Mutation], tests_of: dict[tuple[str, int], list[str]], copies: list[Path]
) -> Iterator[Outcome]:
    """Each change in a copy of its own for as long as its tests run; says at once what nobody noticed."""
    free: Queue[Path] = Queue()
    for copy in copies:
        free.put(copy)

    def attempt(mutation: Mutation) -> Outcome:
        copy = free.get()
        try:
            return _try(mutation, tests_of[mutation.path, mutation.line], copy)
        finally:
            free.put(copy)

    with ThreadPoolExecutor(len(copies)) as pool:
        for outcome in pool.map(attempt, sample):
            print(
                "."
                if outcome.is_noticed
                else f"\nNot noticed by {outcome.tests} tests:\n{_draw_diff(outcome.mutation)}"
            )
            yield outcome


def _try(mutation: Mutation, tests: list[str], copy: Path) -> Outcome:
    file = copy / mutation.path
    original = file.read_text()
    file.write_text(_change(mutation, original))
    try:
        longest = LONGEST + LONGER * len(tests)
        is_noticed = not _run([*PYTEST, "-x", _list_tests(tests, copy)], copy, longest)
    finally:
        file.write_text(original)
    return Outcome(mutation, len(tests), is_noticed)


def _change(mutation: Mutation, code: str) -> str:
    changed = mutate_code(code, mutation.operator, mutation.occurrence)
    assert changed is not None, mutation
    return str(changed)


def _draw_diff(mutation: Mutation) -> str:
    original = (ROOT / mutation.path).read_text()
    lines = (text.splitlines(keepends=True) for text in (original, _change(mutation, original)))
    return "".join(difflib.unified_diff(*lines, mutation.path, mutation.path, n=2))


def _run(command: list[str], copy: Path, longest: float | None = None) -> bool:
    """True when the tests passed; without `longest`, in seconds, they must. Who takes longer is ended and failed."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(
        command, cwd=copy, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        output, _ = process.communicate(timeout=longest)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.communicate()
        return False
    if longest is None and process.returncode:
        raise SystemExit(f"The suite must pass before its rules are changed:\n{output.decode()[-3000:]}")
    return process.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
