"""Groups by what is known of a member."""

from __future__ import annotations

from typing import Final

from sqlalchemy import and_

from app.clock import utc_now
from app.models import Member
from app.phrases import phrase
from app.services.audience_kinds import Kind

KINDS: Final[dict[str, Kind]] = {
    "everybody": Kind(phrase("All active members"), lambda asked: Member.id.is_not(None)),
    "unchecked": Kind(
        phrase("Has to check the personal data"),
        lambda asked: and_(Member.needs_check(utc_now())),
        is_lasting=False,
    ),
    "bsn_needed": Kind(phrase("BSN still needed"), lambda asked: and_(Member.needs_bsn)),
    "civil_servant": Kind(phrase("Civil servants"), lambda asked: Member.is_civil_servant.is_(True)),
    "not_civil_servant": Kind(phrase("No civil servants"), lambda asked: Member.is_civil_servant.is_(False)),
    "town": Kind(phrase("Lives in"), lambda asked: Member.city.in_(asked.texts), asks_texts=True),
    "picked": Kind(phrase("Picked by hand"), lambda asked: Member.id.in_(asked.ids), picks=Member),
}
