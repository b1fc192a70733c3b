"""The language and the mail that a member chooses; required mail always comes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import OPTIONAL_KINDS, Account, AuditEvent, MutedKind, NotificationKind
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.notifications import mail_preferences
from app.views.labels.messages.campaigns import OPTIONAL_KIND_NAMES
from tests.support.factories.people import make_member

ALL = sorted(OPTIONAL_KINDS)


def save(db, member, now, **values):
    account = db.session.get(Account, member.user_id)
    wanted = {"locale": "nl", "mailed": ALL, **values}
    return mail_preferences.save_choices(member, account, **wanted, actor=COMMAND, now=now)


def test_what_is_not_ticked_is_no_longer_mailed_and_what_is_ticked_is_again(db, now):
    member = make_member()
    assert save(db, member, now, mailed=["news"]) == ["mailed_kinds"]
    assert mail_preferences.muted_kinds(member.id) == {"information"}
    save(db, member, now, mailed=["information"])
    assert mail_preferences.muted_kinds(member.id) == {"news"}
    save(db, member, now)
    assert mail_preferences.muted_kinds(member.id) == set()


def test_the_language_is_the_accounts_and_one_that_is_not_there_is_refused(db, now):
    member = make_member()
    assert save(db, member, now, locale="en") == ["locale"]
    assert db.session.get(Account, member.user_id).locale == "en"
    with pytest.raises(RuleBroken):
        save(db, member, now, locale="xx")


def test_saving_without_a_change_leaves_no_trace(db, now):
    assert save(db, make_member(), now) == []
    assert db.session.scalar(select(AuditEvent.id)) is None


def test_a_required_kind_cannot_be_stopped(db, now):
    member = make_member()
    assert mail_preferences.stop_mail(member.id, ["news", "check_data", "nonsense"], actor=COMMAND, now=now)
    assert list(db.session.scalars(select(MutedKind.kind))) == ["news"]


def test_stopping_twice_is_stopping_once(db, now):
    member = make_member()
    for _ in range(2):
        mail_preferences.stop_mail(member.id, ["news"], actor=COMMAND, now=now)
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "member.mail_stopped")).all()
    assert [(event.member_id, event.details) for event in events] == [(member.id, {"kind": ["news"]})]


def test_of_a_member_who_is_gone_nothing_is_stopped(db, now):
    assert not mail_preferences.stop_mail(999, ["news"], actor=COMMAND, now=now)


def test_each_optional_kind_can_be_chosen_by_name_and_no_other():
    assert set(OPTIONAL_KIND_NAMES) == {str(kind) for kind in OPTIONAL_KINDS}
    assert NotificationKind.GIVE_AVAILABILITY not in OPTIONAL_KIND_NAMES
