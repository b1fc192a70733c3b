"""A part of a page that lives is no sign of life: whoever walked away from it is signed out as promised."""

from __future__ import annotations

import pytest

from app.services.audit import Actor
from app.services.rosters import runs
from tests.auth.steps import is_signed_in
from tests.services.rosters.roster_files import roster
from tests.support.factories.people import make_staff

pytestmark = pytest.mark.usefixtures("clock")
TEAM = Actor("team")


@pytest.fixture
def busy_import(db, app, now):
    """The page of an import whose worker does not come."""
    run = runs.start_run(roster(), "leden.csv", instance=app.config["INSTANCE_DIR"], actor=TEAM, now=now)
    run.state = "running"
    db.session.commit()
    return f"/leden-importeren/{run.id}"


def test_an_import_that_goes_on_and_on_keeps_nobody_signed_in(client, sign_in_as, clock, busy_import):
    sign_in_as(client, make_staff())
    for _ in range(8):
        clock.shift(110)
        client.get(busy_import, headers={"X-Live": "1"})
    clock.shift(60)
    assert not is_signed_in(client)


@pytest.mark.usefixtures("clock")
def test_no_page_refreshes_itself_as_a_whole(client, sign_in_as, busy_import):
    sign_in_as(client, make_staff())
    assert "http-equiv" not in client.get(busy_import).text


def test_a_page_that_somebody_opens_is_a_sign_of_life(client, sign_in_as, clock, busy_import):
    sign_in_as(client, make_staff())
    for _ in range(9):
        clock.shift(110)
        client.get(busy_import)
    assert is_signed_in(client)
