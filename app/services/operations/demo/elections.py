"""Elections of the demo: one that is over, one of today, and one that recruits, with half of the answers in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from app.clock import from_local
from app.extensions import db
from app.models import Election, Member, NotificationKind, PollingStation, StationType
from app.services.appointments import setups
from app.services.appointments.setups import SetupText
from app.services.audiences.groups import everybody
from app.services.availability.period import open_availability
from app.services.bulk import is_postgresql
from app.services.campaigns import campaigns, reminders
from app.services.campaigns.checks import CampaignText
from app.services.elections.elections import ElectionDetails, create_election
from app.services.operations.demo.answers import answer_by_chance
from app.services.operations.demo.history import History
from app.services.operations.demo.names import TOWN
from app.services.planning import phases

END_OF_WORK: Final = time(17)  # o'clock, on a Dutch clock
EXPLANATION: Final = "Voor elk stembureau zoeken we zeven mensen. Vertel ons wanneer je kunt."
EXPLANATION_EN: Final = "We need seven people for each polling station. Tell us when you can help."
ASKED: Final = "Geef door wanneer je kunt helpen"
ASKED_EN: Final = "Tell us when you can help"
BRING: Final = "- je identiteitsbewijs\n- je benoemingsbrief\n- iets te eten en te drinken: de dag is lang"
BRING_EN: Final = "- your identity document\n- your letter of appointment\n- food and drink: the day is long"
REMIND: Final = (14, 3)  # days before the end
STATIONS: Final = (  # name, street and number, postcode, a place with more voters than others
    ("Stadhuis", "Raadhuisplein 1", "1234 AA"),
    ("Basisschool De Regenboog", "Schoolstraat 12", "1234 BB"),
    ("Wijkcentrum De Brug", "Molenweg 40", "1234 CC"),
    ("Bibliotheek", "Kerkstraat 7", "1234 AB"),
    ("Sporthal Noord", "Industrieweg 3", "1235 AA"),
    ("Dorpshuis Oosterend", "Dorpsstraat 88", "1235 BC"),
    ("Basisschool De Vlinder", "Beukenlaan 21", "1235 CD"),
    ("Verzorgingshuis Avondrust", "Parklaan 5", "1235 DE"),
    ("Station Voorbeeldstad", "Stationsweg 2", "1236 AA"),
    ("Theater De Schuur", "Havenkade 15", "1236 AB"),
    ("Kantine v.v. De Trekvogels", "Zandpad 9", "1236 BC"),
    ("Basisschool Het Kompas", "Vogelplein 4", "1236 CD"),
    ("Wijkgebouw Zuid", "Julianastraat 60", "1237 AA"),
    ("Gymzaal Zuiderpark", "Parklaan 130", "1237 AB"),
    ("Kerkelijk centrum De Ark", "Kerkstraat 51", "1237 BC"),
    ("Basisschool De Wilgen", "Molenweg 102", "1237 CD"),
    ("Buurthuis De Spil", "Schoolstraat 77", "1238 AA"),
    ("Ziekenhuis", "Beukenlaan 200", "1238 AB"),
    ("Brandweerkazerne", "Industrieweg 44", "1238 BC"),
    ("Scouting Sint Joris", "Zandpad 31", "1238 CD"),
    ("Dorpshuis Westerend", "Dorpsstraat 210", "1239 AA"),
    ("Multifunctioneel centrum Haven", "Havenkade 80", "1239 AB"),
    ("Zorgcentrum De Linde", "Vogelplein 18", "1239 BC"),
    ("Stembus", "", ""),
)
MOBILE: Final = "Stembus"


def _count_for_the_planner() -> None:
    """PostgreSQL hears of the rows that were just added: by a plan for empty tables a reminder can take a minute."""
    if is_postgresql():
        db.session.flush()
        db.session.connection().exec_driver_sql("ANALYZE ab_user, account, member, campaign, notification")


def add_past_election(history: History, helpers: Sequence[Member]) -> Election:
    """Of eleven months ago: asked, answered by nearly all of the helpers, and voted; `after` settles it."""
    voting_on = history.wednesday(-330)
    age = (history.today - voting_on).days
    election = _create(history, voting_on, "TK", "Tweede Kamer", days_ago=age + 90)
    _open(history, election, opened=age + 80, closes=age + 40)
    _ask(history, election, age + 80)
    answer_by_chance(history, election, helpers, share=0.85, days_ago=age + 79, within=35)
    _count_for_the_planner()
    for days in REMIND:
        reminders.send_due_reminders(history.at(age + 40 + days))
    clerk = history.clerk
    for step, days in (
        (phases.start_planning, age + 38),
        (phases.publish_plan, age + 20),
        (phases.start_running, age),
        (phases.start_settling, age - 3),
    ):
        step(election, actor=clerk, now=history.at(days))
    return election


def add_recruiting_election(history: History, asked: Sequence[Member]) -> Election:
    """Eight weeks from now: asked ten days ago, until two weeks before voting day; half of the members answered."""
    voting_on = history.wednesday(56)
    election = _create(history, voting_on, "GR", "Gemeenteraad", days_ago=22)
    _open(history, election, opened=10, closes=-42)
    _ask(history, election, 10)
    answer_by_chance(history, election, asked, share=0.5, days_ago=9, within=9)
    _say_who_signs(history, election)
    return election


def add_election_of_today(history: History, stations: int) -> Election:
    """Of the water authority: asked two months ago, for so many stations; its day is today."""
    election = _create(history, history.today, "WS", "Waterschap", days_ago=70, stations=stations)
    _open(history, election, opened=60, closes=30)
    return election


def _say_who_signs(history: History, election: Election) -> None:
    """A week ago, with the texts of the letter."""
    proposed = setups.propose(election)
    wanted = SetupText(
        proposed.series,
        mandate="Mandaatbesluit Voorbeeldstad 2025, artikel 4",
        signatory_name="M. van den Berg",
        signatory_role="teamleider verkiezingen",
        sender_address="Raadhuisplein 1\n1234 AA Voorbeeldstad",
        answer_until=from_local(datetime.combine(election.voting_on - timedelta(days=21), END_OF_WORK)),
    )
    setups.add_setup(election, wanted, actor=history.clerk, now=history.at(7))


def _create(
    history: History, voting_on: date, kind: str, name: str, *, days_ago: int, stations: int = len(STATIONS)
) -> Election:
    details = ElectionDetails(
        code=f"{kind}{voting_on.year}_{TOWN}", name=f"{name} {TOWN} {voting_on.year}", type=kind, voting_on=voting_on
    )
    election = create_election(details, actor=history.clerk, now=history.at(days_ago))
    election.what_to_bring, election.what_to_bring_en = BRING, BRING_EN
    for number, (place, address, postcode) in enumerate(STATIONS[:stations], 1):
        db.session.add(_station(history, election, number, place, address, postcode))
    db.session.flush()
    return election


def _station(
    history: History, election: Election, number: int, name: str, address: str, postcode: str
) -> PollingStation:
    return PollingStation(
        election_id=election.id,
        number=number,
        name=name,
        type=StationType.MOBILE if name == MOBILE else StationType.FIXED,
        street=address,
        postcode=postcode,
        city=TOWN if address else "",
        opens_at=from_local(datetime.combine(election.voting_on, time(7, 30))),
        closes_at=from_local(datetime.combine(election.voting_on, time(21))),
        voter_count=None if name == MOBILE else history.chance.randint(8, 19) * 100,
    )


def _open(history: History, election: Election, *, opened: int, closes: int) -> None:
    """`opened` and `closes` are days ago."""
    open_availability(
        election,
        opens_at=history.at(opened),
        closes_at=history.moment(closes, END_OF_WORK),
        explanation=EXPLANATION,
        explanation_en=EXPLANATION_EN,
        actor=history.clerk,
        now=history.at(opened),
    )


def _ask(history: History, election: Election, days_ago: int) -> None:
    """The campaign that asks everybody, with its reminders as far as their moment has passed."""
    wanted = CampaignText(
        kind=NotificationKind.GIVE_AVAILABILITY,
        title=ASKED,
        title_en=ASKED_EN,
        group=everybody(),
        election_id=election.id,
        reminder_days=REMIND,
    )
    at = history.at(days_ago)
    campaign = campaigns.write_campaign(wanted, None, actor=history.clerk, now=at)
    campaigns.plan_campaign(campaign, send_at=at, actor=history.clerk, now=at)
    campaigns.start_due_campaigns(at)
