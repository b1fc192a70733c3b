"""What a member chooses of the portal's mail: the language, and of which optional notifications an e-mail comes.

What asks to do something, a document and an answer of the team are always mailed: nobody misses those by a choice.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from app.extensions import db
from app.models import OPTIONAL_KINDS, Account, Member, MutedKind
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.bulk import insert_unless_there

LANGUAGES: Final = ("nl", "en")


def muted_kinds(member_id: int) -> set[str]:
    """The kinds of which this member wants no mail."""
    return set(db.session.scalars(select(MutedKind.kind).where(MutedKind.member_id == member_id)))


def save_choices(
    member: Member, account: Account, *, locale: str, mailed: Collection[str], actor: Actor, now: datetime
) -> list[str]:
    """Keep the language and the optional kinds that are mailed; gives the names of what changed.

    Raises RuleBroken for a language that the portal does not have. A required kind is mailed whatever is chosen.
    """
    if locale not in LANGUAGES:
        raise RuleBroken(phrase("Choose a language."), field="locale")
    fields = [] if account.locale == locale else ["locale"]
    account.locale = locale
    wanted, known = {str(kind) for kind in OPTIONAL_KINDS} - set(mailed), muted_kinds(member.id)
    if wanted != known:
        fields.append("mailed_kinds")
        db.session.execute(delete(MutedKind).where(MutedKind.member_id == member.id))
        db.session.add_all(MutedKind(member_id=member.id, kind=kind) for kind in sorted(wanted))
    db.session.flush()
    if fields:
        record_event(actor, "member.choices_changed", now=now, subject=member, member_id=member.id, fields=fields)
    return fields


@everyone("stop mail by the link in a mail")
def stop_mail(member_id: int, kinds: Collection[str], *, actor: Actor, now: datetime) -> bool:
    """No more mail of these kinds, asked by the link in a mail (RFC 8058); False when the member is gone.

    Asked twice it is done once. A required kind cannot be stopped.
    """
    member = db.session.get(Member, member_id)
    if member is None:
        return False
    stopped = [
        kind
        for kind in sorted(OPTIONAL_KINDS & set(kinds))
        if insert_unless_there(MutedKind, member_id=member_id, kind=str(kind))
    ]
    if stopped:
        record_event(actor, "member.mail_stopped", now=now, subject=member, member_id=member_id, kind=list(stopped))
    return True
