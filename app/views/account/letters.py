"""Where the code of a letter is typed, for who cannot scan its QR code; then the account is opened as with the link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from flask import g, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose

from app.auth import browser
from app.extensions import db
from app.models import MailedLink
from app.phrases import RuleBroken
from app.services.access import one_time_links
from app.services.access.people import find_person
from app.services.accounts import letters
from app.views.account.forms import LetterForm
from app.views.account.opening import Opening
from app.views.account.token_pages import closed_page, visitor_ip
from app.views.page import Page

OPENED_FOR: Final = timedelta(hours=1)  # then the code is typed again: the browser may be of a library


class LetterView(Page):
    """The address that stands in a letter is short, because it is typed."""

    route_base = "/brief"
    default_view = "code"

    @expose("/", methods=["GET", "POST"])
    def code(self) -> ResponseReturnValue:
        """Type the code of the letter."""
        form = LetterForm()
        if form.validate_on_submit():
            try:
                link = letters.open_letter(form.code.data, ip=visitor_ip(), now=g.now)
                session[browser.LETTER] = [link.id, (g.now + OPENED_FOR).timestamp()]
                return redirect(url_for(".account"))
            except RuleBroken as error:
                form.refuse(error)
            finally:
                db.session.commit()
        return self.render_template("account/letter.html", form=form)

    @expose("/account", methods=["GET", "POST"])
    def account(self) -> ResponseReturnValue:
        """Open the account of the letter whose code was typed in this browser."""
        link = _opened_letter()
        if link is None:
            return redirect(url_for(".code"))
        person = find_person(link.user_id)
        if person is None or not person.is_active or not link.is_open(g.now):
            return closed_page("account/invitation_closed.html", **why_closed(link, g.now), token="")
        return Opening(link, person).answer()


def why_closed(link: MailedLink | None, now: Any) -> dict[str, object]:
    """What the page of a closed invitation says, and whether a new one can be mailed."""
    person = find_person(link.user_id) if link else None
    return {
        "why": link.why_closed(now) if link else "unknown",
        "is_mailed": bool(person and person.email),
        "is_by_letter": link is not None and link.code_hash is not None,
    }


def _opened_letter() -> MailedLink | None:
    """As the signed cookie says it; an older or a forged one says nothing."""
    match session.get(browser.LETTER):
        case [link_id, float(until)] if type(link_id) is int and g.now.timestamp() < until:
            return one_time_links.find_link_of(link_id)
    return None
