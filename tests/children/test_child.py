"""The bounds of a process that reads a file from outside, looked at from inside it."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from app.children.child import Child

MEMORY = 200 * 1024 * 1024


def child_of(tmp_path: Path, script: str, *, cpu_seconds: int = 5, file_bytes: int = 0) -> Child:
    path = tmp_path / "odd_child.py"
    path.write_text(f"import os, resource, sys\n{script}\n")
    return Child(path, memory=MEMORY, cpu_seconds=cpu_seconds, file_bytes=file_bytes)


def run(child: Child, *arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
    command = child.command(*arguments)
    if before:
        start = f"import os, resource, sys; {before}; os.execv(sys.argv[1], sys.argv[1:])"
        command = [sys.executable, "-c", start, *command]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={}, timeout=60)


@pytest.mark.parametrize("kind", ["RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_CORE"])
def test_each_bound_is_hard(tmp_path: Path, kind: str) -> None:
    most = {"RLIMIT_AS": MEMORY, "RLIMIT_CPU": 5, "RLIMIT_FSIZE": 100, "RLIMIT_CORE": 0}[kind]
    said = run(child_of(tmp_path, f"print(resource.getrlimit(resource.{kind}))", file_bytes=100))
    assert said.stdout.strip() == str((most, most))


def test_it_gets_no_more_memory_than_it_may_have(tmp_path: Path) -> None:
    said = run(child_of(tmp_path, f"bytearray({MEMORY})"))
    assert said.returncode == 1
    assert said.stderr.strip().endswith("MemoryError")


def test_it_writes_no_file(tmp_path: Path) -> None:
    said = run(child_of(tmp_path, "with open(sys.argv[1], 'wb') as file: file.write(b'x')"), str(tmp_path / "written"))
    assert "File too large" in said.stderr
    assert (tmp_path / "written").stat().st_size == 0


@pytest.mark.parametrize(("kind", "lower"), [("RLIMIT_AS", MEMORY // 2), ("RLIMIT_CPU", 2), ("RLIMIT_FSIZE", 50)])
def test_a_lower_limit_of_the_service_stays(tmp_path: Path, kind: str, lower: int) -> None:
    child = child_of(tmp_path, f"print(resource.getrlimit(resource.{kind})[1])", file_bytes=100)
    said = run(child, before=f"resource.setrlimit(resource.{kind}, ({lower}, {lower}))")
    assert (said.stdout.strip(), said.stderr) == (str(lower), "")


def test_zero_seconds_leaves_the_processor_to_the_script(tmp_path: Path) -> None:
    said = run(child_of(tmp_path, "print(resource.getrlimit(resource.RLIMIT_CPU)[1])", cpu_seconds=0))
    assert said.stdout.strip() == str(resource.getrlimit(resource.RLIMIT_CPU)[1])


def test_the_bounds_are_its_own(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    assert child_of(tmp_path, "print('fine')").read(io.BytesIO(b""), seconds=20) is not None
    assert resource.getrlimit(resource.RLIMIT_AS) == before
