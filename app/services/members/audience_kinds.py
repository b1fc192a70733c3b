"""Groups by what is known of a member."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from app.clock import utc_now
from app.models import LinkKind, MailedLink, Member, MemberState
from app.phrases import phrase
from app.services.audience_kinds import Kind

HAS_NOT_OPENED: Final = Member.state.in_((MemberState.IMPORTED, MemberState.INVITED))
BETWEEN_LANGUAGES: Final = re.compile(r"[,;/+&\n]|\ben\b|\band\b", re.IGNORECASE)


def split_languages(written: Iterable[str]) -> list[str]:
    """The languages in what members wrote, each once, whatever the case: "Nederlands, engels" and "Engels"."""
    parts = (part.strip(" .\t\r") for text in written for part in BETWEEN_LANGUAGES.split(text))
    by_key = {part.casefold(): part for part in parts if part}
    return sorted((name[:1].upper() + name[1:] for name in by_key.values()), key=str.casefold)


def speaks(languages: Collection[str]) -> ColumnElement[bool]:
    """At least one of these languages stands in what the member wrote."""
    return or_(false(), *(Member.languages.icontains(language, autoescape=True) for language in languages))


def invited_before(instant: datetime) -> ColumnElement[bool]:
    """The last invitation is of before this instant, and the account was not opened."""
    last = select(func.max(MailedLink.created_at)).where(
        MailedLink.user_id == Member.user_id, MailedLink.kind == LinkKind.INVITATION
    )
    return and_(Member.state == MemberState.INVITED, last.correlate(Member).scalar_subquery() <= instant)


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
    "speaks": Kind(phrase("Speaks"), lambda asked: speaks(asked.texts), asks_texts=True),
    "not_opened": Kind(phrase("Did not open the account"), lambda asked: HAS_NOT_OPENED),
    "invited_14": Kind(
        phrase("Invited two weeks ago or longer, account not opened"),
        lambda asked: invited_before(utc_now() - timedelta(days=14)),
        is_lasting=False,
    ),
    "invited_28": Kind(
        phrase("Invited four weeks ago or longer, account not opened"),
        lambda asked: invited_before(utc_now() - timedelta(days=28)),
        is_lasting=False,
    ),
    "picked": Kind(phrase("Picked by hand"), lambda asked: Member.id.in_(asked.ids), picks=Member),
}
