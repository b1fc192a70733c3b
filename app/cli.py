"""Commands for operators: thin, each calls a service."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_migrate import upgrade
from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError

from app import database, jobs
from app.clock import utc_now
from app.extensions import db
from app.i18n import translate
from app.importing.bounces import Report, read_reports
from app.importing.faults import FileRefused
from app.jobs import worker
from app.mail.mails import message_id_of
from app.models import Member, User
from app.phrases import Phrase, RuleBroken
from app.services.accounts import invitations, roles, team_accounts
from app.services.audit import COMMAND
from app.services.elections import elections, stations
from app.services.mail import bounces, undeliverable_addresses
from app.services.mail.undeliverable_addresses import MOST_IN_A_WHILE, TooManyBroken
from app.services.operations import demo as demo_data
from app.services.operations import key_rotation, schema
from app.services.rosters import runs
from setting_rules import make_key, parse_keys

NO_REPORT = "no reports"
NO_SUCH_TABLE = "42P01"  # PostgreSQL; SQLite has no code for it


NEWER = (
    "The database belongs to a newer version of the portal than this one. Install that version, or restore the back-up "
    "that was made with this one."
)
OLDER = "The database is not up to date. Run `flask --app app portal setup` first."
LOCKED = "A table is in use, and nothing was changed. Stop the web server and the worker, then run this again."
LOCK_NOT_AVAILABLE = "55P03"
SETUP_SECONDS = 600  # another setup may bring a large database up to date


class WrongDatabase(click.ClickException):
    """The tables are of another version of the portal."""

    exit_code = 2


class PortalGroup(AppGroup):
    """The commands; a database that is not there or not set up is said in a sentence, with exit status 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (OperationalError, ProgrammingError) as error:
            if isinstance(error, ProgrammingError) and getattr(error.orig, "sqlstate", "") != NO_SUCH_TABLE:
                raise
            click.echo(_explain(error), err=True)
            raise SystemExit(2) from None
        except database.Occupied:
            click.echo("Another setup of this database has been running for long; look at that one first.", err=True)
            raise SystemExit(2) from None


def _explain(error: OperationalError | ProgrammingError) -> str:
    is_locked = getattr(error.orig, "sqlstate", "") == LOCK_NOT_AVAILABLE or "database is locked" in str(error.orig)
    return LOCKED if is_locked else f"The database does not answer, or `portal setup` was not run yet: {error.orig}"


portal = PortalGroup("portal", help="Manage Het Ledenportal.")


@portal.command()
def setup() -> None:
    """Bring the database up to date: tables, permissions and roles. Safe to run again."""
    prepare_database()
    click.echo("The database is up to date.")


def prepare_database() -> None:
    """Tables, permissions and roles as this version of the portal wants them; commits. One process at a time."""
    tell = partial(click.echo, "Another setup of this database runs; this one waits for it.", err=True)
    with database.alone(db.engine, "setup", seconds=SETUP_SECONDS, tell=tell):
        database.limit_lock_waits(db.session.connection())
        db.session.commit()
        if schema.read_schema() == schema.Schema.NEWER:
            raise WrongDatabase(NEWER)
        db.session.rollback()
        upgrade(directory=str(schema.MIGRATIONS))
        roles.add_roles()
        current_app.extensions["appbuilder"].add_permissions(update_perms=True)
        roles.sync_roles()
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


@portal.command("create-admin")
@click.argument("user_name")
@click.argument("email")
def create_admin(user_name: str, email: str) -> None:
    """Add an administrator USER_NAME and send the invitation to EMAIL."""
    with _exit_2_on_refusal():
        team_accounts.add_first_admin(user_name, email, actor=COMMAND, now=utc_now(), lifetime=_invitation_lifetime())
        db.session.commit()
    jobs.deliver_mail()
    click.echo(f"The invitation for {user_name} is on its way.")


@portal.command("invite")
@click.option("--all", "everybody", is_flag=True, help="Every member who did not open the account yet.")
@click.argument("member_numbers", nargs=-1, metavar="[MEMBER-NUMBER]...")
def invite_members(everybody: bool, member_numbers: tuple[str, ...]) -> None:
    """Send invitations to members, by their numbers or to all who have no password yet."""
    if everybody == bool(member_numbers):
        raise click.UsageError("Name member numbers, or give --all.")
    wanted = select(Member.user_id).join(User, User.id == Member.user_id).where(User.password.is_(None))
    if member_numbers:
        _refuse_unknown(member_numbers)
        wanted = wanted.where(Member.member_number.in_(member_numbers))
    user_ids = list(db.session.scalars(wanted.order_by(Member.id)))
    done = invitations.invite(user_ids, actor=COMMAND, now=utc_now(), lifetime=_invitation_lifetime())
    db.session.commit()
    jobs.deliver_mail()
    click.echo(f"{len(user_ids)} members: {done.queued} invited, {done.without_address} without e-mail address")


