"""Words for the kinds and states of elections and their parts."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from app.models import Capacity, Counting, DeclarationKind, ElectionState, ElectionType, ShiftKind, StationType

SHIFT_KINDS = {
    ShiftKind.VOTING.value: _("voting"),
    ShiftKind.STATION_COUNT.value: _("counting at the polling station"),
    ShiftKind.CENTRAL_COUNT.value: _("central count"),
}
STATION_TYPES = {
    StationType.FIXED.value: _("fixed"),
    StationType.SPECIAL.value: _("special"),
    StationType.MOBILE.value: _("mobile"),
}
DECLARATION_KINDS = {
    DeclarationKind.ELIGIBLE.value: _("may be a member"),
    DeclarationKind.NOT_A_CANDIDATE.value: _("is not a candidate"),
    DeclarationKind.SHARE_CONTACT.value: _("shares contact details"),
}
CAPACITIES = {
    Capacity.CHAIR.value: _("chair"),
    Capacity.MEMBER.value: _("member of the polling station"),
    Capacity.DEPUTY.value: _("deputy"),
    Capacity.COUNTER.value: _("counter"),
    Capacity.SUPPORTER.value: _("supporter"),
}
ELECTION_TYPES: dict[str, Any] = {
    ElectionType.TK.value: _("House of Representatives"),
    ElectionType.PS.value: _("Provincial council"),
    ElectionType.WS.value: _("Water authority"),
    ElectionType.GR.value: _("Municipal council"),
    ElectionType.EP.value: _("European Parliament"),
    ElectionType.ER.value: _("Island council or electoral college"),
    ElectionType.IR.value: _("Other election"),
}
ELECTION_STATES: dict[str, Any] = {
    ElectionState.DRAFT.value: _("being prepared"),
    ElectionState.RECRUITING.value: _("asks for availability"),
    ElectionState.PLANNING.value: _("being planned"),
    ElectionState.PUBLISHED.value: _("plan published"),
    ElectionState.RUNNING.value: _("going on"),
    ElectionState.SETTLING.value: _("being settled"),
    ElectionState.CLOSED.value: _("closed"),
}
COUNTINGS: dict[str, Any] = {
    Counting.DSO.value: _("At the polling station (DSO)"),
    Counting.CSO.value: _("Centrally (CSO)"),
}
