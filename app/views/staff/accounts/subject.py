"""The accounts of the team, and their roles."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.views.labels.accounts import USER_WORDS
from app.views.staff.accounts.users import UsersView
from app.views.subject import ADMINISTRATION, Screen, Subject

SUBJECT = Subject("accounts", screens=[Screen(UsersView, "Users", _("Users"), ADMINISTRATION, 190)], audit=[USER_WORDS])
