"""Lists of the team, whatever they are about."""

from __future__ import annotations

from app.views.staff.lists.saved_views import SavedViewsView
from app.views.subject import Screen, Subject

SUBJECT = Subject("lists", screens=[Screen(SavedViewsView)])
