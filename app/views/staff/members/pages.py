"""The page of one member for the team, in parts with addresses of their own."""

from __future__ import annotations

from typing import Any

from flask import abort, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound

from app.auth.visitor import current_actor, current_grants
from app.extensions import db
from app.models import Member, MemberState
from app.services.audit import record_at_once
from app.services.mail.smtp_replies import explain_reply
from app.services.members import bsn, profile
from app.services.members.one_person import merging
from app.views.addresses import asking_url, row_url
from app.views.staff.members.sections.every import list_parts, read_sections
from app.views.staff.members.sections.parts import FIRST
from app.views.staff.members.stopping import say_stopped


class MemberPages:
    """For the view of members: the data of one, and what else the role may see."""

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> ResponseReturnValue:
        """The data of this member, and the first of what else the role may see."""
        view: Any = self
        item = self.find_member(pk)
        answer: str = view._show_page(
            item,
            pk=pk,
            parts=list_parts(current_grants().pairs),
            part=FIRST,
            twins=bsn.find_twins(item) if item.bsn_duplicate else [],
            is_bsn_unreadable=bsn.is_unreadable(item),
            is_iban_unreadable=profile.is_iban_unreadable(item),
            stopped=say_stopped(item),
            broken_reason=explain_reply(item.email_broken_reason, item.email),
            sections=read_sections(item, FIRST, current_grants().pairs),
            links=_links_to(item, current_grants().pairs),
        )
        _note_reading(item)
        return answer

    @expose("/show/<pk>/<part>", methods=["GET"])
    @has_access
    @permission_name("show")
    def part(self, pk: str, part: str) -> ResponseReturnValue:
        """Another part of what the role may see of this member."""
        pairs = current_grants().pairs
        parts = list_parts(pairs)
        if part not in parts:
            abort(404)
        item = self.find_member(pk)
        given = {"item": item, "pk": pk, "parts": parts, "part": part, "sections": read_sections(item, part, pairs)}
        view: Any = self
        answer: str = view._render("staff/members/part.html", title=item.full_name, **given)
        _note_reading(item)
        return answer

    def find_member(self, pk: str) -> Member:
        """The member; who was merged leads to who stayed."""
        view: Any = self
        try:
            item: Member = view.find_row(pk)
            return item
        except NotFound:
            kept_id = merging.find_merged(pk)
            if kept_id is None:
                raise
            abort(redirect(url_for(".show", pk=kept_id)))


def _note_reading(item: Member) -> None:
    """In the audit trail (SECURITY §4), before the page leaves; last, so that all of it is one transaction."""
    record_at_once(current_actor(), "member.read", now=g.now, subject=item, member_id=item.id)
    db.session.commit()


def _links_to(member: Member, pairs: frozenset[tuple[str, str]]) -> list[tuple[Any, str]]:
    """Where one goes on from the page of this member: label and address."""
    name, links = member.user.username, []
    if ("can_add", "ThreadsView") in pairs:
        links.append((_("Write to this member"), asking_url("ThreadsView.add", member=name)))
    if ("can_tags", "MembersView") in pairs:
        links.append((_("Choose tags"), row_url("MembersView.tags", member.id)))
    if ("can_choose", "MergeView") in pairs:
        links.append((_("Merge with another member"), row_url("MergeView.choose", member.id)))
    if ("can_add", "CampaignsView") in pairs and member.member_number:
        links.append((_("Send a notification"), asking_url("CampaignsView.add", member=member.member_number)))
    if member.may_answer and ("can_place", "PlanMembersView") in pairs:
        links.append((_("Plan in an election"), asking_url("PlanBoardView.choose", lid=member.id)))
    if ("can_stop", "MembersView") in pairs and member.state not in (MemberState.RESIGNED, MemberState.ANONYMISED):
        links.append((_("Let leave or pause"), row_url("MembersView.stop", member.id)))
    return links
