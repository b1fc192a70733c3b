"""Whether this process can serve people, and what else is not in order: a portal can answer while no mail leaves."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.database.postgresql import answers_within
from app.extensions import db
from app.models import MailState, OutboundMail, WorkTurn
from app.models.guard.row_guard import everyone
from app.services.operations import workers
from app.services.operations.schema import Schema, read_schema


class MailSettings(Protocol):
    """What Flask-Mail keeps of the settings."""

    server: str
    default_sender: str | None


LATE = timedelta(minutes=10)
LEAST_FREE_BYTES = 200 * 1024 * 1024  # ten uploads of the largest kind
ANSWER_SECONDS = 2  # who asks is a machine that waits not much longer


def find_problems(mail_settings: MailSettings) -> list[str]:
    """Short names of what is not right: "database", "migrations", "public role", "mail"; empty when all is well."""
    try:
        with answers_within(ANSWER_SECONDS):
            problems = _find_database_problems()
    except SQLAlchemyError:
        problems = ["database"]
    if not mail_settings.server or not mail_settings.default_sender:
        problems.append("mail")
    return problems


def _find_database_problems() -> list[str]:
    found = read_schema()
    if found != Schema.CURRENT:
        return ["migrations" if found == Schema.OLDER else "newer database"]
    public = db.session.scalar(select(Role).where(Role.name == "Public"))
    return ["public role"] if public is None or public.permissions else []


@everyone("tell whether work is being done")
def find_warnings(now: datetime, folder: Path) -> list[str]:
    """Short names of what the operator should look at, though pages can be served.

    "worker": none is alive. "due work": they live, and nothing comes to its end. "waiting mail": mail should have left.
    "disk": the instance folder's is nearly full. Asks the database two statements; "database" when it does not answer.
    """
    warnings = ["disk"] if _is_nearly_full(folder) else []
    try:
        with answers_within(ANSWER_SECONDS):
            return warnings + _find_work_warnings(now)
    except SQLAlchemyError:
        db.session.rollback()
        return [*warnings, "database"]


def _find_work_warnings(now: datetime) -> list[str]:
    done = select(WorkTurn.done_at).where(WorkTurn.name == workers.DUE_WORK).scalar_subquery()
    late = select(OutboundMail.id).where(
        OutboundMail.state.in_((MailState.QUEUED, MailState.RETRYING)), OutboundMail.next_attempt_at < now - LATE
    )
    done_at, is_late = db.session.execute(select(done, late.exists())).one()
    living = workers.find_living(now)
    is_stuck = bool(living) and living[0].started_at < now - LATE and (done_at is None or done_at < now - LATE)
    found = {"worker": not living, "due work": is_stuck, "waiting mail": is_late}
    return [name for name, is_so in found.items() if is_so]


def _is_nearly_full(folder: Path) -> bool:
    disk = shutil.disk_usage(folder)
    return disk.free < LEAST_FREE_BYTES
