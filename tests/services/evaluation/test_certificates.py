"""What a certificate says: where somebody helped, the hours that are confirmed, and whose paper it is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.models import HoursState, Service, WorkedHours
from app.phrases import RuleBroken
from app.services.evaluation import certificates
from tests.support.factories.appointments import OFFICE, make_setup
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.people import make_member

NOW = datetime(2026, 3, 19, 23, 30, tzinfo=UTC)  # the day after on a Dutch clock


@pytest.fixture
def election(db):
    return make_election()


@pytest.fixture
def serve(db):
    def do(member, worked_on, **values):
        function = make_function(values.pop("function", "stembureaulid"))
        row = Service(
            member_id=member.id,
            function_id=function.id,
            worked_on=worked_on,
            **{"election_name": "Raad", "station_name": "De Brug", **values},
        )
        db.session.add(row)
        db.session.commit()
        return row

    return do


@pytest.fixture
def work(db, election):
    """Minutes of a service, confirmed or not, in the shift by number from 0."""
    station = make_station(election, 12)

    def do(service, shift, minutes, state=HoursState.CONFIRMED):
        row = WorkedHours(
            election_id=election.id,
            member_id=service.member_id,
            station_id=station.id,
            shift_id=shifts_of(election)[shift].id,
            function_id=service.function_id,
            service_id=service.id,
            minutes=minutes,
            state=state,
            **TIMES,
        )
        db.session.add(row)
        db.session.commit()

    return do


TIMES = {"starts_at": NOW, "ends_at": NOW}


@pytest.fixture
def printed(monkeypatch):
    """The letter that would be printed."""
    letters = []

    class Press:
        def __init__(self, logo):
            self.logo = logo

        def __enter__(self):
            return self

        def __exit__(self, *_raised):
            return None

        def print(self, letter):
            letters.append((letter, self.logo))
            return b"%PDF"

    monkeypatch.setattr(certificates, "Press", Press)

    def do(member, language="nl"):
        assert certificates.print_certificate(member, OFFICE, language=language, now=NOW) == b"%PDF"
        return letters[-1][0]

    return do


def test_only_confirmed_hours_of_the_own_services_are_added_up(election, serve, work):
    member, colleague = make_member(), make_member()
    latest, first = serve(member, date(2026, 3, 18)), serve(member, date(2022, 3, 16))
    work(latest, 0, 450)
    work(latest, 1, 90)
    work(latest, 2, 60, HoursState.OPEN)
    work(serve(colleague, date(2026, 3, 18)), 0, 7)
    found = [(helped.service, helped.minutes) for helped in certificates.list_helped(member.id)]
    assert found == [(latest, 540), (first, None)]


@pytest.mark.parametrize(
    ("language", "title", "row", "facts"),
    [
        (
            "nl",
            "Bewijs van deelname",
            ["Raad", "woensdag 18 maart 2026", "Voorzitter", "–", "9 uur 5 min"],
            [("Datum", "vrijdag 20 maart 2026"), ("Lidnummer", "L7")],
        ),
        (
            "en",
            "Certificate",
            ["Raad", "Wednesday 18 March 2026", "Chair", "–", "9 h 5 min"],
            [("Date", "Friday 20 March 2026"), ("Member number", "L7")],
        ),
    ],
)
def test_it_names_each_election_with_the_function_and_the_hours(
    db, election, serve, work, printed, language, title, row, facts
):
    member = make_member(first_name="Jan", initials="J.P.", infix="de", surname="Vries", member_number="L7")
    make_function("voorzitter").name_en = "Chair"
    work(serve(member, date(2026, 3, 18), function="voorzitter", station_name=""), 0, 545)
    serve(member, date(2022, 3, 16))
    letter = printed(member, language)
    assert (letter.title, letter.language, letter.footer, letter.written_at) == (
        title,
        language,
        OFFICE.municipality,
        NOW,
    )
    assert list(letter.blocks[2]["rows"][0]) == row
    assert list(letter.blocks[2]["rows"][1][3:]) == ["De Brug", "–"]
    assert letter.facts == facts
    assert letter.recipient[0] == "J.P. de Vries"
    texts = [block["spans"][0]["text"] for block in letter.blocks if block["kind"] == "paragraph"]
    assert "Jan de Vries" in texts[0]
    assert OFFICE.municipality in texts[1]
    assert facts[0][1] in texts[2]
    assert OFFICE.team in texts[2]


def test_who_has_no_number_has_no_line_for_it_and_who_never_helped_gets_none(election, serve, printed):
    member = make_member(member_number=None)
    with pytest.raises(RuleBroken, match="do not know of any election"):
        printed(member)
    serve(member, date(2022, 3, 16))
    assert [label for label, _value in printed(member).facts] == ["Datum"]


def test_it_has_the_sender_of_the_newest_letters_or_else_the_team(db, election, serve, printed, now):
    """Newest by voting day."""
    member = make_member()
    serve(member, date(2022, 3, 16))
    sender = printed(member).sender
    assert (sender.name, list(sender.lines)) == (OFFICE.municipality, [OFFICE.team])
    newer = make_election(code="TK2029", type="TK", voting_on=date(2029, 3, 14))
    for held, address in ((newer, "Nieuweplein 2"), (election, "Oudeplein 1")):
        make_setup(held, sender_address=address, now=now)
    assert "Nieuweplein 2" in printed(member).sender.lines
