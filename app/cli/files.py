"""Commands for stored files."""

from __future__ import annotations

import click

from app.cli.group import portal
from app.extensions import db
from app.services.files import cleaning


@portal.command("clean-files")
@click.option("--batch", default=50, show_default=True, help="Files per transaction.")
def clean(batch: int) -> None:
    """Take the place out of photos and the makers out of documents that were kept before. May be run again.

    Progress and what did not go are told on stderr; with the last the status is 2.
    """
    found = cleaning.Cleaning(total=0)
    for found in cleaning.clean_files(batch):
        db.session.commit()
        click.echo(f"{found.seen} of {found.total}", err=True)
    click.echo(f"{found.seen} photos and documents looked at, {found.changed} cleaned, {len(found.failed)} not.")
    for file_id in found.failed:
        click.echo(f"File {file_id} is damaged or not in the store; it was left as it is.", err=True)
    if found.failed:
        raise SystemExit(2)
