"""What browsers look for by a fixed name: where a password is changed, and how the portal is put on a home screen."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from flask import Response, current_app, json, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import get_locale

from app.views.frame import asset
from app.views.page import Page

COLOUR: Final = re.compile(r"--portal-color-(primary|background): (#[0-9a-fA-F]{6});")
ICONS: Final = ((192, "any"), (512, "any"), (512, "maskable"))  # pixels, and whether the system may cut it round


class WellKnownView(Page):
    """Words and addresses only."""

    route_base = ""
    default_view = "manifest"

    @expose("/.well-known/change-password", methods=["GET"])
    def change_password(self) -> ResponseReturnValue:
        """Password managers lead there from a list of weak or leaked ones (W3C). Who is not signed in, does first."""
        return redirect(url_for("MyAccountView.change_password"))

    @expose("/app.webmanifest", methods=["GET"])
    def manifest(self) -> ResponseReturnValue:
        """The portal on a home screen, in the municipality's name and colours (W3C Web Application Manifest)."""
        settings = current_app.config
        colours = read_colours(str(Path(str(current_app.static_folder)) / "tokens.css"))
        content = {
            "id": "/",
            "name": f"{settings['APP_NAME']} – {settings['MUNICIPALITY']}",
            "short_name": settings["APP_NAME"].removeprefix("Het "),
            "lang": str(get_locale()),
            "start_url": url_for("HomeView.index"),
            "scope": "/",
            "display": "minimal-ui",  # with a way back: codes and files come from elsewhere
            "theme_color": colours["primary"],
            "background_color": colours["background"],
            "icons": [_icon(size, purpose) for size, purpose in ICONS],
        }
        return Response(json.dumps(content), mimetype="application/manifest+json")


@cache
def read_colours(path: str) -> dict[str, str]:
    """The colours of the first theme in tokens.css, by name; none stands in a second place."""
    found: dict[str, str] = {}
    for name, colour in COLOUR.findall(Path(path).read_text(encoding="utf-8")):
        found.setdefault(name, colour)
    return found


def _icon(size: int, purpose: str) -> dict[str, Any]:
    name = f"icon-{size}.png" if purpose == "any" else f"icon-{size}-{purpose}.png"
    return {"src": asset(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
