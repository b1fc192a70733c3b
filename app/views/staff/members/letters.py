"""Invitations on paper, for members without e-mail address: printed once, one page for each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import segno
from flask import current_app, flash, g, render_template
from flask_babel import force_locale
from markupsafe import Markup

from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import translate
from app.mail.mails import public_url
from app.models import Member
from app.phrases import RuleBroken
from app.services.access.letter_codes import in_groups
from app.services.accounts import invitations
from app.services.accounts.invitations import Letter


def print_letters(chosen: Iterable[Member]) -> Any:
    """A page to print with the codes of each chosen member, which are kept nowhere; None when nobody needs one."""
    lifetime = timedelta(days=current_app.config["INVITATION_DAYS"])
    letters = []
    for member in chosen:
        try:
            letter = invitations.print_invitation(member.user_id, actor=current_actor(), now=g.now, lifetime=lifetime)
        except RuleBroken as error:
            flash(f"{member.full_name}: {translate(error.text)}", "error")
            continue
        letters.append(_write(letter, member, g.now + lifetime))
    db.session.commit()
    if not letters:
        return None
    return render_template("staff/members/letters.html", letters=letters)


def _write(letter: Letter, member: Member, valid_until: datetime) -> Markup:
    """The letter in the language of the member, whatever that of the colleague who prints it."""
    language = letter.person.account.locale
    with force_locale(language):
        return Markup(  # noqa: S704 (the template escapes)
            render_template(
                "staff/members/letter.html",
                member=member,
                language=language,
                picture=draw_qr_code(public_url(f"/uitnodiging/{letter.token}")),
                code=in_groups(letter.code),
                valid_until=valid_until,
                home=_as_typed(public_url("/")),
            )
        )


def draw_qr_code(address: str) -> Markup:
    """The address as a QR code (ISO 18004), drawn in the page itself: black on white in every theme.

    Level M mends 15 % of damage, enough for a fold; the four modules around it are the standard's.
    """
    code = segno.make_qr(address, error="m")
    return Markup(code.svg_inline(border=4, light="#fff", svgclass="qr-code", lineclass=None, omitsize=True))  # noqa: S704


def _as_typed(address: str) -> str:
    """Without what nobody types."""
    return address.removeprefix("https://").rstrip("/")
