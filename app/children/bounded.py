"""Runs a script of ours within bounds: `python -I bounded.py MEMORY FILES CPU_SECONDS SCRIPT [ARGUMENT …]`.

The bounds are of this process only: bytes of addresses, bytes of a file, seconds of the processor (0: no bound). It
leaves no core. Where the service has a lower limit, that stays. Nothing of `app` is imported here: the script may
break, and may not reach the portal.
"""

from __future__ import annotations

import resource
import runpy
import sys


def limit(kind: int, most: int) -> None:
    """At most so much, and never more than this process may have already."""
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(kind, (most, most))


def main(memory: int, file_bytes: int, cpu_seconds: int) -> None:
    """Take the bounds, then be the script."""
    limit(resource.RLIMIT_AS, memory)
    limit(resource.RLIMIT_FSIZE, file_bytes)
    limit(resource.RLIMIT_CORE, 0)
    if cpu_seconds:
        limit(resource.RLIMIT_CPU, cpu_seconds)
    del sys.argv[:4]
    sys.dont_write_bytecode = True
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
