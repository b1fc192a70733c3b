"""What the team does with the chosen members: FAB's actions, each over a named function of the services."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from flask import current_app, flash, g
from flask_appbuilder.actions import action
from flask_babel import lazy_gettext as _
from flask_babel import ngettext

from app import jobs
from app.auth.visitor import current_actor
from app.extensions import db
from app.models import Member, MemberState
from app.services.access.people import find_person
from app.services.accounts import invitations, team_accounts
from app.services.members import states
from app.views.staff.members.letters import print_letters

NOT_OPENED = (MemberState.IMPORTED, MemberState.INVITED)


class MemberActs:
    """The acts of `MembersView`."""

    def offers(self, act: str, item: Member) -> bool:
        """Only what makes sense for this member."""
        fits = {
            "tag": False,  # the page has a form with all tags
            "untag": False,
            "invite": item.state in NOT_OPENED and item.email,
            "letter": item.state in NOT_OPENED,
            "reset": item.state == MemberState.ACTIVE and item.email,
            "pause": item.state == MemberState.ACTIVE,
            "resume": item.state in (MemberState.PAUSED, MemberState.RESIGNED),
            "resign": item.state in (*NOT_OPENED, MemberState.ACTIVE, MemberState.PAUSED),
        }
        return bool(fits[act])

    @action("invite", _("Invite by e-mail"), _("They get a mail with a link to choose a password."))
    def invite(self, items: list[Member]) -> None:
        """Invite who has not opened the account yet."""
        invite_users([member.user_id for member in items])

    @action(
        "letter", _("Print an invitation letter"), _("You see the letters once. Earlier invitations no longer work.")
    )
    def letter(self, items: list[Member]) -> Any:
        """Letters for who cannot be mailed."""
        return print_letters(items)

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
        jobs.deliver_mail()
        return done


def invite_users(user_ids: Sequence[int]) -> None:
    """Invite these accounts by mail, and tell whom that did not reach."""
    lifetime = timedelta(days=current_app.config["INVITATION_DAYS"])
    done = invitations.invite(user_ids, actor=current_actor(), now=g.now, lifetime=lifetime)
    db.session.commit()
    jobs.deliver_mail()
    flash(
        ngettext("%(num)s invitation is on its way.", "%(num)s invitations are on their way.", done.queued), "success"
    )
    if done.without_address:
        flash(
            ngettext(
                "%(num)s member has no e-mail address. Print a letter.",
                "%(num)s members have no e-mail address. Print a letter for them.",
                done.without_address,
            ),
            "error",
        )
    if done.not_invited:
        flash(
            ngettext(
                "%(num)s member was not invited: the account was opened already.",
                "%(num)s members were not invited: they opened their account already.",
                done.not_invited,
            ),
            "error",
        )


def _send_reset_link(member: Member, **asked: Any) -> None:
    person = find_person(member.user_id)
    if person is not None:
        team_accounts.send_reset_link(person, **asked)
