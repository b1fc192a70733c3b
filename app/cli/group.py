"""The group of commands `flask portal`, and how a command refuses: a sentence on stderr, exit status 2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.database.tuning import Occupied, waited_in_vain
from app.extensions import db
from app.i18n import translate
from app.importing.faults import FileRefused
from app.phrases import Phrase, RuleBroken

NO_SUCH_TABLE = "42P01"  # PostgreSQL; SQLite has no code for it
LOCKED = "A table is in use, and nothing was changed. Stop the web server and the worker, then run this again."
NO_RIGHT = "42501"
NOT_THE_OWNER = (
    "The user of DATABASE_URL may not do this in the database. Let the database belong to that user "
    "(createdb -O USER, or ALTER DATABASE … OWNER TO …), then run this again."
)


class PortalGroup(AppGroup):
    """The commands; a database that is not there or not set up is said in a sentence, with exit status 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (OperationalError, ProgrammingError) as error:
            if isinstance(error, ProgrammingError) and _state(error) not in (NO_SUCH_TABLE, NO_RIGHT):
                raise
            click.echo(_explain(error), err=True)
            raise SystemExit(2) from None
        except Occupied:
            click.echo("Another setup of this database has been running for long; look at that one first.", err=True)
            raise SystemExit(2) from None


def _explain(error: OperationalError | ProgrammingError) -> str:
    if _state(error) == NO_RIGHT:
        return NOT_THE_OWNER
    if waited_in_vain(error):
        return LOCKED
    return f"The database does not answer, or `portal setup` was not run yet: {error.orig}"


def _state(error: OperationalError | ProgrammingError) -> str:
    """PostgreSQL's code; SQLite has none."""
    return getattr(error.orig, "sqlstate", None) or ""


portal = PortalGroup("portal", help="Manage Het Ledenportal.")


@contextmanager
def exit_2_on_refusal(about: str = "") -> Iterator[None]:
    """A rule that refuses: its sentences on stderr, behind what they are about, exit status 2, nothing kept."""
    try:
        yield
    except (RuleBroken, FileRefused) as refusal:
        db.session.rollback()
        for reason in getattr(refusal, "together", (refusal,)):
            click.echo(f"{about}: {translate(reason.text)}" if about else translate(reason.text), err=True)
        raise SystemExit(2) from None


def invitation_lifetime() -> timedelta:
    """How long the link of an invitation works."""
    return timedelta(days=current_app.config["INVITATION_DAYS"])


def tell_remarks(remarks: Iterable[Phrase]) -> None:
    """What a reader of a file remarks, on stderr."""
    for remark in remarks:
        click.echo(translate(remark), err=True)
