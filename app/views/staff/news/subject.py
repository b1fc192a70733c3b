"""General messages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from app.models import NewsItem
from app.services.news.files import find_news_right
from app.services.news.news import NEWS
from app.services.search.query import Search, holds
from app.services.search.ranking import Asked
from app.views.labels.messages.news import AUDIT_WORDS, NEWS_STATES
from app.views.member.news import NewsView
from app.views.parts.search_groups import Hit, SearchGroup
from app.views.staff.news.news import NewsItemsView
from app.views.subject import MESSAGES, FileRule, Screen, Subject


def _find(search: Search) -> Asked:
    return Asked(NewsItem, [holds(NewsItem, search)], order=(NewsItem.changed_at.desc(), NewsItem.id.desc()))


def _write(row: Any) -> Hit:
    item = row.NewsItem
    return Hit(item.id, item.title, (NEWS_STATES[item.state], item.publish_from), item.body)


SUBJECT = Subject(
    "news",
    screens=[
        Screen(NewsView),
        Screen(NewsItemsView, "All news", _("General messages"), MESSAGES, 130),
    ],
    visible={"news": NEWS.select_groups},
    file_rules=[FileRule(find_news_right, ("can_show", "NewsItemsView"))],
    search=[SearchGroup(_("General messages"), "NewsItemsView", _find, _write)],
    audit=[AUDIT_WORDS],
)
