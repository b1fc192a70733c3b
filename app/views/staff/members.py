"""The members for the team: search and filter, act on many, export what is on screen, and what changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import current_app, flash, g, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from app import jobs
from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import say
from app.importing.sheets_out import csv_bytes, xlsx_bytes
from app.models import Member
from app.services import invitations, member_list, members, users
from app.services.accounts import find_person
from app.services.member_list import EXPORT_COLUMNS, MemberQuery
from app.texts import RuleBroken
from app.views.base import Page
from app.views.forms import PortalForm
from app.views.staff.member_labels import ACTIONS, FILTERS, ROSTER_LABELS, STATES
from app.views.staff.member_letters import print_letters

PAGE_SIZES = (25, 50, 100)
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class MembersView(Page):
    """The list of members. Each act goes through a named function of `services.members`."""

    route_base = "/leden"
    default_view = "list"

    @expose("/", methods=["GET"])
    @has_access
    def list(self):
        """A page of the list. Search and filters stand in the address, so that they can be kept as a bookmark."""
        query, size = _query(), _size()
        total = member_list.count_members(query)
        pages = max(1, -(-total // size))
        page = min(max(1, request.args.get("page", 1, type=int)), pages)
        return self.render_template(
            "staff/members.html",
            members=member_list.list_members(query, page=page, size=size),
            query=query,
            answers=dict(query.answers),
            total=total,
            page=page,
            pages=pages,
            size=size,
            sizes=PAGE_SIZES,
            states=STATES,
            filters=FILTERS,
            actions=ACTIONS,
            arguments={name: value for name, value in request.args.items() if name != "page"},
        )

    @expose("/actie", methods=["POST"])
    @has_access
    def act(self):
        """Do something with the chosen members, after a page that says with how many."""
        action = request.form.get("action", "")
        ids = [int(value) for value in request.form.getlist("member") if value.isdecimal()][: max(PAGE_SIZES)]
        if action not in ACTIONS or not ids:
            flash(_("Choose members in the list, and what to do with them."), "error")
            return redirect(url_for(".list"))
        chosen = db.session.scalars(select(Member).where(Member.id.in_(ids)).order_by(Member.surname, Member.id)).all()
        if request.form.get("sure") != "yes":
            return self.render_template(
                "staff/members_sure.html", form=PortalForm(), action=action, label=ACTIONS[action], members=chosen
            )
        return _ACTS[action](chosen) or redirect(url_for(".list"))

    @expose("/allen-uitnodigen", methods=["POST"])
    @has_access
    def invite_found(self):
        """Invite everybody that search and filters leave, after a page that says how many."""
        ids = member_list.list_user_ids(_query())
        if request.form.get("sure") != "yes":
            return self.render_template("staff/members_invite.html", total=len(ids), arguments=_arguments())
        _invite_users(ids)
        return redirect(url_for(".list"))

    @expose("/export", methods=["POST"])
    @has_access
    def export(self):
        """What is on screen as a file, without BSN and IBAN. By POST, because it writes in the audit trail."""
        rows = member_list.export_members(_query(), actor=current_actor(), now=g.now)
        db.session.commit()
        header = [str(ROSTER_LABELS[name]) for name in EXPORT_COLUMNS]
        is_csv = request.form.get("format") == "csv"
        cells = [_cells(row) for row in rows]
        content = csv_bytes(header, cells) if is_csv else xlsx_bytes(header, cells)
        answer = current_app.make_response(content)
        answer.headers["Content-Type"] = "text/csv; charset=utf-8" if is_csv else SPREADSHEET
        answer.headers["Content-Disposition"] = f"attachment; filename=leden.{'csv' if is_csv else 'xlsx'}"
        return answer


def _query() -> MemberQuery:
    given = request.values
    answers = tuple((name, given[name]) for name in FILTERS if given.get(name))
    state = given.get("state", "")
    return MemberQuery(given.get("search", "")[:100], state if state in STATES else "", answers)


def _size() -> int:
    size = request.args.get("size", PAGE_SIZES[0], type=int)
    return size if size in PAGE_SIZES else PAGE_SIZES[0]


def _cells(row: tuple[Any, ...]) -> list[Any]:
    written: list[Any] = []
    for name, value in zip(EXPORT_COLUMNS, row, strict=True):
        if isinstance(value, bool):
            written.append(_("Yes") if value else _("No"))
        else:
            written.append(str(STATES[value]) if name == "state" else value)
    return written


def _arguments() -> dict[str, str]:
    """Search and filters as the fields of a form."""
    return {name: value for name, value in request.form.items() if name in (*FILTERS, "search", "state")}


def _invite(chosen: Any) -> None:
    _invite_users([member.user_id for member in chosen])


def _invite_users(user_ids: Sequence[int]) -> None:
    lifetime = timedelta(days=current_app.config["INVITATION_DAYS"])
    done = invitations.invite(user_ids, actor=current_actor(), now=g.now, lifetime=lifetime)
    db.session.commit()
    jobs.deliver_mail()
    flash(
        ngettext("%(num)s invitation is on its way.", "%(num)s invitations are on their way.", done.queued), "success"
    )
    if done.without_address:
        flash(
            _("%(count)s members have no e-mail address. Print a letter for them.", count=done.without_address), "error"
        )
    if done.not_invited:
        flash(
            _("%(count)s members were not invited: they opened their account already.", count=done.not_invited), "error"
        )


def _change_states(chosen: Any, change: Any) -> None:
    done = 0
    for member in chosen:
        try:
            change(member, actor=current_actor(), now=g.now)
            done += 1
        except RuleBroken as error:
            flash(say(error.text), "error")
    db.session.commit()
    flash(ngettext("%(num)s member done.", "%(num)s members done.", done), "success")


def _reset(chosen: Any) -> None:
    """A link for a new password by mail; what does not help somebody is told with the name."""
    done = 0
    for member in chosen:
        person = find_person(member.user_id)
        try:
            if person is not None:
                users.send_reset_link(person, actor=current_actor(), now=g.now)
                done += 1
        except RuleBroken as error:
            flash(say(error.text), "error")
    db.session.commit()
    jobs.deliver_mail()
    flash(ngettext("%(num)s link is on its way.", "%(num)s links are on their way.", done), "success")


_ACTS: dict[str, Any] = {
    "invite": _invite,
    "letter": print_letters,
    "reset": _reset,
    "pause": lambda chosen: _change_states(chosen, members.pause),
    "resume": lambda chosen: _change_states(chosen, members.resume),
    "resign": lambda chosen: _change_states(chosen, members.resign),
}
