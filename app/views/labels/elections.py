"""Words for the kinds and states of elections and their parts."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from app.models import Capacity, Counting, DeclarationKind, ElectionState, ElectionType, ShiftKind, StationType
from app.services.elections.stations.station_undo import Reason
from app.views.labels.audit import AuditWords

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
# What the step to the next state means; none of them is taken back.
STEP_WARNINGS: dict[str, Any] = {
    ElectionState.RECRUITING.value: _("Members can no longer change their answers then. Are you sure?"),
    ElectionState.PUBLISHED.value: _("From then on the election days go on. You cannot go back. Are you sure?"),
    ElectionState.RUNNING.value: _("From then on the election days are over. You cannot go back. Are you sure?"),
    ElectionState.SETTLING.value: _("Nothing of this election changes any more then. Are you sure?"),
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
STATION_FIELDS: dict[str, Any] = {
    "number": _("Station number"),
    "name": _("Name"),
    "type": _("Type"),
    "street": _("Street and house number"),
    "postcode": _("Postcode"),
    "city": _("Town of the polling station"),
    "bag_id": _("BAG id of the address"),
    "address_note": _("About the place"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "rd_x": "X (RD)",
    "rd_y": "Y (RD)",
    "opens_at": _("Opens"),
    "closes_at": _("Closes"),
    "stops": _("Places in turn"),
    "accessibility": _("Accessibility"),
    "website": _("Website"),
    "information": _("Information"),
    "contact": _("Contact"),
    "is_count_location": _("Votes are counted here"),
    "voter_count": _("Voters"),
}
# Why a station, or a field of one, was left as it was when an import was undone.
STATION_UNDO_REASONS: dict[str, Any] = {
    Reason.USED.value: _("members chose it already, or it is used elsewhere"),
    Reason.CHANGED.value: _("was changed since"),
}
COUNTINGS: dict[str, Any] = {
    Counting.DSO.value: _("At the polling station (DSO)"),
    Counting.CSO.value: _("Centrally (CSO)"),
}
AUDIT_WORDS = AuditWords(
    "election",
    _("Elections"),
    {
        "election.created": _("election added"),
        "election.changed": _("election changed"),
        "election.deleted": _("election deleted"),
        "election.moved": _("state of an election changed"),
        "stations.imported": _("polling stations imported"),
        "stations.undone": _("import of polling stations undone"),
        "declaration_text.added": _("text of a declaration added"),
        "declaration_text.changed": _("text of a declaration changed"),
        "declaration_text.removed": _("text of a declaration removed"),
        "function.created": _("function added"),
        "function.changed": _("function changed"),
        "function.deleted": _("function deleted"),
        "election_day.created": _("election day added"),
        "election_day.changed": _("election day changed"),
        "election_day.deleted": _("election day deleted"),
        "shift.created": _("shift added"),
        "shift.changed": _("shift changed"),
        "shift.deleted": _("shift deleted"),
        "polling_station.created": _("polling station added"),
        "polling_station.changed": _("polling station changed"),
        "polling_station.deleted": _("polling station deleted"),
    },
    subjects={
        "Election": _("election"),
        "ElectionDay": _("election day"),
        "Shift": _("shift"),
        "PollingStation": _("polling station"),
        "Function": _("function"),
        "DeclarationText": _("text of a declaration"),
    },
    details={"code": _("Code of the election"), "election_id": _("Number of the election")},
    values={**ELECTION_STATES, **DECLARATION_KINDS},
)
