"""Words for planning: needs, places, who may be appointed, proposals and versions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.models import PlanActKind, ProposalState
from app.views.labels.audit import AuditWords
from app.views.labels.elections import STATION_TYPES

CENTRAL = _("central count")
TEMPLATE_TYPES = {**STATION_TYPES, "": CENTRAL}

ACT_KINDS = {
    PlanActKind.ASSIGN.value: _("place given"),
    PlanActKind.REMOVE.value: _("place taken away"),
    PlanActKind.MOVE.value: _("moved"),
    PlanActKind.SWAP.value: _("swapped"),
    PlanActKind.REPLACE.value: _("replaced"),
    PlanActKind.EDIT.value: _("place changed"),
    PlanActKind.FILL.value: _("polling station filled"),
    PlanActKind.PROPOSAL.value: _("proposal accepted"),
    PlanActKind.IMPORT.value: _("plan imported"),
    PlanActKind.UNDO.value: _("something undone"),
}
BOARD_STATES = {"short": _("under the minimum"), "open": _("with open places"), "full": _("full")}
DOUBTS = {
    "stopped": _("has a pause or stopped"),
    "blocked": _("may not be appointed"),
    "said_no": _("said no"),
    "no_answer": _("no answer"),
}

AUDIT_WORDS = AuditWords(
    "planning",
    _("Planning"),
    {
        "staffing_need.created": _("need for people added"),
        "staffing_need.changed": _("need for people changed"),
        "staffing_need.deleted": _("need for people deleted"),
        "staffing_need.filled": _("needs for people filled from the template"),
        "staffing_need.copied": _("needs for people copied from an earlier election"),
        "plan.exported": _("plan downloaded"),
        "plan.imported": _("plan imported from a file"),
        "coverage.exported": _("coverage downloaded"),
        "need_template.started": _("election got the usual template of needs"),
        "need_template.created": _("template of needs added"),
        "need_template.changed": _("template of needs changed"),
        "need_template.deleted": _("template of needs deleted"),
        "place.added": _("place given"),
        "place.changed": _("place changed"),
        "place.removed": _("place taken away"),
        "proposal.asked": _("proposal for the plan asked"),
        "proposal.made": _("proposal for the plan made"),
        "proposal.failed": _("proposal for the plan could not be made"),
        "proposal.stopped": _("proposal for the plan stopped early"),
        "proposal.accepted": _("proposal for the plan taken over"),
        "proposal.dropped": _("proposal for the plan thrown away"),
        "plan_weight.changed": _("weights of the proposal changed"),
        "postcodes.loaded": _("places of postcodes loaded"),
    },
    subjects={
        "Assignment": _("place"),
        "StaffingNeed": _("need for people"),
        "NeedTemplate": _("template of needs"),
        "Proposal": _("proposal no."),
    },
    details={
        "act": _("Act in the plan"),
        "station": _("Polling station"),
        "shift": _("Shift"),
        "function": _("Function"),
        "stations": _("Polling stations"),
        "people": _("People"),
        "added": _("Added"),
        "moved": _("Moved"),
        "removed": _("Removed"),
        "left_out": _("Left out"),
        "codes": _("Weights"),
    },
)

PROPOSAL_STATES = {
    ProposalState.WAITING.value: _("waiting"),
    ProposalState.RUNNING.value: _("being made"),
    ProposalState.READY.value: _("ready to look at"),
    ProposalState.ACCEPTED.value: _("taken over"),
    ProposalState.DROPPED.value: _("thrown away"),
    ProposalState.FAILED.value: _("not made"),
}
TAKEN_OVER = {  # of a polling station in a proposal
    "nothing": "–",
    "waiting": _("not taken over"),
    "partly": _("partly taken over"),
    "taken": _("taken over"),
}
# Why somebody did not get the place that was proposed, by the code of what stands in its way now.
LEFT_OUT = {
    "gone": _("stood somewhere else by then, or the place was locked"),
    "double": _("has a place in this shift already"),
    "overlap": _("has another place at this time"),
    "inactive": _("has a pause or stopped"),
    "said_no": _("answers no for this shift by now"),
    "no_answer": _("gives no answer for this shift any more"),
    "left": _("left a place in this shift, and cannot come"),
    "above_target": _("somebody else has this place now"),
    "no_need": _("nobody is asked for here any more"),
    "": _("may not be appointed any more, or the shift, the station or the function is gone"),
}
