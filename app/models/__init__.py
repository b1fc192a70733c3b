"""All tables. Import from here, so that every table is known to SQLAlchemy before the first query."""

from flask_appbuilder.security.sqla.models import Role, User

from app.models.account import (
    Account,
    AttemptCounter,
    ChallengePurpose,
    EmailChange,
    LinkKind,
    MailedLink,
    SignInChallenge,
    UserSession,
)
from app.models.audit import AuditEvent
from app.models.availability import (
    Answer,
    Availability,
    AvailabilityShift,
    AvailabilityState,
    Declaration,
    DeclarationKind,
    DeclarationText,
    PreferredFunction,
    PreferredStation,
)
from app.models.election import (
    Capacity,
    Counting,
    Election,
    ElectionDay,
    ElectionState,
    ElectionType,
    Function,
    PollingStation,
    Shift,
    ShiftKind,
    StationType,
)
from app.models.imports import ImportRun, ImportState
from app.models.mail import MailState, OutboundMail
from app.models.member import Member, MemberIdentity, MemberState, ProfileChange

__all__ = [
    "Account",
    "Answer",
    "AttemptCounter",
    "AuditEvent",
    "Availability",
    "AvailabilityShift",
    "AvailabilityState",
    "Capacity",
    "ChallengePurpose",
    "Counting",
    "Declaration",
    "DeclarationKind",
    "DeclarationText",
    "Election",
    "ElectionDay",
    "ElectionState",
    "ElectionType",
    "EmailChange",
    "Function",
    "ImportRun",
    "ImportState",
    "LinkKind",
    "MailState",
    "MailedLink",
    "Member",
    "MemberIdentity",
    "MemberState",
    "OutboundMail",
    "PollingStation",
    "PreferredFunction",
    "PreferredStation",
    "ProfileChange",
    "Role",
    "Shift",
    "ShiftKind",
    "SignInChallenge",
    "StationType",
    "User",
    "UserSession",
]
