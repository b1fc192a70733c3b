"""The command that reads delivery reports."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from app.cli.group import exit_2_on_refusal, portal
from app.clock import utc_now
from app.extensions import db
from app.importing.bounces import Report, read_reports
from app.mail.mails import message_id_of
from app.services.audit import COMMAND
from app.services.mail import bounces, undeliverable_addresses
from app.services.mail.undeliverable_addresses import MOST_IN_A_WHILE, TooManyBroken

NO_REPORT = "no reports"


@portal.command("bounces")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--most", default=MOST_IN_A_WHILE, show_default=True, help="Stop when so many addresses are marked within an hour."
)
def read_bounces(files: tuple[Path, ...], *, most: int) -> None:
    """Read delivery reports from mails (.eml) or mailbox files (mbox), and mark mail and members. Safe to run again."""
    counts: Counter[str] = Counter()
    try:
        with exit_2_on_refusal():
            for file in files:
                for report in read_reports(file):
                    counts[_note_report(report, most)] += 1
    except TooManyBroken:
        _print_effects(counts)
        _tell_of_stop(most)
        raise SystemExit(2) from None
    _print_effects(counts)


def _print_effects(counts: Counter[str]) -> None:
    effects = ", ".join(f"{counts[effect]} {effect}" for effect in bounces.Effect)
    click.echo(f"{counts.total()} messages: {effects}, {counts[NO_REPORT]} {NO_REPORT}")


def _note_report(report: Report | None, most: int) -> str:
    if report is None:
        return NO_REPORT
    effect = bounces.note_report(report, message_id_of=message_id_of, actor=COMMAND, now=utc_now(), most=most)
    db.session.commit()
    return str(effect)


def _tell_of_stop(most: int) -> None:
    db.session.rollback()
    undeliverable_addresses.note_stop(COMMAND, utc_now())
    db.session.commit()
    click.echo(
        f"Stopped: {most} addresses were marked within an hour, so the mail server itself may be wrong. "
        "Look at the mails that failed; then run this again, with --most where the reports are right.",
        err=True,
    )
