"""What was typed is kept for its user and a day, and a form is carried out once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.models import KeptForm, SentForm
from app.services.typed_forms import kept_forms, sent_forms
from app.services.typed_forms.kept_forms import KEPT_FOR, LONGEST, Typed
from app.services.typed_forms.sent_forms import SentAlready
from tests.support.factories.people import make_user

SECOND = timedelta(seconds=1)
FAULTS = [["subject", ["Te kort"]]]
TYPED = Typed("/vragen/", "ask", "ended", [["subject", "Sleutel"]], FAULTS, ["a.pdf"], left_out=True)


def keep(user, now, typed=TYPED, **more):
    return kept_forms.keep_form(user.id, typed, now=now, **more)


def test_what_was_typed_comes_back_by_its_token_to_its_user_within_a_day(db, now):
    me, other = make_user(), make_user()
    token, theirs = keep(me, now), keep(other, now)
    assert kept_forms.find_forms(me.id, [token, theirs, "made up"], now) == {token: TYPED}
    assert kept_forms.find_forms(other.id, [token], now) == {}
    moments = [now + KEPT_FOR - SECOND, now + KEPT_FOR]
    assert [list(kept_forms.find_forms(me.id, [token], moment)) for moment in moments] == [[token], []]
    assert "Sleutel" not in db.session.scalars(select(KeptForm.sealed_typed)).first()


def test_it_is_kept_in_place_of_what_was_typed_before(db, now):
    me, other = make_user(), make_user()
    first, second, theirs = keep(me, now), keep(me, now), keep(other, now)
    again = keep(me, now, replaces=first)
    assert keep(me, now, replaces=theirs)
    assert set(kept_forms.find_forms(me.id, [first, second, again], now)) == {second, again}
    assert kept_forms.find_forms(other.id, [theirs], now)


def test_of_one_user_the_latest_few_are_kept_and_nothing_that_is_too_long(db, now, monkeypatch):
    monkeypatch.setattr(kept_forms, "MOST_KEPT", 2)
    me, other = make_user(), make_user()
    theirs = keep(other, now)
    tokens = [keep(me, now) for _ in range(3)]
    assert set(kept_forms.find_forms(me.id, tokens, now)) == set(tokens[1:])
    assert kept_forms.find_forms(other.id, [theirs], now)
    assert keep(me, now, Typed("/", "f", "ended", [["a", "x" * LONGEST]])) == ""


def test_what_was_sent_or_is_old_is_forgotten_and_who_signs_out_leaves_nothing(db, now):
    me, other = make_user(), make_user()
    theirs, sent, kept = keep(other, now), keep(me, now), keep(me, now + SECOND)
    kept_forms.forget_form(me.id, theirs)
    kept_forms.forget_form(me.id, sent)
    assert list(kept_forms.find_forms(me.id, [sent, kept], now)) == [kept]
    kept_forms.delete_old_forms(now + KEPT_FOR)
    assert db.session.scalars(select(KeptForm.user_id)).all() == [me.id]
    keep(other, now + SECOND)
    kept_forms.forget_forms(me.id)
    assert db.session.scalars(select(KeptForm.user_id)).all() == [other.id]


def test_the_same_is_carried_out_once_and_tells_where_it_led_to(db, now):
    me, other = make_user(), make_user()
    sent_forms.claim_form(me.id, "nonce", "a=1", now)
    with pytest.raises(SentAlready) as again:
        sent_forms.claim_form(me.id, "nonce", "a=1", now)
    assert again.value.target == ""
    sent_forms.note_target(other.id, "nonce", "/elders")
    sent_forms.note_target(me.id, "another", "/elders")
    sent_forms.note_target(me.id, "nonce", "/vragen/1")
    with pytest.raises(SentAlready) as again:
        sent_forms.claim_form(me.id, "nonce", "a=1", now)
    assert again.value.target == "/vragen/1"
    with pytest.raises(SentAlready) as foreign:
        sent_forms.claim_form(other.id, "nonce", "a=2", now)
    assert foreign.value.target == ""


def test_a_page_that_was_changed_is_sent_again_and_another_page_may_say_the_same(db, now):
    me = make_user()
    sent_forms.claim_form(me.id, "nonce", "a=1", now)
    sent_forms.note_target(me.id, "nonce", "/vragen/1")
    sent_forms.claim_form(me.id, "nonce", "a=2", now + SECOND)
    sent_forms.claim_form(me.id, "another", "a=2", now)
    rows = select(SentForm.nonce, SentForm.target, SentForm.sent_at).order_by(SentForm.nonce)
    assert db.session.execute(rows).all() == [("another", "", now), ("nonce", "", now + SECOND)]
    sent_forms.delete_old_sent(now + sent_forms.KEPT_FOR)
    assert db.session.scalars(select(SentForm.nonce)).all() == ["nonce"]
    assert db.session.scalar(select(func.count()).where(SentForm.digest.contains("a=2"))) == 0
