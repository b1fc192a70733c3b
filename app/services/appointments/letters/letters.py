"""A letter of appointment: the team's text, filled in for a member, as the press takes it."""

from __future__ import annotations

from app.letters.markdown import fill_words, read_blocks
from app.letters.paper import Letter, Sender
from app.models import AppointmentSetup, Election, LetterText, Member
from app.services.appointments.letters.fill_ins import Decision, fill_in
from app.services.appointments.letters.objection import with_objection
from app.services.appointments.letters.sources import Source
from app.services.appointments.letters.words import WORDS, write_day
from app.services.appointments.office import Office


def compose(
    election: Election, text: LetterText, source: Source, decision: Decision, setup: AppointmentSetup, office: Office
) -> Letter:
    """The letter in the language of the text. The same rows give the same letter."""
    known = source if source.language == text.language else _in_language(source, text.language)
    filled = fill_in(election, known, decision, office)
    words = WORDS[text.language]
    facts = [
        (str(words["date"]), write_day(decision.issued_at, text.language)),
        (str(words["decision"]), decision.number),
    ]
    if source.member.member_number:
        facts.append((str(words["member"]), source.member.member_number))
    return Letter(
        language=text.language,
        title=fill_words(text.title, filled),
        sender=sender_of(setup, office),
        recipient=address_of(source.member),
        facts=facts,
        blocks=read_blocks(with_objection(text.body, text.language), filled),
        written_at=decision.issued_at,
        footer=f"{office.municipality} · {decision.number}",
    )


def _in_language(source: Source, language: str) -> Source:
    return Source(source.member, language, source.places, source.colleagues)


def sender_of(setup: AppointmentSetup, office: Office) -> Sender:
    """The municipality, with the lines beside its logo."""
    lines = [office.team, *setup.sender_address.splitlines(), office.phone, office.email]
    return Sender(office.municipality, [line.strip() for line in lines if line.strip()])


def address_of(member: Member) -> list[str]:
    """The lines of the address, as they are seen through the window of an envelope."""
    initials = member.initials or member.first_name
    name = " ".join(filter(None, (initials, member.infix, member.surname)))
    return [line for line in (name, member.address_line, member.town_line) if line]
