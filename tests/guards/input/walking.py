"""Which pages there are for whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.permissions import ADMIN, MEMBER, ROLES, STAFF
from tests.guards.test_foreign_ids import SAFE, walk
from tests.guards.test_routes import PUBLIC, _permission_of

KEYS = ["1", "GR2026_Voorbeeldstad"]  # of which there is something in tests.support.everything


def pages_of(app: Any, keys: list[str], who: str) -> Iterator[str]:
    """The pages that this person may open, and the team's colleague may not: those are walked as the colleague."""
    if who == "nobody":
        rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint in PUBLIC and not rule.arguments]
        yield from (rule.rule for rule in rules)
        return
    role = {"member": MEMBER, "staff": STAFF, "admin": ADMIN}[who]
    may = ROLES[role] - (ROLES[STAFF] if role == ADMIN else set())
    yield from (
        path for method, path, rule in walk(app, keys) if method in SAFE and _permission_of(app, rule.endpoint) in may
    )


def find_pages(client: Any, who: str, keys: list[str]) -> Iterator[tuple[str, str]]:
    """Address and HTML of each of them that is there."""
    for path in pages_of(client.application, keys, who):
        page = client.get(path)
        if page.status_code == 200 and page.mimetype == "text/html":
            yield path, page.text
