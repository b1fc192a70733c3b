"""Whether this process can serve people: database, migrations, roles and mail."""

from __future__ import annotations

from typing import Protocol

from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.database import answers_within
from app.extensions import db
from app.services.operations.schema import Schema, read_schema


class MailSettings(Protocol):
    """What Flask-Mail keeps of the settings."""

    server: str
    default_sender: str | None


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
