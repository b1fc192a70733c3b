"""Jobs as the worker runs them: what was not committed at the end is lost with its process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.extensions import db


def run_job(job: Callable[..., Any], *args: Any, **values: Any) -> None:
    """The job commits itself, by its `checkpoint`."""
    job(*args, checkpoint=db.session.commit, **values)
    db.session.rollback()
