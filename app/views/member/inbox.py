"""My messages (berichten): notifications, general messages, the message box and documents in one list.

The whole list and each kind have an address of their own; a kind is the same page with that filter. Opening is a POST
where it notes the reading (docs/decisions/0010).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import get_locale, gettext

from app.auth.visitor import signed_in_member
from app.services.message_box.writing import drafts
from app.services.notifications import notifications
from app.services.overview.inbox import InboxItem, MessageKind, Rank, open_inbox
from app.services.overview.visible_audiences import read_visible_groups
from app.services.search.folding import fold_text
from app.views.base import Page
from app.views.labels.messages.kinds import ALL_OF_A_KIND, MESSAGE_KINDS, OWN_THREAD_STATES
from app.views.parts.markdown import in_language
from app.views.parts.paging import Listed, page_of
from app.views.subject import visible_kinds

PAGE_SIZE = 20
SHORTEST_NAME = 4  # letters of the name of a kind that are typed as a search: then the kind is offered
PAGES = {
    None: "MyMessagesView.list",
    MessageKind.NOTIFICATION: "NotificationsView.list",
    MessageKind.NEWS: "NewsView.list",
    MessageKind.CONVERSATION: "MessageBoxView.list",
    MessageKind.DOCUMENT: "MyDocumentsView.list",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """A kind of messages to choose, or all of them."""

    label: str
    url: str
    number: int | None  # not counted: none
    is_current: bool


@dataclass(frozen=True, slots=True)
class Badge:
    """What stands at a message in a word or two; `is_strong`: it is new, or asks for something."""

    words: str
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A message as the lists show it, in the reader's language."""

    item: InboxItem
    kind: str
    heading: str
    badges: tuple[Badge, ...]
    words: str = ""  # what a notification says

    @property
    def row(self) -> Any:
        """The notification, general message, thread or document."""
        return self.item.row

    @property
    def is_new(self) -> bool:
        """It is not read yet."""
        return self.item.rank == Rank.NEW

    @property
    def is_to_do(self) -> bool:
        """It asks for something."""
        return self.item.rank == Rank.TO_DO


def make_card(item: InboxItem) -> Card:
    """The card of a message."""
    kind, badges = str(MESSAGE_KINDS[item.kind]), tuple(_BADGES[item.kind](item))
    if item.kind == MessageKind.NOTIFICATION:
        campaign, locale = item.row.campaign, str(get_locale())
        heading, words = notifications.title_in(campaign, locale), notifications.body_in(campaign, locale)
        return Card(item, kind, heading, badges, words)
    heading = item.row.subject if item.kind == MessageKind.CONVERSATION else in_language(item.row, "title")
    return Card(item, kind, heading, badges)


def _new_or_read(item: InboxItem) -> Badge:
    return Badge(gettext("new"), is_strong=True) if item.rank == Rank.NEW else Badge(gettext("read"))


def _of_notification(item: InboxItem) -> Iterator[Badge]:
    row = item.row
    if item.rank == Rank.TO_DO:
        yield Badge(gettext("to do"), is_strong=True)
    elif not notifications.is_action(row.campaign.kind):
        yield _new_or_read(item)
    else:  # it may have become impossible
        yield Badge(gettext("done") if row.done_at else gettext("over"))


def _of_news(item: InboxItem) -> Iterator[Badge]:
    yield _new_or_read(item)
    if item.row.is_pinned:
        yield Badge(gettext("important"))
    if item.is_archived:
        yield Badge(gettext("in your archive"))


def _of_conversation(item: InboxItem) -> Iterator[Badge]:
    if item.row.is_unread_by_member:
        yield Badge(gettext("new message"), is_strong=True)
    if item.rank == Rank.TO_DO:
        yield Badge(gettext("still to answer"), is_strong=True)
    else:
        yield Badge(str(OWN_THREAD_STATES[item.row.state]))


def _of_document(item: InboxItem) -> Iterator[Badge]:
    yield Badge(gettext("new version"), is_strong=True) if item.is_new_version else _new_or_read(item)
    if item.row.is_personal:
        yield Badge(gettext("only for you"))


_BADGES: Final[dict[MessageKind, Callable[[InboxItem], Iterator[Badge]]]] = {
    MessageKind.NOTIFICATION: _of_notification,
    MessageKind.NEWS: _of_news,
    MessageKind.CONVERSATION: _of_conversation,
    MessageKind.DOCUMENT: _of_document,
}


class MyMessagesView(Page):
    """Berichten: everything that a member was told, asked, sent or given."""

    route_base = "/berichten"
    default_view = "list"
    covers = frozenset(endpoint.partition(".")[0] for kind, endpoint in PAGES.items() if kind != MessageKind.DOCUMENT)

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> ResponseReturnValue:
        """What asks for something first, then what is new, then the rest; with `q` what holds these words."""
        return show_messages(self, None, gettext("Messages"))


def show_messages(view: Page, kind: MessageKind | None, title: str) -> str:
    """The page with the messages of this kind, or of all kinds."""
    typed = request.args.get("q", "").strip()
    visible = g.visible_groups = read_visible_groups(g.now, visible_kinds())  # the badges in the menu ask the same
    kinds = tuple(MessageKind) if kind is None else (kind,)
    inbox = open_inbox(signed_in_member().id, g.now, kinds=kinds, typed=typed, visible=visible)
    counts = inbox.count()
    total = sum(number for of, number in counts.items() if of in kinds)
    listing = Listed(inbox.read, total, size=PAGE_SIZE, page_url=page_of(PAGES[kind], q=typed or None))
    is_of_box = kind in (None, MessageKind.CONVERSATION)
    page: str = view.render_template(
        "member/messages.html",
        title=title,
        cards=[make_card(item) for item in listing.items],
        listing=listing,
        typed=typed,
        kind=kind,
        filters=make_filters(kind, counts, typed),
        named=_named(typed),
        typing=drafts.list_drafts(signed_in_member().user_id) if is_of_box and not typed else [],
        breadcrumbs=[] if kind is None else [(gettext("Messages"), url_for(PAGES[None])), (title, None)],
    )
    return page


def make_filters(
    chosen: MessageKind | None, counts: Mapping[MessageKind, int] | None = None, typed: str = ""
) -> list[Filter]:
    """All kinds to choose from, with how many there are of each if that is known."""
    kept = typed or None
    total = None if counts is None else sum(counts.values())
    found = [Filter(gettext("Everything"), url_for(PAGES[None], q=kept), total, chosen is None)]
    for kind, label in ALL_OF_A_KIND.items():
        number = None if counts is None else counts[kind]
        found.append(Filter(str(label), url_for(PAGES[kind], q=kept), number, chosen == kind))
    return found


def _named(typed: str) -> list[Filter]:
    """The kinds whose name was typed: who looks for "berichtenbox" wants all of it, not the word."""
    word = fold_text(typed)
    if len(word) < SHORTEST_NAME:
        return []
    names = [(kind, str(label)) for kind, label in ALL_OF_A_KIND.items()]
    return [Filter(name, url_for(PAGES[kind]), None, False) for kind, name in names if word in fold_text(name)]
