"""Commands that import members, elections and polling stations."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app

from app.cli.group import exit_2_on_refusal, portal, tell_remarks
from app.clock import utc_now
from app.extensions import db
from app.i18n import translate
from app.importing.faults import Fault
from app.importing.rosters.columns import unused_columns
from app.member_fields import MEMBER_FIELDS
from app.phrases import phrase
from app.services import postcodes
from app.services.audit import COMMAND
from app.services.elections import elections
from app.services.elections.stations import stations
from app.services.elections.stations.station_check import StationsRefused
from app.services.rosters import runs

OTHER_MUNICIPALITY = click.option(
    "--other-municipality", is_flag=True, help="Import it although it is of another municipality than MUNICIPALITY."
)


@portal.command("import-members")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only check the file and tell what would happen.")
def import_members(file: Path, *, dry_run: bool) -> None:
    """Import a roster of members from a CSV file or spreadsheet; refused rows are named on stderr."""
    with exit_2_on_refusal(file.name):
        plan, roster = runs.import_file(file.read_bytes(), file.name, actor=COMMAND, now=utc_now(), is_dry_run=dry_run)
    db.session.rollback() if dry_run else db.session.commit()
    tell_remarks(roster.remarks)
    if unused := unused_columns(roster.header, roster.mapping):
        tell_remarks([phrase("Columns that are not used: %(columns)s.", columns=", ".join(unused))])
    for refused in plan.refused:
        reasons = " ".join(f"{translate(fault.place)}: {translate(fault.message)}" for fault in refused.faults)
        click.echo(reasons, err=True)
    for notice in (*plan.notices, *plan.lost):
        place = Fault(notice.row, translate(MEMBER_FIELDS[notice.field].label), notice.reason).place
        click.echo(f"{translate(place)}: {translate(notice.reason)}", err=True)
    click.echo(str(plan.summary))  # in English whatever the language: scripts read this line


@portal.command("import-election")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@OTHER_MUNICIPALITY
def import_elections(files: tuple[Path, ...], *, other_municipality: bool) -> None:
    """Add elections from EML 110a files, or bring them up to date. All files or none."""
    done, own = [], current_app.config["MUNICIPALITY"]
    for file in files:
        with exit_2_on_refusal(file.name):
            content = file.read_bytes()
            imported = elections.import_election(
                content, municipality=own, is_sure=other_municipality, actor=COMMAND, now=utc_now()
            )
            done.append(imported)
    db.session.commit()
    new = sum(imported.is_new for imported in done)
    changed = sum(bool(imported.changed) and not imported.is_new for imported in done)
    click.echo(f"{len(done)} elections: {new} new, {changed} changed, 0 refused")


@portal.command("import-stations")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--election", "code", required=True, help="The code of the election, such as GR2026_Utrecht.")
@OTHER_MUNICIPALITY
def import_stations(file: Path, code: str, *, other_municipality: bool) -> None:
    """Import polling stations from EML 110b or the standard 1.7; with one fault nothing is imported."""
    with exit_2_on_refusal(file.name):
        election = elections.find_election(code)
        own = "" if other_municipality else current_app.config["MUNICIPALITY"]
        try:
            content = file.read_bytes()
            check = stations.import_stations(
                election, content, file.name, municipality=own, actor=COMMAND, now=utc_now()
            )
        except StationsRefused as refused:
            db.session.rollback()
            tell_remarks(refused.check.remarks)
            for fault in refused.check.faults:
                click.echo(f"{translate(fault.place)}: {translate(fault.message)}", err=True)
            click.echo(str(refused.check.summary))
            raise SystemExit(2) from None
        db.session.commit()
    tell_remarks(check.remarks)
    if check.absent:
        click.echo(f"Not in the file, kept: {', '.join(check.absent)}", err=True)
    click.echo(str(check.summary))


@portal.command("load-postcodes")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load_postcodes(file: Path) -> None:
    """Read where postcodes lie from a CSV (postcode, latitude, longitude), to plan members near where they live."""
    with exit_2_on_refusal(file.name):
        known, placed = postcodes.load_postcodes(file.read_bytes(), actor=COMMAND, now=utc_now())
    db.session.commit()
    click.echo(f"{known} postcodes; {placed} members have a place")
