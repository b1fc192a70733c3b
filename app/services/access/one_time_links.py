"""One-time links by mail or letter: 256 random bits, kept as a hash, used once by POST (SECURITY §1).

A link is a row first; its token is made by the worker just before it hands the mail over, so no token is ever in an
outbox row, a job argument or a log, and a retry makes a new one.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import db
from app.models import EmailChange, LinkKind, MailedLink
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.access import letter_codes
from app.services.access.sessions import TOKEN_BYTES, hash_token
from app.services.atomic import change_if
from app.services.bulk import among, is_postgresql

RESET_LIFETIME = timedelta(hours=1)
EMAIL_LIFETIME = timedelta(days=2)

NO_LONGER_VALID = phrase("This link is no longer valid. It was used already, or a newer one was sent.")


@everyone("make a link")
def make_link(
    user_id: int, kind: LinkKind, *, now: datetime, lifetime: timedelta, email_change_id: int | None = None
) -> MailedLink | None:
    """A new link, still without token; an older one of the same kind for this user no longer works.

    None when another one is made at this moment: the database keeps one open link of a kind for a user.
    """
    end_links([user_id], [kind], now)
    values = {"user_id": user_id, "kind": kind, "created_at": now, "expires_at": now + lifetime}
    made = insert_links().values(**values, email_change_id=email_change_id).returning(MailedLink)
    return db.session.scalars(made).one_or_none()


@everyone("make links")
def make_links(wanted: Mapping[int, tuple[LinkKind, timedelta]], now: datetime) -> list[MailedLink]:
    """A new link for each of these users, of this kind and life; older ones of these kinds no longer work.

    As many statements for many as for one. Left out is who gets one from somebody else at this moment.
    """
    end_links(list(wanted), list({kind for kind, _ in wanted.values()}), now)
    rows = [
        {"user_id": user_id, "kind": kind, "created_at": now, "expires_at": now + lifetime}
        for user_id, (kind, lifetime) in wanted.items()
    ]
    return list(db.session.scalars(insert_links().returning(MailedLink), rows))


def insert_links() -> Any:
    """INSERT of links that leaves out those whose user has an open one of the kind."""
    dialect = postgresql if is_postgresql() else sqlite
    return dialect.insert(MailedLink).on_conflict_do_nothing()


@everyone("end links")
def end_links(user_ids: Sequence[int], kinds: Sequence[LinkKind], now: datetime) -> None:
    """The open links of these kinds of these users no longer work."""
    db.session.execute(
        update(MailedLink)
        .where(MailedLink.user_id.in_(user_ids), MailedLink.kind.in_(kinds))
        .where(MailedLink.is_waiting)
        .values(ended_at=now)
    )


@everyone("end an expired link")
def end_expired(link: MailedLink, now: datetime) -> bool:
    """Whether this call ended the link, which had expired unused; of several at once one says True."""
    return change_if(
        MailedLink, MailedLink.id == link.id, MailedLink.is_waiting, MailedLink.expires_at <= now, ended_at=now
    )


@everyone("end what was mailed to another address")
def end_everything_mailed(user_ids: Sequence[int], now: datetime) -> None:
    """The address changed: no link that was mailed to the old one works any more, nor a wish for another address.

    Else an invitation to a mistyped address stays open to a stranger, and who reads a lost mailbox could still agree to
    yet another address.
    """
    if not user_ids:
        return
    for is_open in (
        update(MailedLink).where(among(MailedLink.user_id, user_ids), MailedLink.is_waiting),
        update(EmailChange).where(among(EmailChange.user_id, user_ids), EmailChange.ended_at.is_(None)),
    ):
        db.session.execute(is_open.values(ended_at=now).execution_options(synchronize_session="fetch"))


@everyone("make the token of a link")
def make_token(link_id: int, now: datetime) -> str | None:
    """A fresh token for this link, or None when the link is no longer open. Commit before handing it over."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    made = change_if(MailedLink, MailedLink.id == link_id, MailedLink.is_open(now), token_hash=hash_token(token))
    return token if made else None


@everyone("make the code of a letter")
def make_code(link_id: int) -> str:
    """A fresh short code for this link, which opens it as its token does; kept as a hash."""
    code = letter_codes.make_code()
    change_if(MailedLink, MailedLink.id == link_id, code_hash=letter_codes.hash_code(code))
    return code


@everyone("find a link by its id")
def find_link_of(link_id: int) -> MailedLink | None:
    """The invitation that somebody opened with the code of a letter; the session of the browser holds its id."""
    return db.session.scalar(
        select(MailedLink).where(
            MailedLink.id == link_id, MailedLink.kind == LinkKind.INVITATION, MailedLink.code_hash.is_not(None)
        )
    )


@everyone("find a link")
def find_link(token: str, *kinds: LinkKind) -> MailedLink | None:
    """The link with this token, open or not: the page tells what to do with an expired one."""
    return db.session.scalar(
        select(MailedLink).where(MailedLink.token_hash == hash_token(token), MailedLink.kind.in_(kinds))
    )


@everyone("use a link")
def use_link(link: MailedLink, now: datetime) -> None:
    """Use the link up, by one atomic UPDATE. Raises RuleBroken when it is used, replaced or expired."""
    if not change_if(MailedLink, MailedLink.id == link.id, MailedLink.is_open(now), used_at=now):
        raise RuleBroken(NO_LONGER_VALID)
