"""Invitations: only who has an account that works and is not open yet gets one, by mail or by letter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import MailedLink, OutboundMail
from app.phrases import RuleBroken
from app.services.accounts import invitations
from app.services.audit import COMMAND
from tests.support.factories.people import make_member

PASSWORD = "paarse fiets zonder bel 7"
WEEK = timedelta(days=7)


def test_a_letter_is_printed_only_for_an_account_that_works_and_is_not_open_yet(db, now):
    off, opened, invited = make_member(active=False), make_member(password=PASSWORD), make_member(email=None)
    for user_id in (0, off.user_id, opened.user_id):
        with pytest.raises(RuleBroken, match="needs no invitation"):
            invitations.print_invitation(user_id, actor=COMMAND, now=now, lifetime=WEEK)
    assert db.session.scalar(select(MailedLink)) is None
    letter = invitations.print_invitation(invited.user_id, actor=COMMAND, now=now, lifetime=WEEK)
    assert letter.person.user.id == invited.user_id
    assert letter.token
    assert letter.code


def test_of_many_who_are_invited_is_told_who_cannot_be(db, now):
    make = (make_member(), make_member(email=None), make_member(active=False), make_member(password=PASSWORD))
    told = invitations.invite([member.user_id for member in make], actor=COMMAND, now=now, lifetime=WEEK)
    assert (told.queued, told.without_address, told.not_invited) == (1, 1, 2)
    assert db.session.scalars(select(OutboundMail.recipient)).all() == [make[0].email]
