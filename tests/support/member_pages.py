"""The team's page of one member, in all its parts."""

from __future__ import annotations

import re

from tests.support.client import PortalClient


def address_of_part(member_id: int, part: str) -> str:
    """The address of this part, the first one when it is empty."""
    return f"/leden/show/{member_id}/{part}".rstrip("/")


def list_parts(client: PortalClient, member_id: int) -> list[str]:
    """The addresses of all parts that the page links to, its own first."""
    found = re.search(r'<nav class="tabs".*?</nav>', client.get(address_of_part(member_id, "")).text, re.DOTALL)
    assert found is not None
    return [link.partition("?")[0] for link in re.findall(r'href="([^"]+)"', found[0])]


def read_member(client: PortalClient, member_id: int) -> str:
    """All that the page tells of this member, part after part."""
    return "\n".join(client.get(address).text for address in list_parts(client, member_id))
