"""The fill-ins of a letter of appointment: their names, what they are, and what stands in their place.

The names are Dutch in every language of a letter: they are for the team that writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from app.letters.markdown import read_blocks
from app.letters.paper import Block, FilledIn, Table
from app.member_fields import show_phone
from app.models import Election, Function, LegalCapacity, PollingStation
from app.phrases import Phrase, phrase
from app.services.appointments.capacities import capacity_of
from app.services.appointments.letters.objection import write_objection
from app.services.appointments.letters.sources import Colleague, Source
from app.services.appointments.letters.words import (
    CAPACITIES,
    WORDS,
    write_amount,
    write_day,
    write_deadline,
    write_hours,
    write_list,
)
from app.services.appointments.office import Office

OF_WORDS: Final[dict[str, Phrase]] = {
    "naam": phrase("first name and surname"),
    "voornaam": phrase("first name"),
    "lidnummer": phrase("member number"),
    "verkiezing": phrase("name of the election"),
    "stemdag": phrase("day of voting"),
    "besluitnummer": phrase("number of the decision"),
    "besluitdatum": phrase("date of the decision"),
    "hoedanigheid": phrase("legal capacity, such as chair of the polling station"),
    "functie": phrase("functions"),
    "stembureau": phrase("polling stations"),
    "vergoeding": phrase("fee for everything together"),
    "antwoord_voor": phrase("until when the member can answer"),
    "gemeente": phrase("name of the municipality"),
    "team": phrase("name of the team"),
    "telefoon": phrase("telephone number of the team"),
    "e_mail": phrase("e-mail address of the team"),
    "portaal": phrase("address of the portal"),
    "ondertekenaar": phrase("who signs"),
    "functie_ondertekenaar": phrase("function of who signs"),
    "mandaat": phrase("the mandate by which is signed"),
}
OF_BLOCKS: Final[dict[str, Phrase]] = {
    "dagdelen": phrase("table of days, times, places, functions and fees"),
    "collegas": phrase("table of colleagues at the polling station, with contact details of who shares them"),
    "antwoord": phrase("how to answer, or that the member already said yes"),
    "training": phrase("whether the training was done"),
    "meenemen": phrase("what to bring, as it stands at the election"),
    "vervangt": phrase("which decision this one takes the place of, if any"),
    "bezwaar": phrase("how to object to this decision; a text without it gets it at its end"),
}


PLACES_WIDTHS: Final = (3, 2, 4.4, 2.4, 1.7)  # parts of the line
COLLEAGUES_WIDTHS: Final = (3, 2.4, 2.2, 4)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a letter says of its decision. `supersedes` is the number and day of the one before."""

    number: str
    issued_at: datetime
    mandate: str
    signatory_name: str
    signatory_role: str
    answer_until: datetime | None = None
    is_agreed: bool = False  # the member said yes to all of it before
    supersedes: tuple[str, datetime] | None = None
    sender_address: str = ""  # lines, where an objection goes


def fill_in(election: Election, source: Source, decision: Decision, office: Office) -> FilledIn:
    """What stands in the place of each fill-in, for this member."""
    return FilledIn(_words(election, source, decision, office), _blocks(election, source, decision, office))


def _words(election: Election, source: Source, decision: Decision, office: Office) -> dict[str, str]:
    language, member = source.language, source.member
    return {
        "naam": member.full_name,
        "voornaam": member.first_name or member.full_name,
        "lidnummer": member.member_number or "",
        "verkiezing": election.name,
        "stemdag": write_day(election.voting_on, language),
        "besluitnummer": decision.number,
        "besluitdatum": write_day(decision.issued_at, language),
        "hoedanigheid": write_list((CAPACITIES[language][found] for found in capacities_of(source)), language),
        "functie": write_list((name_function(place.function, language) for place in source.places), language),
        "stembureau": write_list((name_station(place.station, language) for place in source.places), language),
        "vergoeding": write_amount(total_fee(source), language),
        "antwoord_voor": _write_until(election, decision, language),
        "gemeente": office.municipality,
        "team": office.team,
        "telefoon": office.phone,
        "e_mail": office.email,
        "portaal": office.typed_portal,
        "ondertekenaar": decision.signatory_name,
        "functie_ondertekenaar": decision.signatory_role,
        "mandaat": decision.mandate,
    }


