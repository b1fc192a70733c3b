"""Two pages for everybody: how accessible the portal is, and what happens with personal data."""

from __future__ import annotations

from flask import current_app
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose

from app.views.page import Page


class AboutView(Page):
    """Open to everybody: only words, and the municipality's name and contact."""

    route_base = ""
    default_view = "accessibility"

    @expose("/toegankelijkheid", methods=["GET"])
    def accessibility(self) -> ResponseReturnValue:
        """The accessibility statement that the law asks for."""
        return self.render_template("pages/accessibility.html")

    @expose("/privacy", methods=["GET"])
    def privacy(self) -> ResponseReturnValue:
        """Which data, why, and for how long."""
        return self.render_template("pages/privacy.html", change_days=current_app.config["PROFILE_CHANGE_DAYS"])
