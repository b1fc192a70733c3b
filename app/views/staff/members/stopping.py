"""Letting one member leave or have a pause, with the reason; and how the page of a member says who did that."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext

from app.auth.visitor import current_actor
from app.i18n import write_moment
from app.models import Member, MemberState
from app.services.members import states
from app.services.members.states import WhyStopped
from app.views.forms.members import StopForm
from app.views.labels.members import STOP_REASONS


class StoppingMixin:
    """The step of `MembersView`."""

    @expose("/<pk>/stoppen", methods=["GET", "POST"])
    @has_access
    def stop(self: Any, pk: str) -> ResponseReturnValue:
        """Why, and whether it is for good."""
        item, form = self.find_row(pk), StopForm()
        back = url_for(".show", pk=pk)

        def stop_member() -> None:
            step = states.pause if form.state.data == MemberState.PAUSED else states.resign
            why = WhyStopped(form.reason.data, form.note.data or "")
            step(item, why=why, actor=current_actor(), now=g.now)

        if form.validate_on_submit() and self._commit_or_refuse(stop_member, form):
            flash(say_stopped(item), "success")
            return redirect(back)
        title = gettext("Let %(name)s stop", name=item.full_name)
        return self._render("staff/form_page.html", title=title, form=form, label=gettext("Save"), back=back)


def say_stopped(member: Member) -> str:
    """Who stopped this member, when and why: "Jan de Vries has left, …"; empty for who takes part."""
    if member.state == MemberState.PAUSED:
        parts = [str(gettext("%(name)s has a pause", name=member.full_name))]
    elif member.state == MemberState.RESIGNED:
        parts = [str(gettext("%(name)s has left", name=member.full_name))]
    else:
        return ""
    if member.state_changed_at is not None:
        moment = write_moment(member.state_changed_at)
        parts.append(str(gettext("since %(moment)s, by %(who)s", moment=moment, who=member.state_changed_by)))
    if member.stop_reason:
        parts.append(str(gettext("reason: %(reason)s", reason=STOP_REASONS[member.stop_reason])))
    return ", ".join(parts) + "."
