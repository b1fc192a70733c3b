"""Appointing: a run of the worker that makes a decision, a letter and a mail for each member whom the plan touches.

Some members per transaction: the letters are printed first, then number, decision, letter and mail are written at once.
A worker that is killed leaves whole decisions or none, without a gap in the numbers; the next one goes on with whoever
is left, because that is asked anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from app.contents import PDF
from app.extensions import db
from app.letters.press import Press
from app.models import (
    Account,
    AppointedPlace,
    Appointment,
    AppointmentRun,
    AppointmentSetup,
    AppointmentState,
    Document,
    DocumentCategory,
    DocumentGrant,
    LetterText,
    Member,
    MemberAnswer,
    PublicationState,
    RunState,
)
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.appointments.capacities import capacity_of
from app.services.appointments.letters.letters import compose
from app.services.appointments.letters.preview import decide, write_number
from app.services.appointments.letters.sources import Source, read_sources
from app.services.appointments.letters.texts import list_texts
from app.services.appointments.office import Office
from app.services.appointments.plans import GONE, ON_ITS_WAY, can_be_mailed, find_version, why_not
from app.services.appointments.said_yes import Yeses, read_yeses, said_yes
from app.services.appointments.setups import find_setup, read_logo
from app.services.appointments.touched import Touched, find_touched
from app.services.atomic import change_if
from app.services.audit import Actor, record_event
from app.services.bulk import among, serialize
from app.services.documents.documents import DOCUMENTS, LONGEST_TITLE, give_title
from app.services.files.stored_files import keep_own
from app.services.leases import LEASE, find_asker, find_free, is_free
from app.services.mail.outbox import queue_mail
from app.typed.texts import fit

log = logging.getLogger(__name__)

STEP: Final = 25  # decisions per transaction: half a second of letters
MAIL: Final = "appointed"
LEFT: Final = phrase("Some letters could not be made: their text does not fit. Look who is left.")

Checkpoint = Callable[[], None]
Clock = Callable[[], datetime]


def start_run(
    setup: AppointmentSetup, version_id: int, *, only: Collection[int] | None = None, actor: Actor, now: datetime
) -> AppointmentRun:
    """Ask the worker to appoint whom this version touches, `only` these members where they are named.

    Raises RuleBroken, also where another version was published.
    """
    serialize(f"appoint {setup.election_id}")
    version = find_version(setup.election_id)
    reason = why_not(setup, version)
    if reason is not None:
        raise RuleBroken(reason)
    if version is None or version.id != version_id:
        raise RuleBroken(phrase("Another plan was published in the meantime. Look at the counts again."))
    total = len(find_touched(setup.election_id, only))
    if not total:
        raise RuleBroken(phrase("Everybody has the right decision already."))
    run = AppointmentRun(
        election_id=setup.election_id,
        version_id=version.id,
        document=_make_document(setup, actor, now),
        only=sorted(only) if only is not None else None,
        total=total,
        created_by_user_id=actor.user_id,
        created_at=now,
    )
    db.session.add(run)
    db.session.flush()
    record_event(actor, "appointment_run.started", now=now, subject=run, count=total, version=version.number)
    return run


def _make_document(setup: AppointmentSetup, actor: Actor, now: datetime) -> Document:
    """The personal document whose files are the letters. It tells nobody by itself: the mail of the decision does."""
    document = Document(
        category=DocumentCategory.LETTER,
        language="nl",
        title_en=f"Letter of appointment {setup.election.name}"[:LONGEST_TITLE],
        election_id=setup.election_id,
        is_personal=True,
        is_announced=False,
        conditions=[],
        is_all=True,
        version_number=1,
        state=PublicationState.DRAFT,
        created_at=now,
        changed_at=now,
        created_by_user_id=actor.user_id,
    )
    give_title(document, f"Benoemingsbrief {setup.election.name}"[:LONGEST_TITLE])
    db.session.add(document)
    db.session.flush()
    DOCUMENTS.publish(document, actor=actor, now=now)
    return document


def stop_run(run: AppointmentRun, *, actor: Actor, now: datetime) -> None:
    """Make no more of them; decisions that were made stay. Raises RuleBroken for what is over."""
    ended = {"state": RunState.STOPPED, "finished_at": now, "lease_until": None}
    if not change_if(AppointmentRun, AppointmentRun.id == run.id, AppointmentRun.state.in_(ON_ITS_WAY), **ended):
        raise RuleBroken(phrase("This is done already."))
    record_event(actor, "appointment_run.stopped", now=now, subject=run, count=run.done)


def find_waiting(now: datetime) -> list[int]:
    """Runs that the worker should take: asked for, or left behind by a worker that died."""
    return find_free(AppointmentRun, is_free(AppointmentRun, ON_ITS_WAY, now))


@everyone("appoint members")
def run_appointments(run_id: int, clock: Clock, *, checkpoint: Checkpoint, office: Office, step: int = STEP) -> None:
    """Do a run, for the worker. Harmless to call again: who does not get the lease does nothing."""
    run = _claim(run_id, clock())
    checkpoint()
    if run is None:
        return
    setup = find_setup(run.election_id)
    try:
        if setup is None:
            raise RuleBroken(phrase("Say first who signs."))
        with Press(read_logo(setup)) as press:
            _appoint_all(run, setup, press, clock, checkpoint, office, step)
    except RuleBroken as error:
        db.session.rollback()
        _end(run, RunState.FAILED, clock(), failure=error.text.msgid)
    checkpoint()


def _claim(run_id: int, now: datetime) -> AppointmentRun | None:
    waits = (AppointmentRun.id == run_id, is_free(AppointmentRun, ON_ITS_WAY, now))
    is_ours = change_if(AppointmentRun, *waits, state=RunState.RUNNING, lease_until=now + LEASE)
    return db.session.get(AppointmentRun, run_id) if is_ours else None


def _appoint_all(
    run: AppointmentRun,
    setup: AppointmentSetup,
    press: Press,
    clock: Clock,
    checkpoint: Checkpoint,
    office: Office,
    step: int,
) -> None:
    wanted = [found.member_id for found in find_touched(run.election_id, run.only)]
    by_language = {text.language: text for text in list_texts(run.election_id)}
    for start in range(0, len(wanted), step):
        work = _Step(run, setup, by_language, press, office, clock())
        if not work.do(find_touched(run.election_id, wanted[start : start + step])):
            db.session.rollback()  # stopped, or somebody else took it over after the lease
            return
        checkpoint()
    left = len(find_touched(run.election_id, run.only))
    _end(run, RunState.DONE, clock(), failure=LEFT.msgid if left else "")


def _end(run: AppointmentRun, state: RunState, now: datetime, *, failure: str) -> None:
    ended = {"state": state, "finished_at": now, "lease_until": None, "failure": fit(failure, AppointmentRun.failure)}
    if change_if(AppointmentRun, AppointmentRun.id == run.id, AppointmentRun.state == RunState.RUNNING, **ended):
        record_event(find_asker(run), "appointment_run.finished", now=now, subject=run, count=run.done)


@dataclass(frozen=True, slots=True)
class _Printed:
    touched: Touched
    source: Source
    before: Appointment | None
    number: int
    pdf: bytes


@dataclass(frozen=True, slots=True)
class _Step:
    """Some members at once. Nothing is written before their letters are printed."""

    run: AppointmentRun
    setup: AppointmentSetup
    texts: dict[str, LetterText]
    press: Press
    office: Office
    now: datetime

    def do(self, touched: Sequence[Touched]) -> bool:
        """Whether the run was still ours."""
        ids = [found.member_id for found in touched]
        sources, before = read_sources(self.run.election_id, ids), _before(touched)
        printed = self._print([found for found in touched if not found.is_withdrawn], sources, before)
        if not self._hold(len(printed) + sum(found.is_withdrawn for found in touched), printed):
            return False
        mailed, yeses = _mailed(ids), read_yeses(self.run.election_id, ids)  # again: printing takes its time
        actor = find_asker(self.run)
        for each in printed:
            self._issue(each, mailed, yeses, actor)
        for found in touched:
            if found.is_withdrawn and found.before_id is not None:
                self._withdraw(before[found.before_id], sources[found.member_id], mailed, actor)
        db.session.flush()
        return True

    def _print(
        self, touched: Sequence[Touched], sources: dict[int, Source], before: dict[int, Appointment]
    ) -> list[_Printed]:
        yeses = read_yeses(self.run.election_id, [found.member_id for found in touched])
        printed: list[_Printed] = []
        for found in touched:
            source = sources[found.member_id]
            old = before.get(found.before_id) if found.before_id else None
            number = self.setup.next_number + len(printed)
            is_agreed = said_yes(source.places, yeses)
            decision = decide(self.setup, number, old, self.now, is_agreed=is_agreed)
            text = self.texts[source.language]
            letter = compose(self.setup.election, text, source, decision, self.setup, self.office)
            try:
                printed.append(_Printed(found, source, old, number, self.press.print(letter)))
            except RuleBroken:
                log.warning("no letter for member %s", found.member_id)
        return printed

    def _hold(self, count: int, printed: Sequence[_Printed]) -> bool:
        """Take the numbers and note how far it is, unless somebody else has the run, or the numbers."""
        setup, run = self.setup, self.run
        first = setup.next_number
        as_printed = (AppointmentSetup.id == setup.id, AppointmentSetup.next_number == first)
        if printed and not change_if(AppointmentSetup, *as_printed, next_number=first + len(printed)):
            return False
        mine = (
            AppointmentRun.id == run.id,
            AppointmentRun.state == RunState.RUNNING,
            AppointmentRun.lease_until == run.lease_until,
        )
        return change_if(AppointmentRun, *mine, done=AppointmentRun.done + count, lease_until=self.now + LEASE)

    def _issue(self, each: _Printed, mailed: dict[int, str], yeses: Yeses, actor: Actor) -> None:
        source, setup, now = each.source, self.setup, self.now
        comes = said_yes(source.places, yeses)
        member = source.member
        name = f"{write_number(setup, each.number)}.pdf"
        file = keep_own(each.pdf, name, PDF, actor=actor, now=now)
        decision = Appointment(
            election_id=setup.election_id,
            member_id=member.id,
            run_id=self.run.id,
            number=each.number,
            decision_number=write_number(setup, each.number),
            issued_at=now,
            mandate=setup.mandate,
            signatory_name=setup.signatory_name,
            signatory_role=setup.signatory_role,
            language=source.language,
            contacts=source.contacts,
            file=file,
            on_paper=member.id not in mailed,
            answer_until=setup.answer_until,
            answer=MemberAnswer.ACCEPTED if comes else MemberAnswer.NONE,
            answered_at=now if comes else None,
            places=[
                AppointedPlace(place_id=place.id, member_id=member.id, capacity=capacity_of(place.function, member))
                for place in source.places
            ],
        )
        db.session.add(decision)
        db.session.flush()
        grant = DocumentGrant(document_id=self.run.document_id, member_id=member.id, file=file, created_at=now)
        db.session.add(grant)
        if each.before is not None:
            each.before.superseded_by_id = decision.id
            _end_decision(each.before, AppointmentState.SUPERSEDED, now)
        kind = ("changed" if each.before is not None else "new") + ("_agreed" if comes else "")
        self._tell(decision, member, kind, mailed)
        record_event(actor, "appointment.issued", now=now, subject=decision, member_id=member.id)

    def _withdraw(self, decision: Appointment, source: Source, mailed: dict[int, str], actor: Actor) -> None:
        _end_decision(decision, AppointmentState.WITHDRAWN, self.now)
        if decision.answer not in GONE:
            self._tell(decision, source.member, "withdrawn", mailed)
        record_event(actor, "appointment.withdrawn", now=self.now, subject=decision, member_id=decision.member_id)

    def _tell(self, decision: Appointment, member: Member, kind: str, mailed: dict[int, str]) -> None:
        """One mail that says what to do, and nothing of what the letter says."""
        if member.id not in mailed or member.email is None:
            return
        until = decision.answer_until
        mail = queue_mail(
            MAIL,
            recipient=member.email,
            user_id=member.user_id,
            locale=mailed[member.id],
            values={
                "election": self.setup.election.name,
                "kind": kind,
                "until": until.isoformat() if until and kind != "withdrawn" else "",
            },
            now=self.now,
            deduplication_key=f"appointment:{decision.id}:{kind}",
        )
        if mail is not None:
            mail.is_bulk = True


def _before(touched: Sequence[Touched]) -> dict[int, Appointment]:
    ids = [found.before_id for found in touched if found.before_id is not None]
    rows = select(Appointment).where(among(Appointment.id, ids))
    return {row.id: row for row in db.session.scalars(rows.execution_options(populate_existing=True))}


def _mailed(member_ids: Sequence[int]) -> dict[int, str]:
    """The language of each of these members whom a mail reaches."""
    rows = select(Member.id, Account.locale).join(Account, Account.user_id == Member.user_id)
    return dict(db.session.execute(rows.where(among(Member.id, member_ids), can_be_mailed())).all())


def _end_decision(decision: Appointment, state: AppointmentState, now: datetime) -> None:
    """It stays on record; the member no longer sees its letter."""
    decision.state, decision.ended_at = state, now
    grants = update(DocumentGrant).where(
        DocumentGrant.file_id == decision.file_id, DocumentGrant.withdrawn_at.is_(None)
    )
    db.session.execute(grants.values(withdrawn_at=now).execution_options(synchronize_session=False))
