"""What stops a member at an election, as the member reads it: what is known, what one does about it, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.models import EligibilityFinding
from app.services.planning.eligibility.causes import Cause
from app.services.planning.eligibility.findings import list_own
from app.views.labels.planning.eligibility import IN_OWN_DATA, OWN_CAUSES


@dataclass(frozen=True, slots=True)
class OwnStop:
    """What stops; `url` is where the member does something about it, `link` what that is called."""

    said: Any
    advice: Any
    source: str
    is_blocking: bool
    url: str
    link: str


def own_stops(member_id: int, election_id: int, *, besides: Iterable[str] = ()) -> list[OwnStop]:
    """What stops this member, or may, what surely stops first. Nothing of what the team overruled. One statement.

    What the member said of being a candidate has words of its own on the page; `besides` are causes that it asks about.
    """
    found = list_own(member_id, election_id)
    return [_say(finding, source) for finding, source in found if finding.cause not in {Cause.OWN_WORD, *besides}]


def _say(finding: EligibilityFinding, source: str) -> OwnStop:
    said, advice = OWN_CAUSES[finding.cause]
    if finding.cause in IN_OWN_DATA:
        url, link = url_for("ProfileView.edit"), gettext("Change my data")
    else:
        url, link = url_for("MessageBoxView.ask"), gettext("Ask the election team")
    return OwnStop(said, advice, source, finding.is_blocking, url, str(link))
