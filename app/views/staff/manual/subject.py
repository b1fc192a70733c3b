"""The manual of the team."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.views.parts.search_groups import SearchGroup
from app.views.staff.manual.chapters import find_best_chapters
from app.views.staff.manual.manual import ManualView, language, write_hit
from app.views.subject import Screen, Subject

SUBJECT = Subject(
    "manual",
    screens=[Screen(ManualView)],
    search=[SearchGroup(_("Manual"), "ManualView", lambda search: find_best_chapters(search, language()), write_hit)],
)
