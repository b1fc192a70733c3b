"""Pages that everybody may open, the messages of a member in one list, and the way out for files."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.phrases import phrase
from app.services.overview.inbox import BADGE_GROUPS, count_open
from app.services.waiting import Badge
from app.views.labels.files import AUDIT_WORDS
from app.views.member.inbox import MyMessagesView
from app.views.pages.about import AboutView
from app.views.pages.files import FilesView
from app.views.pages.language import LanguageView
from app.views.pages.typed import TypedView
from app.views.pages.well_known import WellKnownView
from app.views.subject import Screen, Subject

SUBJECT = Subject(
    "pages",
    screens=[
        Screen(LanguageView),
        Screen(AboutView),
        Screen(WellKnownView),
        Screen(FilesView),
        Screen(TypedView),
        Screen(MyMessagesView, "My messages", _("Messages"), place=5),
    ],
    badges=[Badge("My messages", phrase("to read or to answer"), count_open, groups=BADGE_GROUPS)],
    audit=[AUDIT_WORDS],
)
