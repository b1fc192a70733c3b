"""The demo data: what there is to try when the portal is started for the first time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import CannedAnswer, Member, MemberState, SubjectChoice
from app.services.documents import for_member
from app.services.message_box import faqs
from app.services.operations import demo


@pytest.fixture(autouse=True)
def _filled(db, now):
    assert demo.fill_when_empty(now=now, invitation_lifetime=timedelta(days=14))


def test_the_message_box_has_answers_subjects_and_a_standard_answer(db):
    assert [answer.question for answer in faqs.suggest_answers("vergoeding", None)] == [
        "Wanneer krijg ik mijn vergoeding?"
    ]
    assert db.session.scalars(select(SubjectChoice.id)).all()
    assert db.session.scalars(select(CannedAnswer.id)).all()


def test_each_member_has_a_work_instruction_to_read(db, now):
    for member in db.session.scalars(select(Member)).all():
        member.state = MemberState.ACTIVE  # as after opening the account
        db.session.flush()
        (document,) = for_member.list_own_documents(member.id, now)
        assert document.file.media_type == "application/pdf"
