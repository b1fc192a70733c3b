"""`make bench`: every script of this folder in turn, and at the end the rows that miss their aim."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
MISSES = "misses its aim"  # as bench.support.portals.judge prints it


def run(script: Path) -> tuple[bool, list[str]]:
    """Whether the script came to its end, and the rows of it that miss their aim; what it prints is shown."""
    print(f"== {script.name}", flush=True)
    missed = []
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        database = ""
        for line in running.stdout:
            print(line, end="", flush=True)
            database = line.strip("- \n") if line.startswith("-- ") else database
            if line.startswith(MISSES):
                missed.append(f"{script.name}, {database}: {line.removeprefix(MISSES + ': ').strip()}")
    return running.returncode == 0, missed


def main() -> None:
    """Measure everything; the exit status says whether each script came to its end, not whether it is fast."""
    scripts = sorted(path for path in FOLDER.glob("*.py") if path.name != "__main__.py")
    outcomes = {script.name: run(script) for script in scripts}
    missed = [row for _ended, rows in outcomes.values() for row in rows]
    print("== rows that miss their aim" if missed else "== every row reaches its aim")
    print("\n".join(missed))
    broken = [name for name, (ended, _rows) in outcomes.items() if not ended]
    if broken:
        raise SystemExit(f"did not come to its end: {', '.join(broken)}")


if __name__ == "__main__":
    main()
