"""Whether this process can serve people: database, migrations, roles and mail."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db


class MailSettings(Protocol):
    """What Flask-Mail keeps of the settings."""

    server: str
    default_sender: str | None


MIGRATIONS = Path(__file__).resolve().parents[3] / "migrations"


def find_problems(mail_settings: MailSettings) -> list[str]:
    """Short names of what is not right: "database", "migrations", "public role", "mail"; empty when all is well."""
    try:
        problems = _find_database_problems()
    except SQLAlchemyError:
        problems = ["database"]
    if not mail_settings.server or not mail_settings.default_sender:
        problems.append("mail")
    return problems


def _find_database_problems() -> list[str]:
    heads = set(ScriptDirectory(str(MIGRATIONS)).get_heads())
    current = set(MigrationContext.configure(db.session.connection()).get_current_heads())
    if current != heads:
        return ["migrations"]
    public = db.session.scalar(select(Role).where(Role.name == "Public"))
    return ["public role"] if public is None or public.permissions else []
