"""What the frame around every page shows: names, menu, languages and the end of a session. One statement: badges."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, redirect, request
from flask_babel import gettext
from werkzeug.routing import BuildError

from app.auth.requests import seconds_left
from app.auth.visitor import Visitor, current_grants, current_visitor
from app.i18n import language_here
from app.memory import made_once, memory_of
from app.views.addresses import kept_url, row_url
from app.views.menu import NO_MENU, Menu, find_menu
from app.views.typed.tokens import page_of_request

# Routes of other files; a link appears as soon as the route exists.
SIGN_OUT = "SignInView.sign_out"
KEEP_ALIVE = "SessionsView.keep_alive"
TIME_LEFT = "SessionsView.left"
KEEP_TYPED = "TypedView.keep"
ACCOUNT = "MyAccountView.show"
SEARCH = "SearchView.show"
YEAR_IN_SECONDS = 31_536_000
MOST_WAYS = 20  # more than there are languages, with the manual and without


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Frame:
    """All that `layout.html` reads."""

    locale: str
    portal: str
    municipality: str
    visitor: str
    home_url: str
    here: str
    menu: Menu
    languages: list[Language]
    sign_in_url: str
    sign_out_url: str
    account_url: str
    search_url: str  # of the search through everything; empty where the visitor has none, or is there
    keep_alive_url: str
    time_left_url: str
    keep_typed_url: str
    idle_seconds: int
    footer_links: tuple[tuple[str, str], ...]


def init_app(app: Flask) -> None:
    """Give the templates `page_frame()` and `asset(name)`; a refused form answers 422, files of ours are kept."""
    app.jinja_env.globals.update(
        page_frame=page_frame, asset=asset, other_languages=other_languages, kept_url=kept_url, row_url=row_url
    )
    app.add_url_rule("/favicon.ico", "favicon", _favicon)
    app.after_request(_set_status)


def _favicon() -> Any:
    """Browsers ask for it by this name beside a file, such as a PDF, that cannot name one itself."""
    return redirect(asset("favicon.svg"))


def _set_status(response: Response) -> Response:
    is_refused = g.get("filter_refused") or (g.get("form_refused") and request.method == "POST")
    if is_refused and response.status_code == 200:
        response.status_code = 422
    if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={YEAR_IN_SECONDS}, immutable"
    return response


def page_frame() -> Frame:
    """The frame of this request."""
    settings = current_app.config
    visitor = current_visitor()
    locale = language_here()
    ways = _find_ways(locale)
    return Frame(
        locale=locale.split("_")[0],
        portal=settings["APP_NAME"],
        municipality=settings["MUNICIPALITY"],
        visitor=name_of(visitor) if visitor else "",
        home_url=ways.home,
        here=request.full_path.rstrip("?") if request.method == "GET" else page_of_request() or request.path,
        menu=find_menu() if visitor else NO_MENU,
        languages=ways.languages,
        sign_in_url=ways.sign_in,
        sign_out_url=ways.sign_out,
        account_url=ways.account if visitor else "",
        search_url=_search_url(),
        keep_alive_url=ways.keep_alive,
        time_left_url=ways.time_left,
        keep_typed_url=ways.keep_typed,
        idle_seconds=seconds_left(visitor) if visitor else 0,
        footer_links=ways.of_footer,
    )


@dataclass(frozen=True, slots=True)
class Ways:
    """Where a page leads whatever it is."""

    home: str
    sign_in: str
    sign_out: str
    account: str
    keep_alive: str
    time_left: str
    keep_typed: str
    languages: list[Language]
    of_footer: tuple[tuple[str, str], ...]


def _find_ways(locale: str) -> Ways:
    """Made once for each language, and for who reads the manual; anew under a prefix, another at each request."""
    has_manual = ("can_list", "ManualView") in current_grants().pairs
    if request.script_root:
        return _make_ways(has_manual=has_manual)
    key = (locale, has_manual)
    return made_once("ways of the frame", key, lambda: _make_ways(has_manual=has_manual), most=MOST_WAYS)


def _make_ways(*, has_manual: bool) -> Ways:
    return Ways(
        home=kept_url("HomeView.index"),
        sign_in=_url("SignInView.sign_in"),
        sign_out=_url(SIGN_OUT),
        account=_url(ACCOUNT),
        keep_alive=_url(KEEP_ALIVE),
        time_left=_url(TIME_LEFT),
        keep_typed=_url(KEEP_TYPED),
        languages=other_languages(),
        of_footer=(
            *([(gettext("Manual"), kept_url("ManualView.list"))] if has_manual else []),
            (gettext("Accessibility"), kept_url("AboutView.accessibility")),
            (gettext("Privacy"), kept_url("AboutView.privacy")),
        ),
    )


def name_of(visitor: Visitor) -> str:
    """What the header calls the visitor."""
    return visitor.member.full_name if visitor.member else visitor.user.get_full_name().strip() or visitor.user.username


def other_languages() -> list[Language]:
    """The languages that the page is not in."""
    locale = language_here()
    languages = current_app.config["LANGUAGES"].items()
    return [
        Language(code, entry["name"], kept_url("LanguageView.choose", locale=code))
        for code, entry in languages
        if not locale.startswith(code)
    ]


def _url(endpoint: str) -> str:
    if endpoint not in current_app.view_functions:
        return ""
    try:
        return kept_url(endpoint)
    except BuildError:
        return ""


def _search_url() -> str:
    is_offered = ("can_show", SEARCH.partition(".")[0]) in current_grants().pairs and request.endpoint != SEARCH
    return _url(SEARCH) if is_offered else ""


def asset(name: str) -> str:
    """The address of a file of ours, with its check sum: browsers keep it until it changes."""
    here: Any = request
    prefix = here._get_current_object().script_root
    kept = memory_of("files of ours")
    path, changed, url = kept.get(name) or (f"{current_app.static_folder}/{name}", 0, "")
    now = os.stat(path).st_mtime_ns
    if now != changed or prefix:
        url = kept_url("static", filename=name, v=_check_sum(path, now))
        kept[name] = (path, 0 if prefix else now, url)
    return url


@lru_cache(maxsize=64)
def _check_sum(path: str, _changed: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]
