"""Who of an audience is not reached and why: each member has one reason, or is reached."""

from __future__ import annotations

import pytest

from app.models import Condition, Group, Member, MemberState, MutedKind, NotificationKind
from app.services.audiences import groups
from app.services.audiences.reach import Gap, GapOf, criterion_of_gap, find_gap, find_reach, name_gap
from app.services.audit import COMMAND
from app.services.news.news import NewsText, write_news
from tests.support.factories.people import make_member

EVERYBODY = groups.everybody()


WHY = {
    Gap.NOT_INVITED: {"state": MemberState.IMPORTED},
    Gap.NOT_OPENED: {"state": MemberState.INVITED},
    Gap.BY_LETTER: {"state": MemberState.INVITED, "email": None},
    Gap.NO_ACCOUNT_BROKEN: {"state": MemberState.IMPORTED, "is_broken": True},
    Gap.PAUSED: {"state": MemberState.PAUSED},
    Gap.LEFT: {"state": MemberState.RESIGNED, "email": None},
    Gap.SWITCHED_OFF: {"is_off": True},
    Gap.NO_ADDRESS: {"email": None},
    Gap.BROKEN: {"is_broken": True},
}


def make(db, now, gap):
    values = {"state": MemberState.ACTIVE, "email": f"{gap}@post.example", **WHY[gap]}
    is_off, is_broken = values.pop("is_off", False), values.pop("is_broken", False)
    made = make_member()
    made.state, made.email = values["state"], values["email"]
    made.user.active = not is_off
    made.email_broken_at = now if is_broken else None
    db.session.commit()
    return made


@pytest.mark.parametrize("gap", WHY)
def test_each_reason_is_counted_once_and_its_list_holds_that_member(db, now, gap):
    reached, missed = make_member(), make(db, now, gap)
    reached.state, reached.email = MemberState.ACTIVE, "reached@post.example"
    news = write_news(NewsText("Welkom", "Dag", group=EVERYBODY), None, actor=COMMAND, now=now)
    db.session.commit()
    reach = find_reach(EVERYBODY)
    assert (reach.mailed, reach.gaps) == (1, {gap: 1})
    assert reach.told == groups.count_members(EVERYBODY)
    listed = db.session.scalars(db.select(Member).where(criterion_of_gap(name_gap(news, gap)))).all()
    assert listed == [missed]


def test_who_stopped_this_kind_of_mail_sees_it_in_the_portal_only(db):
    muted = make_member()
    muted.state, muted.email = MemberState.ACTIVE, "muted@post.example"
    db.session.add(MutedKind(member_id=muted.id, kind=NotificationKind.NEWS))
    db.session.commit()
    assert find_reach(EVERYBODY, NotificationKind.NEWS).without_mail == {Gap.MUTED: 1}
    assert find_reach(EVERYBODY, NotificationKind.DOCUMENT).mailed == 1


def test_who_does_not_meet_the_conditions_is_not_missed(db):
    servant, other = make_member(), make_member()
    servant.is_civil_servant, servant.state, other.state = True, MemberState.INVITED, MemberState.INVITED
    servant.email = other.email = "samen@post.example"
    db.session.commit()
    assert find_reach(Group((Condition("civil_servant"),))).not_told == {Gap.NOT_OPENED: 1}


@pytest.mark.parametrize(
    "written",
    [
        "",
        "campaign",
        "campaign-1",
        "member-1-left",
        "news_item-x-left",
        "news_item-²-left",
        "news_item-1-gone",
        "news_item-99-left",
    ],
)
def test_an_address_that_names_nothing_finds_nobody(db, written):
    make_member()
    db.session.commit()
    assert find_gap(written) is None
    assert db.session.scalars(db.select(Member).where(criterion_of_gap(written))).all() == []


def test_a_name_is_read_back(now):
    assert GapOf.read("campaign-12-not_opened") == GapOf("campaign", 12, Gap.NOT_OPENED)
    assert str(GapOf("campaign", 12, Gap.LEFT)) == "campaign-12-left"
