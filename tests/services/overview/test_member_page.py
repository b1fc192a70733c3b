"""What the team's page of one member tells of each subject: of this member only, the latest first, and not too much."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models import Account, AuditEvent, MergedMember, Notification
from app.services.access import sessions
from app.services.audiences import groups
from app.services.audit import Actor
from app.services.campaigns.campaigns import send_automatic
from app.services.mail.outbox import queue_mail
from app.services.members import profile
from app.services.overview import member_page
from tests.support.factories.elections import choices_of, give_availability, make_election, make_open_election
from tests.support.factories.message_box import answer, ask
from tests.support.factories.people import make_member, make_staff

HOUR = timedelta(hours=1)


@pytest.fixture
def member(db):
    return make_member()


def test_elections_stand_with_the_answer_the_next_one_first_and_drafts_only_when_answered(db, now, member):
    first = make_open_election()
    second = make_open_election(code="EP2027", name="Europa", voting_on=first.voting_on.replace(year=2027))
    draft = make_election(code="WS2028", name="Waterschap", voting_on=first.voting_on.replace(year=2028))
    answers = ["yes", "maybe", "no"]
    give_availability(member, first, now=now, choices=choices_of(first, dict(enumerate(answers))))
    give_availability(make_member(), second, now=now)
    rows = member_page.list_answers(member)
    assert [(row.code, row.answer_id is not None, bool(row.is_answered)) for row in rows] == [
        (second.code, False, False),
        (first.code, True, True),
    ]
    assert (rows[1].yes, rows[1].maybe, rows[1].no, rows[1].is_candidate) == (1, 1, 1, False)
    assert draft.code not in {row.code for row in rows}


def test_conversations_stand_with_whose_they_are_without_those_that_were_merged(db, now, member):
    bea = make_staff(first_name="Bea", last_name="Post")
    old, _new = ask(member, "Oud", now=now), ask(member, "Nieuw", now=now + HOUR)
    merged = ask(member, "Samen", now=now)
    ask(make_member(), "Van een ander", now=now)
    answer(old, bea, now=now + 2 * HOUR)
    old.assignee_user_id, merged.merged_into_id = bea.id, old.id
    db.session.commit()
    rows = member_page.list_threads(member.id)
    assert [(row.subject, row.assignee) for row in rows] == [("Oud", "Bea Post"), ("Nieuw", None)]


def test_what_was_told_stands_also_when_it_was_taken_back(db, now, member):
    texts = {"title_en": "", "subject_id": None, "actor": Actor("team")}
    for number, title in enumerate(("Eerst", "Dan")):
        send_automatic("information", groups.everybody(), title=title, now=now + number * HOUR, **texts)
    late = make_member()
    send_automatic("information", groups.everybody(), title="Laatst", now=now + 3 * HOUR, **texts)
    told = db.session.query(Notification).filter_by(member_id=member.id).order_by(Notification.id).all()
    told[1].withdrawn_at = now
    db.session.commit()
    assert [row.title for row in member_page.list_notifications(member.id)] == ["Laatst", "Dan", "Eerst"]
    assert [row.title for row in member_page.list_notifications(late.id)] == ["Laatst"]


def test_mails_changes_and_browsers_are_of_this_member_the_latest_first(db, now, member):
    other, bea = make_member(), make_staff(first_name="Bea", last_name="Post")
    for who, recipient, at in (
        (member, "a@post.example", now),
        (other, "x@post.example", now),
        (member, "b@post.example", now),
    ):
        values = {"recipient": recipient, "user_id": who.user_id, "locale": "nl", "values": {}, "now": at}
        queue_mail("code", deduplication_key=recipient, **values)
    assert [row.recipient for row in member_page.list_mails(member.user_id)] == ["b@post.example", "a@post.example"]
    team = Actor("bea", bea.id)
    profile.change_data(member, {"city": "Dorp"}, actor=team, now=now)
    profile.change_data(member, {"city": "Stad"}, actor=Actor("console"), now=now + HOUR)
    profile.change_data(other, {"city": "Elders"}, actor=team, now=now)
    changed = member_page.list_changes(member.id)
    assert [(row.field, row.new_value, row.changed_by) for row in changed] == [
        ("city", "Stad", None),
        ("city", "Dorp", "Bea Post"),
    ]
    for who, agent, at in ((member, "Oud", now), (member, "Nieuw", now + HOUR), (other, "Ander", now)):
        account = db.session.get(Account, who.user_id)
        sessions.open_session(account, now=at, ip="192.0.2.7", agent=agent)
    assert [row.agent for row in member_page.list_sessions(member.user_id)] == ["Nieuw", "Oud"]


def test_events_are_by_the_account_its_name_or_an_account_that_was_merged_into_it(db, now, member):
    other, former = make_member(), make_member()
    user_id, name, old_id = member.user_id, member.user.username, former.user_id
    acts = (
        (Actor("anders", user_id), "signed_in"),
        (Actor(name), "sign_in.failed"),
        (Actor("vroeger", old_id), "signed_in"),
        (Actor("x", other.user_id), "signed_in"),
        (Actor("y", user_id), "not asked for"),
    )
    for number, (actor, action) in enumerate(acts):
        db.session.add(
            AuditEvent(
                at=now + number * HOUR,
                actor_name=actor.name,
                actor_user_id=actor.user_id,
                action=action,
                ip=f"192.0.2.{number}",
            )
        )
    db.session.flush()
    wanted = ["signed_in", "sign_in.failed"]
    assert [row.ip for row in member_page.list_events(member, wanted)] == ["192.0.2.1", "192.0.2.0"]
    db.session.add(MergedMember(old_id=former.id, member_id=member.id, old_user_id=old_id, merged_at=now))
    db.session.flush()
    assert [row.ip for row in member_page.list_events(member, wanted)] == ["192.0.2.2", "192.0.2.1", "192.0.2.0"]
