"""How a peer is asked: {"method", "path", "data"} on a line of stdin, {"seconds", "status", "size"} on one back."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable

DATABASE_URL = os.environ["DATABASE_URL"]
COLUMNS = ("surname", "first_name", "member_number", "email", "city", "state")  # on the list and on the form
SEARCHED = ("surname", "first_name", "member_number", "email")
PAGE = 25


def answer(ask: Callable[[str, str, dict[str, str]], tuple[int, int]]) -> None:
    """Serve until stdin ends. `ask` does the request and gives the status and the length of the answer."""
    print("ready", flush=True)
    for line in sys.stdin:
        wanted = json.loads(line)
        start = time.perf_counter()
        status, size = ask(wanted["method"], wanted["path"], wanted["data"])
        print(json.dumps({"seconds": time.perf_counter() - start, "status": status, "size": size}), flush=True)