def _blocks(election: Election, source: Source, decision: Decision, office: Office) -> dict[str, list[Block]]:
    language = source.language
    bring = (language == "en" and election.what_to_bring_en) or election.what_to_bring
    return {
        "dagdelen": _places(source),
        "collegas": _colleagues(source),
        "antwoord": _say(_answer(election, decision, office, language)),
        "training": _say(_training(election, source)),
        "meenemen": read_blocks(bring, FilledIn()),
        "vervangt": _say(_superseded(decision, language)),
        "bezwaar": write_objection(decision.number, decision.sender_address, office.municipality, language),
    }


def capacities_of(source: Source) -> list[LegalCapacity]:
    """In which capacities the member is appointed, the highest first, each once."""
    found = {capacity_of(place.function, source.member) for place in source.places}
    return [capacity for capacity in LegalCapacity if capacity in found]


def total_fee(source: Source) -> Decimal | None:
    """What the places bring together, in euro; None where no function has a fee."""
    fees = [place.function.fee for place in source.places if place.function.fee is not None]
    return sum(fees, Decimal(0)) if fees else None


def name_function(function: Function, language: str) -> str:
    """In the language of the letter, where it has a name there."""
    return (language == "en" and function.name_en) or function.name


def name_station(station: PollingStation | None, language: str) -> str:
    """Number and name; without a station it is the central count."""
    words: dict[str, Any] = WORDS[language]
    return f"{words['station'].format(number=station.number)} {station.name}" if station else str(words["central"])


def _places(source: Source) -> list[Block]:
    language = source.language
    rows = [
        (
            write_day(place.starts_at, language),
            write_hours(place.starts_at, place.ends_at, language),
            _address(place.station, language),
            name_function(place.function, language),
            write_amount(place.function.fee, language),
        )
        for place in source.places
    ]
    return [Table(WORDS[language]["places"], rows, PLACES_WIDTHS).as_block()] if rows else []


def _address(station: PollingStation | None, language: str) -> str:
    name = name_station(station, language)
    lines = [name, station.street, f"{station.postcode} {station.city}".strip()] if station else [name]
    return ", ".join(filter(None, lines))


def _colleagues(source: Source) -> list[Block]:
    words: dict[str, Any] = WORDS[source.language]
    rows = [_write_colleague(who, source.language) for who in source.colleagues]
    return [Table(words["colleagues"], rows, COLLEAGUES_WIDTHS).as_block()] if rows else _say(words["no_colleagues"])


def _write_colleague(who: Colleague, language: str) -> tuple[str, str, str, str]:
    functions = write_list((name_function(function, language) for function in who.functions), language)
    if who.shared_by is None:
        return who.member.full_name, functions, str(WORDS[language]["not_shared"]), ""
    return who.member.full_name, functions, show_phone(who.member.mobile or who.member.phone), who.member.email or ""


def _training(election: Election, source: Source) -> str:
    words: dict[str, Any] = WORDS[source.language]
    if not any(place.function.needs_training for place in source.places):
        return ""
    member = source.member
    has_ended = member.trained_until is not None and member.trained_until < election.voting_on
    day = None if has_ended else member.trained_on
    return words["trained"].format(day=write_day(day, source.language)) if day else str(words["untrained"])


def _answer(election: Election, decision: Decision, office: Office, language: str) -> str:
    words: dict[str, Any] = WORDS[language]
    if decision.is_agreed:
        return str(words["agreed"])
    return str(words["asked"]).format(portal=office.typed_portal, until=_write_until(election, decision, language))


def _write_until(election: Election, decision: Decision, language: str) -> str:
    until = decision.answer_until
    return write_deadline(until, language) if until else write_day(election.voting_on, language)


def _superseded(decision: Decision, language: str) -> str:
    if decision.supersedes is None:
        return ""
    number, issued_at = decision.supersedes
    return str(WORDS[language]["supersedes"]).format(number=number, day=write_day(issued_at, language))


def _say(words: str) -> list[Block]:
    return [{"kind": "paragraph", "spans": [{"kind": "text", "text": words}]}] if words else []
