"""What a letter says in the place of each fill-in, in its own language."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.models import (
    AppointmentSetup,
    Capacity,
    Election,
    Function,
    LegalCapacity,
    Member,
    PollingStation,
    PublishedPlace,
)
from app.phrases import RuleBroken
from app.services.appointments.letters import fill_ins, objection, texts, words
from app.services.appointments.letters.fill_ins import Decision
from app.services.appointments.letters.letters import address_of, sender_of
from app.services.appointments.letters.sources import Colleague, Source
from app.services.appointments.office import Office
from tests.services.appointments.letter_blocks import words_of

OFFICE = Office("Gemeente Voorbeeldstad", "Team verkiezingen", "t@v.example", "14 0123", "https://leden.v.example")
ISSUED = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
SCHOOL = PollingStation(number=12, name="School", street="Dorpsstraat 1", postcode="1234 AB", city="Voorbeeldstad")
BARE = PollingStation(number=13, name="Kade", street="", postcode="", city="")
CHAIR = Function(name="Voorzitter", name_en="Chair", capacity=Capacity.CHAIR, fee=Decimal(200), needs_training=True)
COUNTER = Function(name="Teller", name_en="", capacity=Capacity.COUNTER, fee=None, needs_training=False)
PAID_COUNTER = Function(
    name="Teller", name_en="", capacity=Capacity.COUNTER, fee=Decimal("50.50"), needs_training=False
)


def place(station=SCHOOL, function=CHAIR, begins=6):
    starts_at = datetime(2026, 3, 18, begins, 30, tzinfo=UTC)
    return PublishedPlace(station=station, function=function, starts_at=starts_at, ends_at=starts_at.replace(hour=13))


def member(**values):
    return Member(**{"first_name": "Anna", "infix": "", "surname": "Bos", "initials": "A.", "phone": "", **values})


def filled(*places, language="nl", decision=None, colleagues=(), **values):
    election = Election(
        name="Gemeenteraad 2026",
        voting_on=date(2026, 3, 18),
        what_to_bring="Je identiteitsbewijs",
        what_to_bring_en=values.pop("bring_en", ""),
    )
    source = Source(member(**values), language, places, colleagues)
    made = decision or Decision("SB-0001", ISSUED, "Mandaat", "M. Bakker", "teamleider")
    return fill_ins.fill_in(election, source, made, OFFICE)


def said(blocks):
    return " ".join(words_of(blocks).split())


def test_each_language_writes_days_hours_amounts_and_lists_its_own_way():
    at = datetime(2026, 3, 18, 6, 5, tzinfo=UTC)
    assert words.write_day(datetime(2026, 3, 17, 23, 30, tzinfo=UTC), "nl") == "woensdag 18 maart 2026"
    assert words.write_hours(at, at.replace(hour=20), "nl") == "7.05–21.05 uur"
    assert words.write_hours(at, at.replace(hour=20), "en") == "7:05–21:05"
    assert words.write_amount(Decimal("120.5"), "nl") == "€\N{NO-BREAK SPACE}120,50"
    assert (words.write_amount(None, "nl"), words.write_amount(None, "en")) == ("nog niet bekend", "not known yet")
    assert words.write_list(["teller", "voorzitter", "teller"], "nl") == "teller en voorzitter"


def test_a_deadline_names_its_hour_unless_it_ends_as_the_day_begins():
    midnight = datetime(2026, 3, 9, 23, 0, tzinfo=UTC)
    assert words.write_deadline(midnight, "nl") == "dinsdag 10 maart 2026"
    assert words.write_deadline(midnight.replace(minute=5), "nl") == "dinsdag 10 maart 2026, 0.05 uur"
    assert words.write_deadline(midnight.replace(hour=11), "en") == "Monday 9 March 2026, 12:00"


def test_until_when_one_answers_is_the_day_of_voting_where_no_date_was_set():
    dated = Decision("SB-0001", ISSUED, "M", "N", "R", answer_until=datetime(2026, 3, 1, 11, 0, tzinfo=UTC))
    assert filled(place()).words["antwoord_voor"] == "woensdag 18 maart 2026"
    assert filled(place(), decision=dated).words["antwoord_voor"] == "zondag 1 maart 2026, 12.00 uur"
    asked = said(filled(place(), decision=dated).blocks["antwoord"])
    assert "leden.v.example" in asked
    assert "zondag 1 maart 2026" in asked
    assert "https" not in asked


def test_capacities_functions_stations_and_the_fee_are_told_once_each():
    known = filled(place(), place(function=PAID_COUNTER), place(BARE, PAID_COUNTER)).words
    assert known["hoedanigheid"] == "voorzitter van het stembureau en plaatsvervangend lid van het stembureau"
    assert known["functie"] == "Voorzitter en Teller"
    assert known["stembureau"] == "Stembureau 12 School en Stembureau 13 Kade"
    assert known["vergoeding"] == "€\N{NO-BREAK SPACE}301,00"
    assert filled(place(), place(function=COUNTER)).words["vergoeding"] == "€\N{NO-BREAK SPACE}200,00"
    assert filled(place(function=COUNTER)).words["vergoeding"] == "nog niet bekend"


def test_the_highest_capacity_comes_first_and_a_civil_servant_is_designated():
    source = Source(member(is_civil_servant=True), "nl", [place(function=COUNTER), place()])
    assert fill_ins.capacities_of(source) == [LegalCapacity.CHAIR, LegalCapacity.CIVIL_SERVANT]


def test_a_letter_in_english_names_functions_in_english_where_they_have_a_name_there():
    known = filled(place(), place(None, COUNTER), language="en")
    assert known.words["functie"] == "Chair and Teller"
    assert known.words["stembureau"] == "Polling station 12 School and central count"
    assert filled(place(), language="nl").words["functie"] == "Voorzitter"


def test_what_to_bring_is_in_the_language_of_the_letter_where_it_was_written():
    assert said(filled(place(), bring_en="Your ID").blocks["meenemen"]) == "Je identiteitsbewijs"
    assert said(filled(place(), bring_en="Your ID", language="en").blocks["meenemen"]) == "Your ID"
    assert said(filled(place(), language="en").blocks["meenemen"]) == "Je identiteitsbewijs"


def test_places_stand_in_a_table_with_what_is_known_of_the_address():
    table = filled(place(), place(BARE), place(None, COUNTER)).blocks["dagdelen"][0]
    assert [row[2] for row in table["rows"]] == [
        "Stembureau 12 School, Dorpsstraat 1, 1234 AB Voorbeeldstad",
        "Stembureau 13 Kade",
        "centrale telling",
    ]
    assert tuple(table["rows"][0]) == (
        "woensdag 18 maart 2026",
        "7.30–14.30 uur",
        table["rows"][0][2],
        "Voorzitter",
        "€\N{NO-BREAK SPACE}200,00",
    )
    assert filled().blocks["dagdelen"] == []


def test_colleagues_stand_with_the_mobile_number_first_or_that_they_share_nothing():
    shares = member(first_name="Piet", surname="Vis", mobile="+31612345678", phone="+31201234567", email="p@v.example")
    phone, bare = member(surname="Vast", phone="+31201234567"), member(surname="Bloot")
    found = [Colleague(who, [CHAIR, CHAIR], 1) for who in (shares, phone, bare)]
    table = filled(place(), colleagues=[*found, Colleague(shares, [COUNTER], None)]).blocks["collegas"][0]
    assert [tuple(row) for row in table["rows"]] == [
        ("Piet Vis", "Voorzitter", "06 12345678", "p@v.example"),
        ("Anna Vast", "Voorzitter", "020 123 4567", ""),
        ("Anna Bloot", "Voorzitter", "", ""),
        ("Piet Vis", "Teller", "deelt geen gegevens", ""),
    ]
    assert said(filled(place()).blocks["collegas"]) == "Wie er met je samenwerkt, zie je in het portaal."


@pytest.mark.parametrize(
    ("on", "until", "told"),
    [
        (date(2025, 5, 1), None, "Je hebt de training gevolgd op donderdag 1 mei 2025."),
        (date(2025, 5, 1), date(2026, 3, 18), "Je hebt de training gevolgd op donderdag 1 mei 2025."),
        (date(2025, 5, 1), date(2026, 3, 17), "Voor je functie is een training nodig. Je krijgt daarover bericht."),
        (None, None, "Voor je functie is een training nodig. Je krijgt daarover bericht."),
    ],
)
def test_whether_the_training_counts_on_the_day_of_voting_is_told_where_a_function_needs_one(on, until, told):
    assert said(filled(place(function=COUNTER), place(), trained_on=on, trained_until=until).blocks["training"]) == told
    assert filled(place(function=COUNTER), trained_on=on, trained_until=until).blocks["training"] == []


def test_a_letter_says_which_one_it_replaces_and_that_who_said_yes_need_not_answer():
    made = Decision("SB-2", ISSUED, "M", "N", "R", is_agreed=True, supersedes=("SB-1", ISSUED.replace(day=1)))
    blocks = filled(place(), decision=made).blocks
    assert said(blocks["vervangt"]) == "Deze brief vervangt besluit SB-1 van zondag 1 februari 2026."
    assert said(blocks["antwoord"]) == "Je hebt al ja gezegd. Je hoeft niet nog een keer te antwoorden."
    assert filled(place()).blocks["vervangt"] == []


def test_words_of_the_office_the_member_and_who_signs_stand_as_they_are_known():
    known = filled(place(), member_number="L77").words
    assert [known[name] for name in ("gemeente", "team", "telefoon", "e_mail", "portaal", "lidnummer", "mandaat")] == [
        *("Gemeente Voorbeeldstad", "Team verkiezingen", "14 0123", "t@v.example", "leden.v.example", "L77", "Mandaat")
    ]
    assert (known["ondertekenaar"], known["functie_ondertekenaar"]) == ("M. Bakker", "teamleider")
    assert filled(place()).words["lidnummer"] == ""
    assert set(known) == set(fill_ins.OF_WORDS)


def test_an_objection_goes_to_the_municipality_at_its_address_where_it_is_known():
    bare = said(objection.write_objection("SB-1", "", "Voorbeeldstad", "nl"))
    assert "wethouders van Voorbeeldstad. In je brief" in bare
    assert "wethouders van Voorbeeldstad, Postbus 1, 1234 AB Stad. In je" in said(
        objection.write_objection("SB-1", "Postbus 1\n \n1234 AB Stad", "Voorbeeldstad", "nl")
    )


def test_who_sends_and_who_receives_stand_without_empty_lines():
    setup = AppointmentSetup(sender_address="Postbus 1\n\n1234 AB Stad")
    assert sender_of(setup, Office("Gemeente", "Team", "", " 14 0123 ")).lines == [
        "Team",
        "Postbus 1",
        "1234 AB Stad",
        "14 0123",
    ]
    nowhere = {"street": "", "house_number": "", "postcode": "", "city": ""}
    assert address_of(member(infix="de", **nowhere)) == ["A. de Bos"]
    assert address_of(member(initials="", **nowhere)) == ["Anna Bos"]


@pytest.mark.parametrize(
    ("title", "body", "field"),
    [
        (" ", "Dag", "title"),
        ("Brief", " \n", "body"),
        ("Brief", "x" * (texts.LONGEST_TEXT + 1), "body"),
        ("{{dagdelen}}", "Dag", "title"),
    ],
)
def test_a_letter_has_a_title_of_words_and_a_text_that_fits(title, body, field):
    with pytest.raises(RuleBroken) as refused:
        texts.check(title, body)
    assert refused.value.field == field
    texts.check("Brief", "x" * texts.LONGEST_TEXT)
