"""Do the tests notice when a rule changes? Changes one line of a service at a time and runs the tests that run it.

python -m devtools.mutants [--count 70] [--seed 1] [--tests tests/services …] [--learned FILE]

Cosmic Ray makes the changes, coverage says which tests run a line. Everything happens in copies of the project. What no
test noticed is printed as a diff; the exit status is 1 when fewer than 9 of 10 changes were noticed. A change counts as
noticed only when the test that failed passes without it. Those of `equivalents.py` are named and not counted.
"""

from __future__ import annotations

import argparse
import difflib
import random
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

from cosmic_ray.mutating import mutate_code

from devtools.equivalents import explain
from devtools.forks import Runner
from devtools.learning import AT_ONCE, FAILED, PREPARED, PYTEST, RULES, Learned, Line, learn, list_tests
from devtools.mutations import Mutation, find_mutations

ROOT = Path(__file__).resolve().parents[1]
AIM = 0.9  # of the changes are noticed
LONGEST = 60  # seconds of the processor for the tests of one change, and LONGER more for each: what hangs is noticed
LONGER = 1
ENDLESS = "no end"  # in the place of the test that noticed
FLAWED = 5  # tests that fail without the change too, before it is given up


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
        learned = learn(copies[0], asked.tests, asked.learned)
        sample = _draw(find_mutations(copies[0], RULES), learned.tests_of, asked.count, random.Random(asked.seed))
        for copy in copies[1:]:
            shutil.copyfile(copies[0] / PREPARED, copy / PREPARED)
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
        if not tests:
            return outcome
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
    arguments = [*PYTEST, *prepared, "-x", list_tests(tests, runner.copy)]
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


if __name__ == "__main__":
    sys.exit(main())
