"""A mail to members as it will arrive, shown before it is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import Select, select

from app.extensions import db
from app.mail.mails import FROM_OUTBOX, public_url
from app.mail.post_office import post_office
from app.models import Account, Member, User


@dataclass(frozen=True, slots=True)
class ShownMail:
    """What `tables/mail_of_act.html` shows: the plain text, that every mail programme can show."""

    sender: str
    recipient: str
    subject: str
    text: str
    lang: str


def show_mail(template: str, keys: Select[Any]) -> ShownMail | None:
    """The mail to the first of these members by number; its link has dots where each gets an own one."""
    found = db.session.execute(
        select(Member, User.username, Account.locale)
        .join(User, User.id == Member.user_id)
        .join(Account, Account.user_id == User.id)
        .where(Member.id.in_(keys))
        .order_by(Member.id)
        .limit(1)
    ).first()
    if found is None:
        return None
    member, user_name, locale = found
    link = public_url(f"{FROM_OUTBOX[template].path}…")
    values = {"name": member.full_name, "user_name": user_name, "link": link}
    subject, text, _html = post_office.write(template, locale, values)
    settings = current_app.config
    sender = f"{settings['MUNICIPALITY']} <{settings['MAIL_DEFAULT_SENDER']}>"
    return ShownMail(sender, member.email or "", subject, re.sub(r"\n{3,}", "\n\n", text.strip()), locale)
