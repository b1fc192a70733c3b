"""A mailed link gives one password, also to two who hold it at the same moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models import LinkKind
from app.phrases import RuleBroken
from app.services.access import one_time_links
from app.services.access.passwords import verify_password
from app.services.accounts import password_changes
from tests.auth.steps import OTHER_PASSWORD, PASSWORD
from tests.support.factories.people import make_member


def test_a_link_that_somebody_used_in_the_meantime_sets_no_other_password(db, now):
    member = make_member(password="x")
    link = one_time_links.make_link(member.user_id, LinkKind.RESET, now=now, lifetime=timedelta(hours=1))
    more = {"own_words": [], "ip": "127.0.0.1", "now": now}
    password_changes.reset_password(link, PASSWORD, **more)
    with pytest.raises(RuleBroken):
        password_changes.reset_password(link, OTHER_PASSWORD, **more)
    assert verify_password(member.user.password, PASSWORD)
