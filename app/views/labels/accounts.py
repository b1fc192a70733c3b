"""Words for the roles of accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.permissions import ADMIN, MEMBER, STAFF

ROLES = {STAFF: _("Election team"), ADMIN: _("Administrator"), MEMBER: _("Member of a polling station")}
TEAM_ROLES = {STAFF: ROLES[STAFF], ADMIN: ROLES[ADMIN]}
AUDIENCE_ROLES = {"": _("The team"), **ROLES, "all": _("Everybody")}
