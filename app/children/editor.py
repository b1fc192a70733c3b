"""A child that writes one file anew. A leaf, as `judge`."""

from __future__ import annotations

import logging
from typing import IO

from app.children.child import Child

log = logging.getLogger(__name__)


def edit(child: Child, content: IO[bytes], *, seconds: float) -> bytes | None:
    """What the child writes of the content; None where it ran out of its bounds, or broke."""
    ended = child.read(content, seconds=seconds)
    if ended is None:
        return None
    if ended.returncode == 0:
        return ended.stdout
    log.warning("%s wrote nothing (status %s): %s", child.name, ended.returncode, ended.stderr[-200:])
    return None
