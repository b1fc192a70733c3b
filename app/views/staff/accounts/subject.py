"""The accounts of the team, and their roles."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.services.accounts import bulk_acts
from app.views.labels.accounts import USER_WORDS
from app.views.staff.accounts.users import UsersView
from app.views.subject import ADMINISTRATION, Screen, Subject

SUBJECT = Subject(
    "accounts",
    screens=[Screen(UsersView, "Users", _("Users"), ADMINISTRATION, 190)],
    audit=[USER_WORDS],
    bulk_acts={
        "UsersView.invite": bulk_acts.INVITE_USER,
        "UsersView.send_reset_link": bulk_acts.RESET_USER,
        "UsersView.switch_off": bulk_acts.SWITCH_OFF,
        "UsersView.switch_on": bulk_acts.SWITCH_ON,
        "UsersView.end_sessions": bulk_acts.END_SESSIONS,
    },
)
