"""Invitations on paper, for members without e-mail address: printed once, one page for each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask import current_app, flash, g, render_template

from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import translate
from app.mail.mails import public_url
from app.models import Member
from app.phrases import RuleBroken
from app.services.accounts import invitations


def print_letters(chosen: Iterable[Member]) -> Any:
    """A page to print with the link of each chosen member, which is kept nowhere; None when nobody needs one."""
    lifetime = timedelta(days=current_app.config["INVITATION_DAYS"])
    letters = []
    for member in chosen:
        try:
            _person, token = invitations.print_invitation(
                member.user_id, actor=current_actor(), now=g.now, lifetime=lifetime
            )
        except RuleBroken as error:
            flash(f"{member.full_name}: {translate(error.text)}", "error")
            continue
        letters.append((member, public_url(f"/uitnodiging/{token}")))
    db.session.commit()
    if not letters:
        return None
    return render_template(
        "staff/members/letters.html", letters=letters, valid_until=g.now + lifetime, home=public_url("/")
    )
