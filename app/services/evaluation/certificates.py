"""A certificate (bewijs van deelname): at which elections a member helped, as what and where, as far as it is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from app.extensions import db
from app.letters.paper import Block, Letter, Sender, Table
from app.letters.press import Press
from app.models import AppointmentSetup, Election, HoursState, Member, Service, WorkedHours
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.appointments.letters.fill_ins import name_function
from app.services.appointments.letters.letters import address_of, sender_of
from app.services.appointments.letters.words import write_day
from app.services.appointments.office import Office
from app.services.appointments.setups import read_logo
from app.services.experience.services import list_services

WORDS: Final[dict[str, dict[str, Any]]] = {
    "nl": {
        "title": "Bewijs van deelname",
        "date": "Datum",
        "member": "Lidnummer",
        "dear": "Beste {name},",
        "helped": "Je hebt meegewerkt aan de verkiezingen in {municipality} die hieronder staan. Dank je wel: zonder "
        "mensen zoals jij kan een verkiezing niet doorgaan.",
        "head": ("Verkiezing", "Dag", "Functie", "Stembureau", "Uren"),
        "end": "Dit bewijs is op {day} gemaakt uit de gegevens van {team}. Het is geldig zonder handtekening.",
        "hours": "{hours} uur {minutes} min",
    },
    "en": {
        "title": "Certificate",
        "date": "Date",
        "member": "Member number",
        "dear": "Dear {name},",
        "helped": "You helped at the elections in {municipality} below. Thank you: without people like you there "
        "can be no election.",
        "head": ("Election", "Day", "Function", "Polling station", "Hours"),
        "end": "This certificate was made on {day} from the records of {team}. It is valid without a signature.",
        "hours": "{hours} h {minutes} min",
    },
}


@dataclass(frozen=True, slots=True)
class Helped:
    """What a member did at an election; `minutes` is None where no hours are confirmed."""

    service: Service
    minutes: int | None


def list_helped(member_id: int) -> list[Helped]:
    """The latest first. Two statements."""
    services = list_services(member_id)
    sums = (
        select(WorkedHours.service_id, func.sum(WorkedHours.minutes))
        .where(
            WorkedHours.member_id == member_id,
            WorkedHours.state == HoursState.CONFIRMED,
            WorkedHours.service_id.is_not(None),
        )
        .group_by(WorkedHours.service_id)
    )
    minutes = dict(db.session.execute(sums).all())
    return [Helped(service, minutes.get(service.id)) for service in services]


@everyone("print a certificate of what a member did")
def print_certificate(member: Member, office: Office, *, language: str, now: datetime) -> bytes:
    """As a PDF, with the logo and address of the newest letters. Raises RuleBroken where nothing is known."""
    helped = list_helped(member.id)
    if not helped:
        raise RuleBroken(phrase("We do not know of any election at which this member worked."))
    setup = _find_newest_setup()
    sender = sender_of(setup, office) if setup else Sender(office.municipality, [office.team])
    with Press(read_logo(setup) if setup else b"") as press:
        return press.print(_compose(member, helped, sender, office, language, now))


def _find_newest_setup() -> AppointmentSetup | None:
    latest = select(AppointmentSetup).join(Election, Election.id == AppointmentSetup.election_id)
    return db.session.scalars(latest.order_by(Election.voting_on.desc(), Election.id.desc()).limit(1)).first()


def _compose(
    member: Member, helped: Sequence[Helped], sender: Sender, office: Office, language: str, now: datetime
) -> Letter:
    words = WORDS[language]
    today = write_day(now, language)
    facts = [(str(words["date"]), today)]
    if member.member_number:
        facts.append((str(words["member"]), member.member_number))
    rows = [_write_row(each, language) for each in helped]
    table = Table(words["head"], rows, (3.4, 2.6, 2.2, 3, 1)).as_block()
    blocks: list[Block] = [
        _say(words["dear"].format(name=member.full_name)),
        _say(words["helped"].format(municipality=office.municipality)),
        table,
        _say(words["end"].format(day=today, team=office.team)),
    ]
    return Letter(
        language=language,
        title=words["title"],
        sender=sender,
        recipient=address_of(member),
        facts=facts,
        blocks=blocks,
        written_at=now,
        footer=office.municipality,
    )


def _write_row(helped: Helped, language: str) -> tuple[str, str, str, str, str]:
    service = helped.service
    hours, minutes = divmod(helped.minutes or 0, 60)
    told = WORDS[language]["hours"].format(hours=hours, minutes=minutes) if helped.minutes else "–"
    day = write_day(service.worked_on, language)
    return service.election_name, day, name_function(service.function, language), service.station_name or "–", told


def _say(words: str) -> Block:
    return {"kind": "paragraph", "spans": [{"kind": "text", "text": words}]}
