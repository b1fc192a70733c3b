"""What a member still has to do, in the order in which it is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models import MemberState
from app.phrases import phrase
from app.services.overview.open_tasks import list_open_tasks
from app.services.waiting import OpenTask
from tests.support.factories.people import make_member

WORDS = phrase("Check your data")


def test_what_has_a_deadline_stands_first_the_nearest_on_top(db, now):
    def task(kind, days=None):
        return OpenTask(kind, WORDS, WORDS, deadline=None if days is None else now + timedelta(days=days))

    finders = [
        lambda *_asked: [task("whenever"), task("in three days", 3)],
        lambda *_asked: [task("tomorrow", 1), task("too late", -1), task("some day")],
    ]
    shown = [found.kind for found in list_open_tasks(make_member(), now, finders)]
    assert shown == ["too late", "tomorrow", "in three days", "whenever", "some day"]


@pytest.mark.parametrize("state", [MemberState.RESIGNED, MemberState.ANONYMISED])
def test_nothing_is_asked_of_who_left(db, now, state):
    finders = [lambda *_asked: [OpenTask("any", WORDS, WORDS)]]
    assert list_open_tasks(make_member(state=state), now, finders) == []
    assert len(list_open_tasks(make_member(state=MemberState.PAUSED), now, finders)) == 1
