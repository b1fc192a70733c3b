"""What letters say by themselves, in Dutch and English: a letter has a language of its own, whoever makes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency

from app.clock import local
from app.models import LegalCapacity

LANGUAGES: Final = ("nl", "en")

CAPACITIES: Final = {
    "nl": {
        LegalCapacity.CHAIR: "voorzitter van het stembureau",
        LegalCapacity.MEMBER: "lid van het stembureau",
        LegalCapacity.SUBSTITUTE: "plaatsvervangend lid van het stembureau",
        LegalCapacity.CIVIL_SERVANT: "ambtenaar die helpt bij het tellen",
        LegalCapacity.SUPPORTER: "ondersteuner",
    },
    "en": {
        LegalCapacity.CHAIR: "chair of the polling station",
        LegalCapacity.MEMBER: "member of the polling station",
        LegalCapacity.SUBSTITUTE: "substitute member of the polling station",
        LegalCapacity.CIVIL_SERVANT: "civil servant who helps to count",
        LegalCapacity.SUPPORTER: "supporter",
    },
}

WORDS: Final = {
    "nl": {
        "date": "Datum",
        "decision": "Besluit",
        "member": "Lidnummer",
        "places": ("Dag", "Tijd", "Waar", "Functie", "Vergoeding"),
        "colleagues": ("Naam", "Functie", "Telefoon", "E-mail"),
        "not_shared": "deelt geen gegevens",
        "no_colleagues": "Wie er met je samenwerkt, zie je in het portaal.",
        "central": "centrale telling",
        "trained": "Je hebt de training gevolgd op {day}.",
        "untrained": "Voor je functie is een training nodig. Je krijgt daarover bericht.",
        "asked": "Log in op {portal} en geef door of je deze benoeming aanneemt. Doe dit vóór {until}.",
        "agreed": "Je hebt al ja gezegd. Je hoeft niet nog een keer te antwoorden.",
        "supersedes": "Deze brief vervangt besluit {number} van {day}.",
        "hours": "{starts}–{ends} uur",
        "station": "Stembureau {number}",
    },
    "en": {
        "date": "Date",
        "decision": "Decision",
        "member": "Member number",
        "places": ("Day", "Time", "Where", "Function", "Fee"),
        "colleagues": ("Name", "Function", "Telephone", "E-mail"),
        "not_shared": "shares no details",
        "no_colleagues": "You see in the portal who works with you.",
        "central": "central count",
        "trained": "You did the training on {day}.",
        "untrained": "Your function needs a training. You will hear about it.",
        "asked": "Sign in at {portal} and say whether you accept this appointment, before {until}.",
        "agreed": "You already said yes. You do not need to answer again.",
        "supersedes": "This letter takes the place of decision {number} of {day}.",
        "hours": "{starts}–{ends}",
        "station": "Polling station {number}",
    },
}


def write_day(day: date, language: str) -> str:
    """`woensdag 18 maart 2026`; of an instant the day on a Dutch calendar."""
    if isinstance(day, datetime):
        day = local(day).date()
    return str(format_date(day, "EEEE d MMMM y", locale=language))


def write_deadline(until: datetime, language: str) -> str:
    """What stands behind "before": the day and the hour; only the day where it ends as that begins."""
    at = local(until)
    if at.time() == time():
        return write_day(until, language)
    hour = f"{at.hour}.{at.minute:02d} uur" if language == "nl" else f"{at.hour}:{at.minute:02d}"
    return f"{write_day(until, language)}, {hour}"


def write_hours(starts_at: datetime, ends_at: datetime, language: str) -> str:
    """`7.00–14.30 uur` on a Dutch clock, `7:00–14:30` in English."""
    mark = "." if language == "nl" else ":"
    starts, ends = (f"{at.hour}{mark}{at.minute:02d}" for at in (local(starts_at), local(ends_at)))
    return str(WORDS[language]["hours"]).format(starts=starts, ends=ends)


def write_amount(euro: Decimal | None, language: str) -> str:
    """`€ 120,00`; that it is not known yet where there is no fee, so that no sentence stands open."""
    if euro is None:
        return "nog niet bekend" if language == "nl" else "not known yet"
    return str(format_currency(euro, "EUR", locale=language))


def write_list(parts: Iterable[str], language: str) -> str:
    """`voorzitter en teller`, each once, in their order."""
    return str(format_list(list(dict.fromkeys(parts)), locale=language))
