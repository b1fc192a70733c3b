"""Pages that everybody may open, and the way out for files."""

from __future__ import annotations

from app.views.labels.files import AUDIT_WORDS
from app.views.pages.about import AboutView
from app.views.pages.files import FilesView
from app.views.pages.language import LanguageView
from app.views.subject import Screen, Subject

SUBJECT = Subject("pages", screens=[Screen(LanguageView), Screen(AboutView), Screen(FilesView)], audit=[AUDIT_WORDS])
