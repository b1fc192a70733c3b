"""The mail that carries a one-time link: its token is made when it leaves."""

from __future__ import annotations

from datetime import datetime

from app.models import MailedLink
from app.services.access.people import Person
from app.services.mail import outbox


def mail_link(person: Person, link: MailedLink, template: str, now: datetime, *, to: str | None = None) -> None:
    """Queue the mail of this link, to the person's own address or to the one that is given."""
    outbox.queue_mail(
        template,
        recipient=to or person.email or "",
        user_id=person.user.id,
        locale=person.account.locale,
        values={"link_id": link.id, "name": person.name, "user_name": person.user.username},
        now=now,
        deduplication_key=f"{template}:{link.id}",
    )
