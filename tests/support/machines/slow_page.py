"""A page that takes a moment, for a web server that is stopped while it answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Say well done, after a while."""
    time.sleep(0.02)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"well done"]
