"""Words for who may be appointed: rules, what they find, and what the team did about it."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _

from app.models import RuleBasis, RuleCode
from app.views.labels.audit import AuditWords

RULES: Final[dict[str, Any]] = {
    RuleCode.AGE.value: _("18 or older on voting day"),
    RuleCode.TRAINING.value: _("Training done"),
    RuleCode.COMMITTEE.value: _("No seat in the main or central electoral committee"),
    RuleCode.CIVIL_SERVANT.value: _("Civil servant"),
    RuleCode.DECLARATION.value: _("Declarations given"),
    RuleCode.CANDIDATE.value: _("No candidate or sitting member"),
    RuleCode.LEFT.value: _("Takes part"),
}
BASES: Final[dict[str, Any]] = {
    RuleBasis.LAW.value: _("the law"),
    RuleBasis.POLICY.value: _("the municipality"),
}

AUDIT_WORDS = AuditWords(
    "eligibility",
    _("Who may be appointed"),
    {
        "eligibility.lapsed": _("decision lapsed: the cause changed"),
    },
    subjects={"EligibilityRule": _("rule for who may be appointed")},
    values={**RULES, **BASES},
)
