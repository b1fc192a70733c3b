"""How an election appoints: its series of decision numbers, mandate, signatory, paper, and the texts of the letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import IO, Final

from sqlalchemy import exists, func, select

from app.clock import local
from app.contents import IMAGES, ContentRefused, recognise
from app.extensions import db, storage
from app.letters import logo
from app.models import Appointment, AppointmentSetup, Election, ElectionState, StoredFile
from app.phrases import RuleBroken, phrase
from app.services.appointments.letters.texts import add_texts
from app.services.audit import Actor, record_event
from app.services.files.stored_files import clean_name, forget_unused, keep_file, name_kinds, with_ending
from app.storage.store import FileGone, StoreFailed
from app.typed.texts import fit, tidy_line

MAX_LOGO_BYTES: Final = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SetupText:
    """What the team fills in."""

    series: str
    mandate: str
    signatory_name: str
    signatory_role: str
    sender_address: str = ""
    answer_until: datetime | None = None


def find_setup(election_id: int) -> AppointmentSetup | None:
    """How this election appoints, once somebody said it."""
    return db.session.scalars(select(AppointmentSetup).where(AppointmentSetup.election_id == election_id)).first()


def propose(election: Election) -> SetupText:
    """What a new one starts with: as at the last election, with a series of its own."""
    before = _find_before(election)
    series = f"SB-{election.type}{election.voting_on.year}"
    taken = select(AppointmentSetup.id).where(AppointmentSetup.series == series)
    if db.session.scalar(taken) is not None:
        series = fit(f"{series}-{election.id}", AppointmentSetup.series)
    if before is None:
        return SetupText(series, mandate="", signatory_name="", signatory_role="")
    return SetupText(series, before.mandate, before.signatory_name, before.signatory_role, before.sender_address)


def _find_before(election: Election) -> AppointmentSetup | None:
    latest = select(AppointmentSetup).join(Election).where(AppointmentSetup.election_id != election.id)
    return db.session.scalars(latest.order_by(Election.voting_on.desc(), Election.id.desc())).first()


def add_setup(election: Election, wanted: SetupText, *, actor: Actor, now: datetime) -> AppointmentSetup:
    """Begin with appointing: the settings, and a text of the letter in each language. Raises RuleBroken."""
    if find_setup(election.id) is not None:
        raise RuleBroken(phrase("This election has these settings already. Change those."), field="election")
    _check(election, wanted, None, now)
    before = _find_before(election)
    setup = AppointmentSetup(election_id=election.id, logo_file_id=before.logo_file_id if before else None)
    _fill_in(setup, wanted, now)
    db.session.add(setup)
    db.session.flush()
    add_texts(election, before.election if before else None, actor=actor, now=now)
    record_event(actor, "appointment_setup.created", now=now, subject=setup, election_id=election.id)
    return setup


def change_setup(setup: AppointmentSetup, wanted: SetupText, *, actor: Actor, now: datetime) -> None:
    """Other settings, for decisions from now on. Raises RuleBroken with the field."""
    _check(setup.election, wanted, setup, now)
    _fill_in(setup, wanted, now)
    db.session.flush()
    record_event(actor, "appointment_setup.changed", now=now, subject=setup, election_id=setup.election_id)


def _check(election: Election, wanted: SetupText, setup: AppointmentSetup | None, now: datetime) -> None:
    if election.state == ElectionState.CLOSED:
        raise RuleBroken(phrase("This election is closed and can no longer be changed."), field="election")
    series = tidy_line(wanted.series)
    if not series:
        raise RuleBroken(phrase("Write what stands in front of each number."), field="series")
    own = setup.id if setup else 0
    others = exists().where(func.lower(AppointmentSetup.series) == series.lower(), AppointmentSetup.id != own)
    if db.session.scalar(select(others)):
        raise RuleBroken(phrase("Another election has this series. Choose one of its own."), field="series")
    is_other = setup is not None and setup.series != series
    if is_other and db.session.scalar(select(exists().where(Appointment.election_id == election.id))):
        raise RuleBroken(phrase("Decisions have this series already. It stays as it is."), field="series")
    until = wanted.answer_until
    if until is not None and local(until).date() > election.voting_on:
        raise RuleBroken(phrase("Members answer before the day of voting."), field="answer_until")


def _fill_in(setup: AppointmentSetup, wanted: SetupText, now: datetime) -> None:
    setup.series, setup.mandate = wanted.series.strip(), wanted.mandate.strip()
    setup.signatory_name, setup.signatory_role = wanted.signatory_name.strip(), wanted.signatory_role.strip()
    lines = [line.strip() for line in wanted.sender_address.splitlines()]
    setup.sender_address = "\n".join(filter(None, lines))
    setup.answer_until, setup.changed_at = wanted.answer_until, now


def set_logo(setup: AppointmentSetup, stream: IO[bytes] | None, name: str = "", *, actor: Actor, now: datetime) -> None:
    """The logo on letters, drawn anew from this picture of this name; None takes it away.

    Raises RuleBroken, field "file".
    """
    before = setup.logo_file_id
    setup.logo = None if stream is None else _keep_logo(stream, name, actor, now)
    setup.changed_at = now
    db.session.flush()
    if before is not None:
        forget_unused([before])
    record_event(actor, "appointment_setup.logo", now=now, subject=setup, is_there=stream is not None)


def _keep_logo(stream: IO[bytes], name: str, actor: Actor, now: datetime) -> StoredFile:
    if stream.seek(0, 2) > MAX_LOGO_BYTES:
        raise RuleBroken(phrase("This picture is too large: at most %(most)s MB.", most=2), field="file")
    try:
        kind = recognise(stream)
        if kind not in IMAGES:
            raise RuleBroken(phrase("Choose another kind of file: %(kinds)s.", kinds=name_kinds(IMAGES)), field="file")
        with_ending(clean_name(name), kind)
        drawn = logo.redraw(stream)
    except ContentRefused as error:
        raise RuleBroken(error.text, field="file") from None
    return keep_file(BytesIO(drawn), "logo.png", actor=actor, now=now, allowed=IMAGES)


def read_logo(setup: AppointmentSetup) -> bytes:
    """The logo as PNG; empty where there is none. Raises RuleBroken when the store does not give it."""
    if setup.logo is None:
        return b""
    try:
        return b"".join(storage.store.open(setup.logo.key))
    except (FileGone, StoreFailed):
        raise RuleBroken(phrase("The logo cannot be read at this moment. Try again later.")) from None
