"""Commands on the database itself: bring it up to date, work on it, fill it with demo data."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import partial

import click
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy.exc import OperationalError

from app import jobs
from app.cli.group import portal
from app.clock import utc_now
from app.database.tuning import alone, limit_lock_waits
from app.extensions import db
from app.jobs import worker
from app.services.accounts import roles
from app.services.operations import demo as demo_data
from app.services.operations import schema

NEWER = (
    "The database belongs to a newer version of the portal than this one. Install that version, or restore the back-up "
    "that was made with this one."
)
OLDER = "The database is not up to date. Run `flask --app app portal setup` first."
SETUP_SECONDS = 600  # another setup may bring a large database up to date


class WrongDatabase(click.ClickException):
    """The tables are of another version of the portal."""

    exit_code = 2


@portal.command()
def setup() -> None:
    """Bring the database up to date: tables, permissions and roles. Safe to run again."""
    prepare_database()
    click.echo("The database is up to date.")


def prepare_database() -> None:
    """Tables, permissions and roles as this version of the portal wants them; commits. One process at a time."""
    tell = partial(click.echo, "Another setup of this database runs; this one waits for it.", err=True)
    with alone(db.engine, "setup", seconds=SETUP_SECONDS, tell=tell):
        limit_lock_waits(db.session.connection())
        db.session.commit()
        if schema.read_schema() == schema.Schema.NEWER:
            raise WrongDatabase(NEWER)
        db.session.rollback()
        upgrade(directory=str(schema.MIGRATIONS))
        roles.sync_roles(current_app.extensions["appbuilder"].asked_pairs())
        db.session.commit()


@portal.command("worker")
@click.option("--threads", default=2, show_default=True, help="Jobs at the same time.")
def run_worker(threads: int) -> None:
    """Send mail and run imports, until SIGTERM or Ctrl-C; running jobs may finish."""
    with suppress(OperationalError):  # a database that is away comes back
        _require_own_schema()
    worker.work(threads=threads)


def _require_own_schema() -> None:
    found = schema.read_schema()
    if found != schema.Schema.CURRENT:
        raise WrongDatabase(NEWER if found == schema.Schema.NEWER else OLDER)
    db.session.rollback()


@portal.command()
def demo() -> None:
    """Bring the database up to date and fill an empty one with demo people and an election; prints user names."""
    prepare_database()
    lifetime = timedelta(days=current_app.config["INVITATION_DAYS"])
    if demo_data.fill_when_empty(now=utc_now(), invitation_lifetime=lifetime):
        db.session.commit()
        jobs.deliver_mail()
    people = demo_data.list_people()
    click.echo(f"Team: {', '.join(people.team)}")
    click.echo(f"Leden: {', '.join(people.members)}")
