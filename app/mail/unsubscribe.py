"""The signed link with which a mail of an optional kind is stopped: `List-Unsubscribe` and its one click (RFC 8058).

It opens nothing and tells nothing: who has it can only stop mail of these kinds to this member. It does not expire,
because people keep mails for years; another SECRET_KEY ends all.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer

from app.mail.post_office import post_office

SALT = "unsubscribe"


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """Whose mail of which kinds is to stop."""

    member_id: int
    kinds: tuple[str, ...]


def make_token(member_id: int, kinds: Collection[str]) -> str:
    """What the link holds."""
    return str(_signer().dumps([member_id, sorted(kinds)]))


def read_token(token: str) -> Unsubscribing | None:
    """What a link asks, or None for one that we did not make."""
    try:
        member_id, kinds = _signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return Unsubscribing(int(member_id), tuple(str(kind) for kind in kinds))


def headers_for(member_id: int, kinds: Collection[str]) -> dict[str, str]:
    """The two headers of a mail that tells of these optional kinds only."""
    link = f"{post_office.settings['PUBLIC_URL']}/afmelden/{make_token(member_id, kinds)}"
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(post_office.settings["SECRET_KEY"], salt=SALT)
