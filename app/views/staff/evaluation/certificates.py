"""The certificate of a member, for who asks for it on paper."""

from __future__ import annotations

from flask import abort, current_app, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext

from app.extensions import db
from app.i18n import translate
from app.models import Account, Member
from app.phrases import RuleBroken
from app.services.appointments.office import Office
from app.services.evaluation.certificates import print_certificate
from app.views.base import Page
from app.views.pages.files import send_pdf


class CertificatesView(Page):
    """Bewijs van deelname."""

    route_base = "/bewijs-van-deelname"
    default_view = "read"

    @expose("/<int:member_id>.pdf", methods=["GET"])
    @has_access
    def read(self, member_id: int) -> ResponseReturnValue:
        """In the language of the member; keeps nothing."""
        member = db.session.get(Member, member_id)
        if member is None:
            abort(404)
        account = db.session.get_one(Account, member.user_id)
        language = "en" if account.locale == "en" else "nl"
        try:
            pdf = print_certificate(member, Office.read(current_app.config), language=language, now=g.now)
        except RuleBroken as error:
            flash(translate(error.text), "error")
            return redirect(url_for("MembersView.show", pk=member_id))
        words = gettext("Certificate")
        return send_pdf(pdf, f"{words}-{member.member_number or member.id}.pdf")
