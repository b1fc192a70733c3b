"""Something to try the portal with: a small team, three members, an election, a message, a document, answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import exists, select

from app.clock import from_local, local_today
from app.extensions import db
from app.importing.rosters.roster import RosterRow
from app.models import Account, CannedAnswer, DocumentCategory, Faq, Member, PollingStation, Role, SubjectChoice
from app.permissions import ADMIN, STAFF
from app.services.accounts.invitations import invite
from app.services.audiences.groups import everybody
from app.services.audit import COMMAND
from app.services.availability.period import open_availability
from app.services.documents import documents
from app.services.documents.documents import DocumentText
from app.services.elections.elections import ElectionDetails, create_election
from app.services.files.stored_files import keep_file
from app.services.members.members import create_members
from app.services.message_box.faqs import make_search_text
from app.services.news import news
from app.services.news.news import NewsText
from app.services.operations.demo_document import make_instruction

TEAM = (("beheerder", "Bea", "Beheer", ADMIN), ("medewerker", "Mick", "de Werker", STAFF))
MEMBERS = (  # first name, initials, infix, surname, birth date, post code
    ("Jan", "J.", "de", "Vries", date(1958, 3, 14), "1234 AB"),
    ("Fatma", "F.", "", "Yilmaz", date(1986, 11, 2), "1234 AC"),
    ("Anneke", "A.M.", "van den", "Berg", date(1971, 7, 28), "1235 BA"),
)
END_OF_WORK = time(17)  # o'clock, on a Dutch clock
STATIONS = ("Stadhuis", "Basisschool De Regenboog", "Wijkcentrum De Brug")
SUBJECTS = (("Training", "Training"), ("Vergoeding", "Fee"), ("Mijn dagdelen", "My shifts"))
FAQS = (
    ("Wanneer krijg ik mijn vergoeding?", "Binnen **zes weken** na de verkiezing, op je rekening."),
    ("Kan ik mijn dagdeel ruilen?", "Vaak wel. Schrijf ons met wie je wilt ruilen en wanneer."),
)
DOCUMENT, DOCUMENT_EN = "Werkinstructie stembureau", "Work instruction for polling stations"
CANNED = ("Training", "Beste {voornaam},\n\nDe training voor {verkiezing} kun je thuis doen.\n\nGroet,\n{medewerker}")
EXPLANATION = "Voor elk stembureau zoeken we zeven mensen. Vertel ons wanneer je kunt."
MESSAGE = """Fijn dat je meedoet! In dit portaal regel je alles voor de verkiezing.

## Wat je nu kunt doen

- Controleer je gegevens.
- Geef je beschikbaarheid door.

Heb je een vraag? Stel die in de berichtenbox.
"""
MESSAGE_EN = """Good to have you with us! In this portal you arrange everything for the election.

## What you can do now

- Check your data.
- Give your availability.

Do you have a question? Ask it in the message box.
"""


@dataclass(frozen=True, slots=True)
class DemoPeople:
    """User names to sign in with."""

    team: list[str]
    members: list[str]


def fill_when_empty(*, now: datetime, invitation_lifetime: timedelta) -> bool:
    """Add the demo data to a portal without people and invite them; False and nothing done where people are.

    Nobody has a password: each gets an invitation by mail, as everybody does.
    """
    if db.session.scalar(select(exists().where(User.id.is_not(None)))):
        return False
    user_ids = [_add_colleague(*person) for person in TEAM]
    member_ids = create_members(
        [_row(number, *person) for number, person in enumerate(MEMBERS, 1)], actor=COMMAND, now=now
    )
    user_ids += db.session.scalars(select(Member.user_id).where(Member.id.in_(member_ids)).order_by(Member.id))
    _add_election(now)
    _add_message(now)
    _add_document(now)
    _add_help_with_questions()
    invite(user_ids, actor=COMMAND, now=now, lifetime=invitation_lifetime)
    return True


def list_people() -> DemoPeople:
    """The user names of the first colleagues and members, demo or not: for who starts the portal on this machine."""
    is_member = exists().where(Member.user_id == User.id)
    first = select(User.username).where(User.active.is_(True)).order_by(User.id).limit(5)
    return DemoPeople(
        team=list(db.session.scalars(first.where(~is_member))), members=list(db.session.scalars(first.where(is_member)))
    )


def _add_colleague(username: str, first_name: str, last_name: str, role: str) -> int:
    user = User(
        username=username,
        first_name=first_name,
        last_name=last_name,
        email=f"{username}@voorbeeldstad.example",
        active=True,
        roles=[db.session.scalars(select(Role).where(Role.name == role)).one()],
    )
    db.session.add(user)
    db.session.flush()
    db.session.add(Account(user_id=user.id))
    return int(user.id)


def _row(
    number: int, first_name: str, initials: str, infix: str, surname: str, birth_date: date, postcode: str
) -> RosterRow:
    return RosterRow(
        row=number,
        member_number=f"{1000 + number}",
        first_name=first_name,
        initials=initials,
        infix=infix or None,
        surname=surname,
        birth_date=birth_date,
        email=f"{first_name.lower()}@post.example",
        street="Dorpsstraat",
        house_number=str(number),
        postcode=postcode,
        city="Voorbeeldstad",
    )


def _add_election(now: datetime) -> None:
    """Eight weeks from now, on a Wednesday as Dutch elections are; availability is asked until two weeks before."""
    today = local_today(now)
    voting_on = today + timedelta(days=56 + (2 - today.weekday()) % 7)
    details = ElectionDetails(
        code=f"GR{voting_on.year}_Voorbeeldstad",
        name=f"Gemeenteraad Voorbeeldstad {voting_on.year}",
        type="GR",
        voting_on=voting_on,
    )
    election = create_election(details, actor=COMMAND, now=now)
    stations = enumerate(STATIONS, 1)
    db.session.add_all(PollingStation(election_id=election.id, number=number, name=name) for number, name in stations)
    until = from_local(datetime.combine(today + timedelta(days=42), END_OF_WORK))
    open_availability(election, opens_at=now, closes_at=until, explanation=EXPLANATION, actor=COMMAND, now=now)


def _add_message(now: datetime) -> None:
    """For everybody who opens the account."""
    wanted = NewsText(
        "Welkom in het ledenportal", MESSAGE, group=everybody(), title_en="Welcome to the portal", body_en=MESSAGE_EN
    )
    news.publish_news(news.write_news(wanted, None, actor=COMMAND, now=now), actor=COMMAND, now=now)


def _add_document(now: datetime) -> None:
    """A work instruction, for everybody who opens the account."""
    file = keep_file(BytesIO(make_instruction()), "Werkinstructie.pdf", actor=COMMAND, now=now)
    wanted = DocumentText(DOCUMENT, DocumentCategory.INSTRUCTION.value, group=everybody(), title_en=DOCUMENT_EN)
    made = documents.add_documents(wanted, [file], actor=COMMAND, now=now)
    documents.publish_documents(made, actor=COMMAND, now=now)


def _add_help_with_questions() -> None:
    """What the message box offers who asks and who answers."""
    for position, (name, name_en) in enumerate(SUBJECTS):
        db.session.add(SubjectChoice(name=name, name_en=name_en, position=position))
    for question, answer in FAQS:
        faq = Faq(question=question, answer=answer)
        faq.search_text = make_search_text(faq)
        db.session.add(faq)
    db.session.add(CannedAnswer(title=CANNED[0], body=CANNED[1]))
