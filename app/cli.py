"""Commands for operators: thin, each calls a service."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_migrate import upgrade

from app.extensions import db
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


@portal.command("make-key")
@click.argument("key_id")
def print_key(key_id: str) -> None:
    """Print a new key for ENCRYPTION_KEYS with the id KEY_ID, for example 2026a."""
    click.echo(make_key(key_id))


def init_app(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(portal)