def _refuse_unknown(member_numbers: tuple[str, ...]) -> None:
    known = set(db.session.scalars(select(Member.member_number).where(Member.member_number.in_(member_numbers))))
    if unknown := [number for number in member_numbers if number not in known]:
        click.echo(f"Unknown member numbers: {', '.join(unknown)}", err=True)
        raise SystemExit(2)


@contextmanager
def _exit_2_on_refusal(about: str = "") -> Iterator[None]:
    """A rule that refuses: its sentences on stderr, behind what they are about, exit status 2, nothing kept."""
    try:
        yield
    except (RuleBroken, FileRefused) as refusal:
        db.session.rollback()
        for reason in getattr(refusal, "together", (refusal,)):
            click.echo(f"{about}: {translate(reason.text)}" if about else translate(reason.text), err=True)
        raise SystemExit(2) from None


def _invitation_lifetime() -> timedelta:
    return timedelta(days=current_app.config["INVITATION_DAYS"])


@portal.command("import-members")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only check the file and tell what would happen.")
def import_members(file: Path, *, dry_run: bool) -> None:
    """Import a roster of members from a CSV file or spreadsheet; refused rows are named on stderr."""
    with _exit_2_on_refusal(file.name):
        plan, roster = runs.import_file(file.read_bytes(), file.name, actor=COMMAND, now=utc_now(), is_dry_run=dry_run)
    db.session.rollback() if dry_run else db.session.commit()
    _tell(roster.remarks)
    for refused in plan.refused:
        reasons = " ".join(f"{translate(fault.place)}: {translate(fault.message)}" for fault in refused.faults)
        click.echo(reasons, err=True)
    click.echo(str(plan.summary))  # in English whatever the language: scripts read this line


OTHER_MUNICIPALITY = click.option(
    "--other-municipality", is_flag=True, help="Import it although it is of another municipality than MUNICIPALITY."
)


def _tell(remarks: Iterable[Phrase]) -> None:
    for remark in remarks:
        click.echo(translate(remark), err=True)


@portal.command("import-election")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@OTHER_MUNICIPALITY
def import_elections(files: tuple[Path, ...], *, other_municipality: bool) -> None:
    """Add elections from EML 110a files, or bring them up to date. All files or none."""
    done, own = [], current_app.config["MUNICIPALITY"]
    for file in files:
        with _exit_2_on_refusal(file.name):
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
    with _exit_2_on_refusal(file.name):
        election = elections.find_election(code)
        own = "" if other_municipality else current_app.config["MUNICIPALITY"]
        try:
            content = file.read_bytes()
            check = stations.import_stations(
                election, content, file.name, municipality=own, actor=COMMAND, now=utc_now()
            )
        except stations.StationsRefused as refused:
            db.session.rollback()
            _tell(refused.check.remarks)
            for fault in refused.check.faults:
                click.echo(f"{translate(fault.place)}: {translate(fault.message)}", err=True)
            click.echo(str(refused.check.summary))
            raise SystemExit(2) from None
        db.session.commit()
    _tell(check.remarks)
    if check.absent:
        click.echo(f"Not in the file, kept: {', '.join(check.absent)}", err=True)
    click.echo(str(check.summary))


@portal.command("bounces")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--most", default=MOST_IN_A_WHILE, show_default=True, help="Stop when so many addresses are marked within an hour."
)
def read_bounces(files: tuple[Path, ...], *, most: int) -> None:
    """Read delivery reports from mails (.eml) or mailbox files (mbox), and mark mail and members. Safe to run again."""
    counts: Counter[str] = Counter()
    try:
        with _exit_2_on_refusal():
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


def is_command() -> bool:
    """Whether this process is a command or the worker, and serves no pages."""
    return click.get_current_context(silent=True) is not None


def makes_only_a_key() -> bool:
    """Whether this process is `flask … portal make-key`: the one command that is needed before there are settings."""
    return is_command() and "make-key" in sys.argv[-2:]


def key_maker() -> Flask:
    """An application that has the commands and nothing else: no settings, no database, no pages."""
    app = Flask("portal")
    init_app(app)
    return app


def init_app(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(portal)
