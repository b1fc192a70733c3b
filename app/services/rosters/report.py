"""What the check or the import of a roster found, kept sealed beside the upload until the upload's term."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.importing.faults import Fault
from app.importing.rosters.refused_rows import show_row
from app.importing.rosters.roster import RefusedRow, RosterFile
from app.phrases import Phrase
from app.services.import_uploads import keep_upload, read_upload
from app.services.rosters.plan import Notice, Plan


@dataclass(frozen=True, slots=True)
class RosterReport:
    """The refused rows with their masked cells and faults, and the fields that were left as they are."""

    header: tuple[str, ...]
    refused: tuple[RefusedRow, ...]
    notices: tuple[Notice, ...]


def keep_report(plan: Plan, roster: RosterFile, mapping: dict[str, int], *, instance: Path) -> str:
    """Seal the report of a plan; gives its name. BSNs are masked before anything is written."""
    content = {
        "header": list(roster.header),
        "refused": [
            [row.row, show_row(row.cells, roster.header, mapping), [_fault(fault) for fault in row.faults]]
            for row in plan.refused
        ],
        "notices": [[notice.row, notice.field, notice.reason.msgid] for notice in plan.notices],
    }
    return keep_upload(json.dumps(content).encode(), instance=instance)


def read_report(name: str, *, instance: Path) -> RosterReport:
    """The report of that name. Raises UploadGone."""
    content = json.loads(read_upload(name, instance=instance))
    refused = (
        RefusedRow(
            number,
            tuple(cells),
            tuple(Fault(number, column, Phrase(msgid, values)) for column, msgid, values in faults),
        )
        for number, cells, faults in content["refused"]
    )
    notices = (Notice(row, field, Phrase(msgid)) for row, field, msgid in content["notices"])
    return RosterReport(tuple(content["header"]), tuple(refused), tuple(notices))


def _fault(fault: Fault) -> list[Any]:
    return [fault.column, fault.message.msgid, fault.message.values]
