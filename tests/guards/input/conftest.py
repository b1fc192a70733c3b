"""What the walks through forms share: a portal with one of everything, and what each may see of it."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.guards.input.walking import KEYS, find_pages
from tests.support.client import sign_in
from tests.support.everything import fill_portal
from tests.support.factories.people import make_admin, make_member, make_staff


@pytest.fixture
def member(app, db, now, clock):
    """A member with one of everything, in a portal with one of everything."""
    made = fill_portal(app, now)
    db.session.commit()
    return made


@pytest.fixture
def shown(app, db, database, now, clock, tmp_path_factory) -> Callable[[str], dict[str, str]]:
    """`shown("staff")`: each page that this person may open, by its address, where a new member answered nothing yet.

    As "member" it is that new member who looks. The first process that asks walks, in a portal of its own with one of
    everything, and the others read what it wrote down: ask before anything else is made.
    """
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if folder.name.startswith("popen-") else folder  # that all processes of the run see

    def read(who: str) -> dict[str, str]:
        with (folder / f"pages-{who}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            written: Path = folder / f"pages-{who}.json"
            if not written.exists():
                assert database.is_fresh(), "what the test made before would be lost"
                fill_portal(app, now)
                written.write_text(json.dumps(_walk(app, db, who)))
                db.session.remove()
                database.make_fresh(db.engine)
            pages: dict[str, str] = json.loads(written.read_text())
            return pages

    return read


def _walk(app: Any, db: Any, who: str) -> dict[str, str]:
    new = make_member()
    db.session.commit()
    person = {"member": lambda: new, "staff": make_staff, "admin": make_admin}.get(who, lambda: None)()
    client = app.test_client()
    if person is not None:
        sign_in(client, person)
    return dict(find_pages(client, who, [*KEYS, str(new.id)]))
