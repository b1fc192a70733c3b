"""Searching everything at once. What is found, each subject says for itself."""

from __future__ import annotations

from app.views.staff.search.search import SearchView
from app.views.subject import Screen, Subject

SUBJECT = Subject("search", screens=[Screen(SearchView)])
