"""The menu of who is signed in. What it offers is the same at each visit and made once; badges and place are not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import current_app, g, request
from flask_appbuilder.menu import MenuItem

from app.auth.visitor import Grants, Visitor, current_grants, current_visitor
from app.i18n import language_here
from app.memory import made_once
from app.services.overview.badges import Waiting, count_waiting
from app.services.waiting import HOME, Badge
from app.views.addresses import kept_url
from app.views.subject import subjects, visible_kinds

MOST_KEPT = 100  # menus: one for each language and set of roles


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu."""

    label: str
    url: str
    is_current: bool
    badge: Waiting | None = None
    children: tuple[Entry, ...] = ()

    @property
    def waiting(self) -> int:
        """The numbers here and at the entries below, for a menu that is folded."""
        return sum(child.waiting for child in self.children) + (self.badge.number if self.badge else 0)


@dataclass(frozen=True, slots=True, eq=False)  # each is one object: what is written of it is kept by it
class Menu:
    """The menu in one of its states."""

    entries: tuple[Entry, ...]
    waiting: int  # everything that waits, for a menu that is folded


NO_MENU = Menu((), 0)


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """What the menu offers to whoever has these permissions; `covered` are the views that belong to its page."""

    name: str
    label: str
    url: str
    covered: frozenset[str]
    children: tuple[Offer, ...]


def find_menu() -> Menu:
    """FAB's menu, narrowed to what this person may open; a category without such entries is left out.

    Made once for what it offers, what waits there, and the entries that lead to the page of this request.
    """
    badges, offers = _badges(), _offers()
    current = frozenset(_current(offers, request.path, request.blueprint))
    if request.script_root:
        return _make_menu(offers, badges, current)
    key = offers, current, tuple((entry, each.number, each.words.msgid) for entry, each in badges.items())
    return made_once("states of the menu", key, lambda: _make_menu(offers, badges, current), most=MOST_KEPT)


def _current(offers: Iterable[Offer], path: str, blueprint: str | None) -> Iterator[Offer]:
    """On the page, or on another page of the same view (or group of views): a row of a list belongs to the list."""
    for offer in offers:
        if offer.children:
            yield from _current(offer.children, path, blueprint)
        elif path == offer.url or blueprint in offer.covered:
            yield offer


def _make_menu(offers: Iterable[Offer], badges: Mapping[str, Waiting], current: Collection[Offer]) -> Menu:
    """A member's entry for home has everything that waits; the team's entries each have their own."""
    entries = tuple(_entry(offer, badges, current) for offer in offers)
    home = badges.get(HOME)
    return Menu(entries, home.number if home else sum(entry.waiting for entry in entries))


def number_at_home() -> int:
    """How many things wait for the member, as the menu counts them."""
    waiting = _badges().get(HOME)
    return waiting.number if waiting else 0


def may_wait(entries: Collection[str]) -> bool:
    """Whether something may wait for the member at one of these entries: not where all were counted, and none has any.

    What the badges counted need not be looked for again.
    """
    shown, waiting = _shown_entries(current_grants()), _badges()
    return not entries or any(entry in waiting or entry not in shown for entry in entries)


def _entry(offer: Offer, badges: Mapping[str, Waiting], current: Collection[Offer]) -> Entry:
    children = tuple(_entry(child, badges, current) for child in offer.children)
    is_current = offer in current or any(child.is_current for child in children)
    return Entry(offer.label, offer.url, is_current, badges.get(offer.name), children)


def _offers() -> tuple[Offer, ...]:
    """Made once for each language and set of permissions; anew under a prefix, which is another at each request."""
    grants, locale = current_grants(), language_here()
    if request.script_root:
        return tuple(_make_offers(grants))
    return made_once("menus", (grants, locale), lambda: tuple(_make_offers(grants)), most=MOST_KEPT)


def _make_offers(grants: Grants) -> Iterator[Offer]:
    shown = _shown_entries(grants)
    for item in current_app.extensions["appbuilder"].menu.get_list():
        children = tuple(_offer(child) for child in item.childs if child.name in shown)
        if item.name in shown and (children or not item.childs):
            yield _offer(item, children)


def _offer(item: MenuItem, children: tuple[Offer, ...] = ()) -> Offer:
    label, url = str(item.label), "" if children else _address_of(item)
    endpoint = getattr(item.baseview, "endpoint", None)
    covered = getattr(item.baseview, "covers", {endpoint} if endpoint else ())
    return Offer(item.name, label, url, frozenset(covered), children)


def _address_of(item: MenuItem) -> str:
    if item.href or item.baseview is None:
        return str(item.get_url())
    return kept_url(f"{item.baseview.endpoint}.{item.baseview.default_view}")


@lru_cache(maxsize=MOST_KEPT)
def _shown_entries(grants: Grants) -> frozenset[str]:
    return frozenset(view for permission, view in grants.pairs if permission == "menu_access")


def _badges() -> dict[str, Waiting]:
    """What waits at the entries of the menu: one statement per request, and only on a page that draws the menu."""
    if "badges" not in g:
        visitor = current_visitor()
        g.badges = _count_badges(visitor) if visitor else {}
    badges: dict[str, Waiting] = g.badges
    return badges


def _count_badges(visitor: Visitor) -> dict[str, Waiting]:
    visible = g.get("visible_groups")
    return count_waiting(own_badges(visitor), visitor.member, g.now, kinds=visible_kinds(), visible=visible)


def own_badges(visitor: Visitor) -> list[Badge]:
    """Those of the entries that this person sees."""
    shown, of_team = _shown_entries(visitor.grants), visitor.member is None
    every = (badge for subject in subjects() for badge in subject.badges)
    return [badge for badge in every if badge.is_of_team == of_team and badge.entry in shown]
