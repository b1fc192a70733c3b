"""Where I helped before, with a certificate of it."""

from __future__ import annotations

from flask import current_app, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import get_locale, gettext

from app.auth.visitor import signed_in_member
from app.extensions import db
from app.i18n import translate
from app.phrases import RuleBroken, phrase
from app.services.access.rate_limits import CERTIFICATES, count_try
from app.services.appointments.office import Office
from app.services.evaluation.certificates import list_helped, print_certificate
from app.services.evaluation.chair_notes import list_presided
from app.views.base import Page
from app.views.labels.evaluation import write_minutes
from app.views.labels.planning.places import write_station
from app.views.pages.files import send_pdf

TOO_MANY = phrase("You made this certificate often just now. Try again in an hour.")


class MyExperienceView(Page):
    """Mijn ervaring."""

    route_base = "/mijn-ervaring"
    default_view = "list"

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> ResponseReturnValue:
        """The elections at which I helped, the latest first."""
        return self.render_template(
            "member/experience.html",
            title=gettext("Where you helped before"),
            helped=list_helped(signed_in_member().id),
            stations=list_presided(signed_in_member().id, g.now),
            write_station=write_station,
            write_minutes=write_minutes,
            breadcrumbs=[],
        )

    @expose("/bewijs.pdf", methods=["POST"])
    @has_access
    def certificate(self) -> ResponseReturnValue:
        """The same as a PDF. It takes a second of the processor, so it is counted: by POST."""
        member = signed_in_member()
        is_often = count_try(CERTIFICATES, str(member.id), g.now).is_over(CERTIFICATES)
        db.session.commit()
        language = "en" if str(get_locale()) == "en" else "nl"
        try:
            if is_often:
                raise RuleBroken(TOO_MANY)
            office = Office.read(current_app.config)
            return send_pdf(print_certificate(member, office, language=language, now=g.now), _name(language))
        except RuleBroken as error:
            flash(translate(error.text), "error")
            return redirect(url_for(".list"))


def _name(language: str) -> str:
    return "bewijs-van-deelname.pdf" if language == "nl" else "certificate.pdf"
