"""What appointing would do, before anything leaves: to how many, who gets paper, and the first letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, select

from app.extensions import db
from app.letters.paper import Letter
from app.models import (
    Appointment,
    AppointmentRun,
    AppointmentSetup,
    ElectionState,
    Member,
    MemberAnswer,
    MemberState,
    PlanVersion,
    RunState,
)
from app.phrases import Phrase, RuleBroken, phrase
from app.services.appointments.letters import texts
from app.services.appointments.letters.letters import compose
from app.services.appointments.letters.preview import decide
from app.services.appointments.letters.sources import read_sources
from app.services.appointments.office import Office
from app.services.appointments.said_yes import read_yeses, said_yes
from app.services.appointments.touched import Touched, find_touched
from app.services.bulk import among
from app.services.members.lookup import read_members

ON_ITS_WAY: Final = (RunState.WAITING, RunState.RUNNING)
GONE: Final = (MemberAnswer.DECLINED, MemberAnswer.CANCELLED)  # who said no hears nothing more of it


def can_be_mailed() -> ColumnElement[bool]:
    """A member who reads mail and has an open account; anybody else gets the letter on paper."""
    return and_(Member.email.is_not(None), Member.email_broken_at.is_(None), Member.state == MemberState.ACTIVE)


@dataclass(frozen=True, slots=True)
class AppointPlan:
    """Counts of decisions by kind; who gets the letter on paper, and who of those has no whole address."""

    version: PlanVersion
    new: int
    changed: int
    withdrawn: int
    mails: int
    on_paper: Sequence[Member]
    without_address: Sequence[Member]
    to_call: Sequence[Member]  # withdrawn, and no mail reaches them
    first_id: int | None  # the member of the first letter

    @property
    def letters(self) -> int:
        """How many are made."""
        return self.new + self.changed

    @property
    def total(self) -> int:
        """How many decisions."""
        return self.letters + self.withdrawn


def find_version(election_id: int) -> PlanVersion | None:
    """The newest published plan."""
    rows = select(PlanVersion).where(PlanVersion.election_id == election_id).order_by(PlanVersion.number.desc())
    return db.session.scalars(rows.limit(1)).one_or_none()


def why_not(setup: AppointmentSetup, version: PlanVersion | None) -> Phrase | None:
    """Why there can be no appointing now."""
    if setup.election.state == ElectionState.CLOSED:
        return phrase("This election is closed.")
    if version is None:
        return phrase("Nothing is published yet. Publish the plan first: who has a place in it is appointed.")
    if not setup.signatory_name or not setup.signatory_role:
        return phrase("Say first who signs.")
    if find_running(setup.election_id) is not None:
        return phrase("Letters are being made at this moment. Wait until that is done.")
    try:
        for text in texts.list_texts(setup.election_id):
            texts.check(text.title, text.body)
    except RuleBroken as error:
        return error.text
    return None


def find_running(election_id: int) -> AppointmentRun | None:
    """The run that is on its way."""
    rows = select(AppointmentRun).where(AppointmentRun.election_id == election_id, AppointmentRun.state.in_(ON_ITS_WAY))
    return db.session.scalars(rows).first()


def make_plan(setup: AppointmentSetup, version: PlanVersion) -> AppointPlan:
    """Whom this version touches. Five statements."""
    touched = find_touched(setup.election_id)
    quiet = _who_said_no(touched)
    mailed = _mailed({found.member_id for found in touched})
    paper = [found.member_id for found in touched if not found.is_withdrawn and found.member_id not in mailed]
    told = [found for found in touched if not (found.is_withdrawn and found.before_id in quiet)]
    to_call = [found.member_id for found in told if found.is_withdrawn and found.member_id not in mailed]
    people = read_members([*paper, *to_call])
    on_paper = [people[member_id] for member_id in paper]
    letters = [found for found in touched if not found.is_withdrawn]
    return AppointPlan(
        version=version,
        new=sum(found.is_new for found in letters),
        changed=sum(not found.is_new for found in letters),
        withdrawn=len(touched) - len(letters),
        mails=sum(found.member_id in mailed for found in told),
        on_paper=on_paper,
        without_address=[member for member in on_paper if not (member.street and member.postcode and member.city)],
        to_call=[people[member_id] for member_id in to_call],
        first_id=letters[0].member_id if letters else None,
    )


def _mailed(member_ids: set[int]) -> set[int]:
    return set(db.session.scalars(select(Member.id).where(among(Member.id, member_ids), can_be_mailed())))


def _who_said_no(touched: Sequence[Touched]) -> set[int]:
    before = [found.before_id for found in touched if found.before_id is not None and found.is_withdrawn]
    rows = select(Appointment.id).where(among(Appointment.id, before), Appointment.answer.in_(GONE))
    return set(db.session.scalars(rows))


def make_first_letter(setup: AppointmentSetup, member_id: int, office: Office, *, now: datetime) -> Letter:
    """As it would leave now."""
    source = read_sources(setup.election_id, [member_id])[member_id]
    found: list[Any] = [text for text in texts.list_texts(setup.election_id) if text.language == source.language]
    (touched,) = find_touched(setup.election_id, [member_id])
    before = db.session.get(Appointment, touched.before_id) if touched.before_id else None
    is_agreed = said_yes(source.places, read_yeses(setup.election_id, [member_id]))
    decision = decide(setup, setup.next_number, before, now, is_agreed=is_agreed)
    return compose(setup.election, found[0], source, decision, setup, office)
