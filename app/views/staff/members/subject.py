"""Members: their own data, and the team's list of them."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _

from app.member_fields import show_phone
from app.models import Member, MemberState
from app.phrases import phrase
from app.services.accounts import bulk_acts
from app.services.members import open_tasks
from app.services.members.audience_kinds import KINDS
from app.services.members.search import ONLY_BEGINNINGS, best_first
from app.services.members.totals import total_members
from app.services.search.query import Search
from app.services.search.ranking import Best, find_best
from app.services.waiting import TO_DO, Badge
from app.views.addresses import kept_url
from app.views.labels.members import AUDIT_WORDS, MEMBER_STATES
from app.views.member.choices import ChoicesView
from app.views.member.profile import ProfileView
from app.views.parts.search_groups import Hit, SearchGroup
from app.views.staff.members.members import MembersView
from app.views.staff.members.merge import MergeView
from app.views.staff.members.profile_changes import ProfileChangesView
from app.views.subject import MEMBERS, HomeTotals, Screen, Subject, Task


def _find(search: Search) -> Best:
    return find_best(Member, best_first(search), order=(Member.surname, Member.id))


def _write(row: Any) -> Hit:
    member = row.Member
    state = "" if member.state == MemberState.ACTIVE else MEMBER_STATES[member.state]
    phones = [show_phone(number) for number in (member.mobile, member.phone) if number]
    return Hit(member.id, member.full_name, (state, member.member_number, member.city, member.email, *phones))


SUBJECT = Subject(
    "members",
    screens=[
        Screen(ChoicesView),
        Screen(ProfileView, "My data", _("My data"), place=60),
        Screen(MembersView, "All members", _("All members"), MEMBERS, 110),
        Screen(MergeView),
        Screen(ProfileChangesView, "What changed", _("What changed"), MEMBERS, 111),
    ],
    badges=[
        Badge("My data", TO_DO, open_tasks.count_own_data, open_tasks.given_own_data),
        Badge("All members", phrase("with the same BSN as another member"), open_tasks.count_same_bsn, is_of_team=True),
    ],
    tasks={
        "check_data": Task(open_tasks.find_own_data, lambda task: url_for("ProfileView.show")),
        "bsn": Task(open_tasks.find_own_data, lambda task: url_for("ProfileView.bsn")),
        "iban": Task(open_tasks.find_own_data, lambda task: url_for("ProfileView.edit", _anchor="iban")),
    },
    totals=[HomeTotals(total_members, lambda only: kept_url("MembersView.list", **only))],
    search=[SearchGroup(_("Members"), "MembersView", _find, _write, ONLY_BEGINNINGS)],
    audit=[AUDIT_WORDS],
    audience_kinds=KINDS,
    bulk_acts={
        "MembersView.invite": bulk_acts.INVITE,
        "MembersView.invite_again": bulk_acts.INVITE_AGAIN,
        "MembersView.letter": bulk_acts.PRINT,
        "MembersView.reset": bulk_acts.RESET,
        "MembersView.pause": bulk_acts.PAUSE,
        "MembersView.resume": bulk_acts.RESUME,
        "MembersView.resign": bulk_acts.RESIGN,
    },
)
