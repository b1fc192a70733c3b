"""Commands for the keys of ENCRYPTION_KEYS."""

from __future__ import annotations

import click

from app.cli.group import portal
from app.extensions import db
from app.services.operations import key_rotation
from setting_rules import make_key, parse_keys


@portal.command("rotate-keys")
@click.option("--batch", default=500, show_default=True, help="Rows per transaction.")
def rotate(batch: int) -> None:
    """Seal every BSN and IBAN again with the newest key of ENCRYPTION_KEYS. May be stopped and started again.

    Progress, a key that is missing and what is damaged are told on stderr; with one of the last two the status is 2.
    """
    rotation = key_rotation.Rotation(total=0)
    for rotation in key_rotation.rotate_keys(batch):
        db.session.commit()
        click.echo(f"{rotation.seen} of {rotation.total}", err=True)
    click.echo(f"{rotation.sealed} values sealed again.")
    for key_id, count in sorted(rotation.missing_keys.items()):
        click.echo(f"The key {key_id} is not in ENCRYPTION_KEYS: {count} values lie under it. Add it again.", err=True)
    for kind, member_id in rotation.damaged:
        click.echo(f"The {kind} of /leden/show/{member_id} is damaged. The team asks for it again there.", err=True)
    if rotation.missing_keys or rotation.damaged:
        raise SystemExit(2)


@portal.command("make-key")
@click.argument("key_id")
def print_key(key_id: str) -> None:
    """Print a new key for ENCRYPTION_KEYS with the id KEY_ID, for example 2026a."""
    key = make_key(key_id)
    try:
        parse_keys(key)
    except ValueError:
        raise click.BadParameter("an id has 1 to 20 characters, without : . and ,", param_hint="KEY_ID") from None
    click.echo(key)
