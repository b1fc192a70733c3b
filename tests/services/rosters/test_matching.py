"""Which member a row of the roster is about."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import Account, Member, UserSession
from app.services.access import sessions
from app.services.audit import Actor
from app.services.rosters import runs
from tests.services.rosters.roster_files import ROWS, roster


@pytest.fixture
def load(db, now):
    def run(content: bytes):
        plan, _ = runs.import_file(content, "leden.csv", actor=Actor("team"), now=now)
        db.session.commit()
        return plan

    return run


def test_in_one_file_some_are_found_by_their_bsn_and_others_have_none(load):
    load(roster())
    plan = load(
        roster(
            ";A.;Anna;de;Vries-Smit;7-7-1971;anna@post.example;1234 AB;Voorbeeldstad;;111222333",
            ";K.;Kees;;Bos;9-9-1959;kees@post.example;1234 AB;Voorbeeldstad;;",
        )
    )
    assert str(plan.summary) == "2 members: 1 new, 1 changed, 0 refused"


def accounts(db) -> dict[str, Account]:
    found = select(Member.member_number, Account).join(Account, Account.user_id == Member.user_id)
    return dict(db.session.execute(found).tuples().all())


def test_a_new_address_ends_the_sessions_and_the_codes_on_their_way_of_that_member_alone(db, load, now):
    load(roster())
    before = {}
    for number, account in accounts(db).items():
        sessions.open_session(account, now=now, ip="127.0.0.1", agent="")
        before[number] = account.epoch
    db.session.commit()
    load(roster(ROWS[0].replace("jan@post.example", "nieuw@post.example"), *ROWS[1:]))
    db.session.expire_all()
    after = accounts(db)
    assert after["1001"].epoch > before["1001"], "never a number that a code or session of before may carry"
    assert after["1002"].epoch == before["1002"]
    kept = set(db.session.scalars(select(UserSession.user_id)))
    assert kept == {after["1002"].user_id, after["1003"].user_id}
