"""What the team does with the chosen members: FAB's actions, each over a named function of the services."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from flask import current_app, flash, g
from flask_appbuilder.actions import action
from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from sqlalchemy import Select

from app import jobs
from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import translate
from app.models import Member, MemberState
from app.services import bulk_acts
from app.services.access.people import find_person
from app.services.accounts import invitations, team_accounts
from app.services.accounts.bulk_acts import INVITE, INVITE_AGAIN
from app.services.accounts.invitations import Unopened
from app.services.bulk_acts import BulkAct
from app.services.members import states
from app.views.staff.members.letters import print_letters
from app.views.staff.members.shown_mail import show_mail
from app.views.tables.lists.acts import FITS

NOT_OPENED = (MemberState.IMPORTED, MemberState.INVITED)


def look_at_unopened(member: Member) -> Unopened:
    """Asked once for a page: the buttons to invite and to delete depend on it."""
    if g.get("unopened_of") != member.id:
        g.unopened_of, g.unopened = member.id, invitations.look_at_unopened(member, g.now)
    known: Unopened = g.unopened
    return known


class MemberActs:
    """The acts of `MembersView`."""

    def offers(self, act: str, item: Member) -> bool:
        """Only what makes sense for this member."""
        is_invitable = bool(item.state in NOT_OPENED and item.email and item.email_broken_at is None)
        has_link = is_invitable and act in ("invite", "invite_again") and look_at_unopened(item).has_open_link
        fits = {
            "tag": False,  # the page has a form with all tags
            "untag": False,
            "invite": is_invitable and not has_link,
            "invite_again": is_invitable and has_link,
            "letter": item.state in NOT_OPENED,
            "reset": item.state == MemberState.ACTIVE and item.email,
            "pause": item.state == MemberState.ACTIVE,
            "resume": item.state in (MemberState.PAUSED, MemberState.RESIGNED),
            "resign": item.state in (*NOT_OPENED, MemberState.ACTIVE, MemberState.PAUSED),
        }
        return bool(fits[act])

    @action("invite", _("Invite by e-mail"), _("They get a mail with a link to choose a password."))
    def invite(self, items: list[Member]) -> None:
        """Invite who has not opened the account yet, and has no invitation that still works."""
        invite_members(items, INVITE)

    def mail_of_act(self, name: str, keys: Select[Any]) -> Any:
        """The invitation."""
        return show_mail("invitation", keys) if name in ("invite", "invite_again") else None

    @action(
        "letter", _("Print an invitation letter"), _("You see the letters once. Earlier invitations no longer work.")
    )
    def letter(self, items: list[Member]) -> Any:
        """Letters for who cannot be mailed."""
        return print_letters(items)

    @action(
        "invite_again", _("Invite again"), _("They get a new link. The link of an earlier invitation stops working.")
    )
    def invite_again(self, items: list[Member]) -> None:
        """Invite who lost the mail."""
        invite_members(items, INVITE_AGAIN)

    @action("reset", _("Send a link for a new password"), _("They get a mail with a link that works for one hour."))
    def reset(self, items: list[Member]) -> None:
        """Help who forgot the password."""
        done = self._act_on(items, _send_reset_link)
        flash(ngettext("%(num)s link is on its way.", "%(num)s links are on their way.", done), "success")

    @action("pause", _("Pause"), _("They are not asked for availability until you make them active again."))
    def pause(self, items: list[Member]) -> None:
        """Take a break."""
        self._change(items, states.pause)

    @action("resume", _("Make active again"), _("They are asked for availability again."))
    def resume(self, items: list[Member]) -> None:
        """End the break."""
        self._change(items, states.resume)

    @action("resign", _("Let leave"), _("They can no longer sign in."))
    def resign(self, items: list[Member]) -> None:
        """No longer a member."""
        self._change(items, states.resign)

    def _change(self, items: list[Member], change: Callable[..., Any]) -> None:
        flash(ngettext("%(num)s member done.", "%(num)s members done.", self._act_on(items, change)), "success")

    def _act_on(self: Any, items: list[Member], work: Callable[..., Any]) -> int:
        done: int = self.each(items, lambda member: work(member, **self.by_whom()))
        db.session.commit()
        return done


def invite_members(members_asked: Sequence[Member], act: BulkAct) -> None:
    """Invite those to whom the act is done by mail, and tell why not the others."""
    chosen = bulk_acts.select_keys(act, [member.id for member in members_asked])
    left_out = bulk_acts.preview(act, chosen).left_out
    reached = set(db.session.scalars(bulk_acts.select_left_out(act, chosen, FITS)))
    user_ids = [member.user_id for member in members_asked if member.id in reached]
    lifetime = timedelta(days=current_app.config["INVITATION_DAYS"])
    done = invitations.invite(user_ids, actor=current_actor(), now=g.now, lifetime=lifetime)
    db.session.commit()
    jobs.deliver_mail()
    said = ngettext("%(num)s invitation is on its way.", "%(num)s invitations are on their way.", done.queued)
    flash(said, "success" if done.queued else "error")
    for left in left_out:
        who = ngettext("%(num)s member", "%(num)s members", left.number)
        flash(f"{who}: {translate(left.why)}", "error")


def _send_reset_link(member: Member, **asked: Any) -> None:
    person = find_person(member.user_id)
    if person is not None:
        team_accounts.send_reset_link(person, **asked)
