"""The work itself: thin, each calls a service and commits. All of it may be done twice, or by several at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from flask import current_app
from sqlalchemy.exc import OperationalError

from app.clock import utc_now
from app.extensions import db
from app.logs import Recurring
from app.mail import delivery
from app.models import ImportKind
from app.models.derived.written import MAIL, take_written
from app.services import bulk_runs, import_runs, import_uploads, tallies
from app.services.access import one_time_codes, rate_limits, sessions
from app.services.accounts import clean_up
from app.services.appointments import appointing
from app.services.appointments import reminders as appointment_reminders
from app.services.appointments.office import Office
from app.services.appointments.replacement import clock as replacement_clock
from app.services.attendance import voters
from app.services.campaigns import campaigns, reminders
from app.services.documents import announcements, personal_batches
from app.services.files import orphaned_files
from app.services.members import change_log
from app.services.message_box.writing import drafts
from app.services.news import news
from app.services.operations import workers
from app.services.planning.eligibility import candidates, comparing, following
from app.services.planning.exchange import importing
from app.services.planning.proposals import requests, running
from app.services.rosters import runs
from app.services.training import reminders as training_reminders
from app.services.training import upkeep
from app.services.typed_forms import kept_forms, sent_forms

DELIVER_SECONDS = 10  # of one job, well within what a stop waits for: a campaign of hours holds nothing else up
ROUND_SECONDS = 45  # of mail without a queue that could be asked: then the rest is looked at again
_troubles: dict[str, Recurring] = {}


def deliver(ask_again: Callable[[], bool]) -> None:
    """Hand over mail for a while; then what else waits gets its turn. Goes on by itself where nobody can be asked."""
    end = time.monotonic() + ROUND_SECONDS
    while not delivery.deliver_alone(seconds=DELIVER_SECONDS) and not ask_again():
        if time.monotonic() > end:
            return


def import_file(run_id: int, ask_mail: Callable[[], bool]) -> None:
    """Check or import the file of this run, or undo it: of members, of candidates, or of a plan. Its mail may leave."""
    folder = current_app.config["INSTANCE_DIR"]
    take_written(MAIL)  # what this thread did before is no mail of it
    runs.run_import(run_id, utc_now(), instance=folder, checkpoint=db.session.commit, clock=utc_now)
    candidates.run_import(run_id, utc_now(), instance=folder, checkpoint=db.session.commit)
    importing.run_import(run_id, utc_now(), instance=folder, checkpoint=db.session.commit)
    if take_written(MAIL):
        ask_mail()


def take_in_documents(run_id: int) -> None:
    """Take in the personal documents of this run."""
    personal_batches.run_batch(run_id, utc_now, checkpoint=db.session.commit)


def make_proposal(proposal_id: int) -> None:
    """Make this proposal of a plan."""
    running.run_proposal(proposal_id, utc_now, checkpoint=db.session.commit)


def run_bulk(run_id: int, ask_mail: Callable[[], bool]) -> None:
    """Act on all that was found, and let the mail of it leave."""
    bulk_runs.run_bulk(run_id, utc_now, checkpoint=db.session.commit)
    ask_mail()


def run_appointments(run_id: int, ask_mail: Callable[[], bool]) -> None:
    """Make decisions and letters, and let the mail of them leave."""
    office = Office.read(current_app.config)
    appointing.run_appointments(run_id, utc_now, checkpoint=db.session.commit, office=office)
    ask_mail()


def run_due_work(ask_again: Callable[[], bool]) -> bool:
    """Every minute: what is due, and what a lost job or a dead worker left behind. False: a part failed, and was told.

    One part that fails does not keep the others from being done. Raises OperationalError when the database is away.
    """
    parts: dict[str, Callable[[], None]] = {
        "tallies": _add_up,
        "campaigns": start_campaigns,
        "bulk": lambda: _finish_bulk_runs(ask_again),
        "mail": lambda: deliver(ask_again),
        "imports": lambda: _finish_imports(ask_again),
        "documents": _finish_documents,
        "proposals": _finish_proposals,
        "replacement": _settle_replacement,
        "appointments": lambda: _finish_appointments(ask_again),
        "eligibility": _follow_causes,
        "candidates": _follow_names,
    }
    return all([_attempt(name, do) for name, do in parts.items()])


def _attempt(name: str, do: Callable[[], None]) -> bool:
    trouble = _troubles.setdefault(name, Recurring(__name__, f"the due work of {name} failed, it is tried again"))
    try:
        do()
    except OperationalError:
        raise
    except Exception as error:
        db.session.rollback()
        trouble.tell(error, is_traced=True)
        return False
    trouble.is_over()
    return True


def _add_up() -> None:
    tallies.add_up()
    db.session.commit()


def _finish_imports(ask_mail: Callable[[], bool]) -> None:
    for kind in (ImportKind.ROSTER, ImportKind.CANDIDATES, ImportKind.PLAN):
        for run_id in import_runs.find_waiting(kind, utc_now()):
            import_file(run_id, ask_mail)


def _finish_documents() -> None:
    for run_id in import_runs.find_waiting(ImportKind.DOCUMENTS, utc_now()):
        take_in_documents(run_id)


def _follow_causes() -> None:
    following.catch_up(utc_now())
    db.session.commit()


def _follow_names() -> None:
    comparing.follow_names(utc_now())
    db.session.commit()


def _finish_bulk_runs(ask_mail: Callable[[], bool]) -> None:
    for run_id in bulk_runs.find_waiting(utc_now()):
        run_bulk(run_id, ask_mail)


def _settle_replacement() -> None:
    replacement_clock.settle(utc_now())
    db.session.commit()


def _finish_appointments(ask_mail: Callable[[], bool]) -> None:
    for run_id in appointing.find_waiting(utc_now()):
        run_appointments(run_id, ask_mail)


def _finish_proposals() -> None:
    for proposal_id in requests.find_waiting(utc_now()):
        make_proposal(proposal_id)


def start_campaigns() -> None:
    """Campaigns, messages and reminders whose moment has come, and the end of those that are through."""
    now = utc_now()
    news.announce_due_news(now)
    db.session.commit()
    announcements.announce_due_documents(now)
    db.session.commit()
    campaigns.start_due_campaigns(now)
    db.session.commit()
    reminders.send_due_reminders(now)
    db.session.commit()
    appointment_reminders.remind_due(now)
    db.session.commit()
    upkeep.keep_up(now)
    db.session.commit()
    training_reminders.remind_due(now)
    db.session.commit()
    campaigns.finish_campaigns(now)
    db.session.commit()


def forget_old() -> None:
    """Every hour: what may no longer be kept, or no longer means anything."""
    now = utc_now()
    rate_limits.delete_old(now)
    one_time_codes.delete_old_challenges(now)
    sessions.delete_old_sessions(now, absolute=timedelta(hours=current_app.config["SESSION_HOURS"]))
    change_log.delete_expired_changes(now)
    drafts.delete_old_drafts(now)
    kept_forms.delete_old_forms(now)
    sent_forms.delete_old_sent(now)
    import_uploads.delete_old_uploads(now, instance=current_app.config["INSTANCE_DIR"])
    workers.delete_old_beats(now)
    bulk_runs.delete_old_runs(now)
    replacement_clock.forget_reasons(now)
    voters.forget_voters(now, days=current_app.config["VOTER_NAME_DAYS"])
    db.session.commit()
    orphaned_files.sweep_files(now)
    db.session.commit()
    clean_up.delete_old_traces(now, days=current_app.config["MAIL_KEEP_DAYS"], checkpoint=db.session.commit)
