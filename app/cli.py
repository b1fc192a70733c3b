"""Commands for operators: thin, each calls a service."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_migrate import upgrade

from app import jobs
from app.clock import utc_now
from app.extensions import db
from app.services import demo as demo_data
from app.services import roles
from app.vault import make_key

portal = AppGroup("portal", help="Manage Het Ledenportal.")


@portal.command()
def setup() -> None:
    """Bring the database up to date: tables, permissions and roles. Safe to run again."""
    prepare_database()
    click.echo("The database is up to date.")


def prepare_database() -> None:
    """Tables, permissions and roles as this version of the portal wants them; commits."""
    upgrade(directory=str(Path(current_app.root_path).parent / "migrations"))
    roles.add_roles()
    current_app.extensions["appbuilder"].add_permissions(update_perms=True)
    roles.sync_roles()
    db.session.commit()


@portal.command()
@click.option("--threads", default=2, show_default=True, help="Jobs at the same time.")
def worker(threads: int) -> None:
    """Send mail and run imports, until SIGTERM or Ctrl-C; running jobs may finish."""
    jobs.work(threads=threads)


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


@portal.command("make-key")
@click.argument("key_id")
def print_key(key_id: str) -> None:
    """Print a new key for ENCRYPTION_KEYS with the id KEY_ID, for example 2026a."""
    click.echo(make_key(key_id))


def init_app(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(portal)
