"""Commands that let people in."""

from __future__ import annotations

import click
from sqlalchemy import select

from app import jobs
from app.cli.group import exit_2_on_refusal, invitation_lifetime, portal
from app.clock import utc_now
from app.extensions import db
from app.models import Member, User
from app.services.accounts import invitations, team_accounts
from app.services.audit import COMMAND


@portal.command("create-admin")
@click.argument("user_name")
@click.argument("email")
def create_admin(user_name: str, email: str) -> None:
    """Add an administrator USER_NAME and send the invitation to EMAIL."""
    with exit_2_on_refusal():
        team_accounts.add_first_admin(user_name, email, actor=COMMAND, now=utc_now(), lifetime=invitation_lifetime())
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
    done = invitations.invite(user_ids, actor=COMMAND, now=utc_now(), lifetime=invitation_lifetime())
    db.session.commit()
    jobs.deliver_mail()
    click.echo(f"{len(user_ids)} members: {done.queued} invited, {done.without_address} without e-mail address")


def _refuse_unknown(member_numbers: tuple[str, ...]) -> None:
    known = set(db.session.scalars(select(Member.member_number).where(Member.member_number.in_(member_numbers))))
    if unknown := [number for number in member_numbers if number not in known]:
        click.echo(f"Unknown member numbers: {', '.join(unknown)}", err=True)
        raise SystemExit(2)
