"""Words for the roles of accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.permissions import ADMIN, MEMBER, STAFF
from app.views.labels.audit import AuditWords

ROLES = {STAFF: _("Election team"), ADMIN: _("Administrator"), MEMBER: _("Member of a polling station")}
TEAM_ROLES = {STAFF: ROLES[STAFF], ADMIN: ROLES[ADMIN]}
AUDIENCE_ROLES = {"": _("The team"), **ROLES, "all": _("Everybody")}
SIGN_IN_WORDS = AuditWords(
    "sign_in",
    _("Signing in"),
    {
        "sign_in.succeeded": _("signed in"),
        "sign_in.refused": _("name or password refused"),
        "sign_in.code_refused": _("code refused"),
        "sign_in.locked": _("locked for a while after wrong passwords or codes"),
        "sign_in.ended": _("signed out"),
        "page.denied": _("asked for a page without permission"),
        "session.ended": _("ended a session of their own"),
        "session.all_ended": _("ended all sessions of their own"),
    },
    details={
        "blocked": _("Locked at that moment"),
        "page": _("Which page"),
        "session": _("Number of the session"),
        "why": _("Reason"),
    },
    values={
        "password": _("wrong password too often"),
        "wrong": _("wrong sign-in code too often"),
        "asked": _("too many codes asked"),
    },
)

ACCOUNT_WORDS = AuditWords(
    "account",
    _("Passwords and invitations"),
    {
        "invitation.sent": _("invitations sent"),
        "invitation.printed": _("invitation printed"),
        "invitation.accepted": _("account opened"),
        "letter.refused": _("code of a letter refused"),
        "password.reset_asked": _("link for a new password sent"),
        "password.reset": _("password replaced by a mailed link"),
        "password.changed": _("password changed"),
        "email.change_asked": _("asked to change the e-mail address"),
        "email.changed": _("e-mail address changed"),
    },
    subjects={"MailedLink": _("mailed link"), "EmailChange": _("change of e-mail address")},
)

USER_WORDS = AuditWords(
    "user",
    _("Users and roles"),
    {
        "user.added": _("user added"),
        "user.invited": _("user invited"),
        "user.address_changed": _("e-mail address of an account changed"),
        "user.renamed": _("name of a user changed"),
        "user.roles_changed": _("role changed"),
        "user.switched_off": _("account switched off"),
        "user.switched_on": _("account switched on"),
        "user.sessions_ended": _("sessions of somebody ended"),
        "user.session_ended": _("one session of somebody ended"),
    },
    subjects={"User": _("account")},
    details={"user": _("Number of the account"), "roles": _("Role")},
    values=ROLES,
)
