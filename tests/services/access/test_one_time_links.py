"""Links by mail: one that is open for a user and a kind, used once, and ended with the address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import EmailChange, LinkKind, MailedLink
from app.phrases import RuleBroken
from app.services.access import one_time_links as links
from tests.support.factories.people import make_user

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def make(user, now, kind=LinkKind.RESET):
    return links.make_link(user.id, kind, now=now, lifetime=DAY)


def closed(*made):
    return [link.why_closed(link.created_at) for link in made]


def test_a_new_link_ends_the_older_one_of_its_kind_and_user_only(db, now):
    user, other = make_user(), make_user()
    foreign, invitation, old = make(other, now), make(user, now, LinkKind.INVITATION), make(user, now)
    new = make(user, now + SECOND)
    db.session.expire_all()
    assert closed(foreign, invitation, old, new) == ["", "", "replaced", ""]
    assert (old.ended_at, new.created_at, new.expires_at) == (now + SECOND, now + SECOND, now + SECOND + DAY)


def test_links_of_many_are_each_of_their_kind_and_end_those_of_before(db, now):
    users = [make_user() for _ in range(3)]
    old, foreign = make(users[0], now), make(users[2], now)
    wanted = {users[0].id: (LinkKind.RESET, DAY), users[1].id: (LinkKind.INVITATION, 2 * DAY)}
    made = {link.user_id: link for link in links.make_links(wanted, now)}
    db.session.expire_all()
    assert closed(old, foreign) == ["replaced", ""]
    assert {user_id: (link.kind, link.expires_at) for user_id, link in made.items()} == {
        users[0].id: ("reset", now + DAY),
        users[1].id: ("invitation", now + 2 * DAY),
    }


def test_a_link_is_found_by_its_newest_token_and_kind_and_used_once(db, now):
    link, _other = make(make_user(), now), make(make_user(), now)
    old, new = (links.make_token(link.id, now) for _ in range(2))
    assert links.find_link(old, LinkKind.RESET) is None
    assert links.find_link(new, LinkKind.INVITATION) is None
    assert links.find_link(new, LinkKind.INVITATION, LinkKind.RESET) is link
    links.use_link(link, now)
    with pytest.raises(RuleBroken, match="no longer valid"):
        links.use_link(link, now)
    assert (link.used_at, links.make_token(link.id, now)) == (now, None)


def test_a_link_that_expired_is_not_used_and_ended_by_one(db, now):
    link = make(make_user(), now)
    assert not links.end_expired(link, now + DAY - SECOND)
    with pytest.raises(RuleBroken):
        links.use_link(link, now + DAY)
    assert [links.end_expired(link, now + DAY) for _ in range(2)] == [True, False]
    assert link.ended_at == now + DAY


def test_only_an_invitation_with_the_code_of_a_letter_is_found_by_its_id(db, now):
    user = make_user()
    reset, mailed, printed = (
        make(user, now),
        make(make_user(), now, LinkKind.INVITATION),
        make(user, now, LinkKind.INVITATION),
    )
    for link in (reset, printed):
        assert links.make_code(link.id)
    assert [links.find_link_of(link.id) for link in (reset, mailed, printed)] == [None, None, printed]


def test_all_that_was_mailed_to_an_address_ends_with_it_and_nobody_elses(db, now):
    user, other = make_user(), make_user()
    used, theirs = make(user, now), make(other, now)
    links.use_link(used, now)
    mine = [make(user, now, kind) for kind in LinkKind]
    for person in (user, other):
        db.session.add(EmailChange(user_id=person.id, new_email="n@post.example", created_at=now))
    db.session.flush()
    links.end_everything_mailed([], now + DAY)
    assert db.session.scalar(select(MailedLink.id).where(MailedLink.ended_at.is_not(None))) is None
    links.end_everything_mailed([user.id], now + SECOND)
    db.session.expire_all()
    assert closed(used, theirs, *mine) == ["used", "", *["replaced"] * 4]
    wishes = dict(db.session.execute(select(EmailChange.user_id, EmailChange.ended_at)).all())
    assert wishes == {user.id: now + SECOND, other.id: None}
