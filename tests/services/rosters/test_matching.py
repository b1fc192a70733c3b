"""Which member a row of the roster is about."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.models import Account, MailedLink, Member, MemberState, OutboundMail, UserSession
from app.services.access import sessions
from app.services.audit import Actor
from app.services.rosters import runs
from tests.services.rosters.roster_files import ROWS, roster

LATER = datetime(2026, 12, 1, tzinfo=UTC)


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
    return dict(db.session.execute(found).all())


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
    assert after["1001"].epoch == before["1001"] + 1  # never a number that a code or session of before may carry
    assert after["1002"].epoch == before["1002"]
    kept = set(db.session.scalars(select(UserSession.user_id)))
    assert kept == {after["1002"].user_id, after["1003"].user_id}


BOS = "1;J.;Jan;;Bos;6-6-1970;bos@post.example;;Oud;;"


@pytest.mark.parametrize(
    ("row", "becomes"),
    [
        (";J.;Jan;;Bos;6-6-1970;bos@post.example;;Nieuw;;", "changed"),
        (";J.;Jan;;Bos;;BOS@post.example;;Nieuw;;", "changed"),
        (";;;;Bós;;bos@post.example;;Nieuw;;", "changed"),  # nothing known contradicts nothing
        (";J.;;;Bos;;bos@post.example;;Nieuw;;", "changed"),  # of a missing first name the initial counts
        (";;Jan;;Bos;;bos@post.example;;Nieuw;;", "changed"),
        (";A.;Jan;;Bos;;bos@post.example;;Nieuw;;", "changed"),  # the same first name is enough
        (";J.;Joop;;Bos;;bos@post.example;;Nieuw;;", "new"),  # and another one is somebody else
        (";P.;;;Bos;;bos@post.example;;Nieuw;;", "new"),
        (";J.;Jan;;Bos;7-7-1971;bos@post.example;;Nieuw;;", "new"),
        ("2;J.;Jan;;Bos;6-6-1970;bos@post.example;;Nieuw;;", "new"),
        (";J.;Jan;;Bosch;6-6-1970;bos@post.example;;Nieuw;;", "new"),
        (";J.;Jan;;Bos;6-6-1970;ander@post.example;;Nieuw;;", "new"),
        ("1;P.;Piet;;Dam;6-6-1970;piet@post.example;;Nieuw;;", "changed"),  # the number and the day of birth agree
        ("1;J.;Jan;;Bos;7-7-1971;bos@post.example;;Nieuw;;", "changed"),  # the number and the surname do
        ("1;P.;Piet;;Dam;;piet@post.example;;Nieuw;;", "changed"),
        ("1;P.;Piet;;Dam;7-7-1971;piet@post.example;;Nieuw;;", "refused"),
    ],
)
def test_a_row_is_about_who_has_the_number_else_who_has_the_address_and_a_name_that_may_be_the_same(load, row, becomes):
    load(roster(BOS))
    plan = load(roster(row))
    counts = {"new": len(plan.new), "changed": len(plan.updates), "refused": len(plan.refused)}
    assert counts == {"new": 0, "changed": 0, "refused": 0, becomes: 1}


def test_where_two_members_may_be_meant_the_number_is_asked_for(load):
    load(roster("1;;;;Bos;;bos@post.example;;;;", "2;;;;Bos;;bos@post.example;;;;"))
    plan = load(roster(";J.;Jan;;Bos;;bos@post.example;;;;", "2;J.;Jan;;Bos;;bos@post.example;;;;"))
    assert [(row.row, str(row.faults[0].message)) for row in plan.refused] == [
        (2, "Several members have this e-mail address and name. Give the member number.")
    ]
    assert plan.refused[0].faults[0].value_shown == "bos@post.example"
    assert [change.row for change in plan.updates] == [3]


def test_two_rows_about_one_person_are_one_and_the_second_says_where_the_first_is(load):
    """Of a member who is known, and of somebody new; a couple is two."""
    load(roster(BOS))
    plan = load(
        roster(
            "1;J.;Jan;;Bos;6-6-1970;bos@post.example;;Nieuw;;",
            ";J.;Jan;;Bos;;bos@post.example;;Anders;;",
            ";K.;Kees;;Dam;;dam@post.example;;;;",
            ";L.;Lia;;Dam;;dam@post.example;;;;",
            ";K.;Kees;;Dam;3-3-1960;dam@post.example;;;;",
        )
    )
    assert [(row.row, str(row.faults[0].message)) for row in plan.refused] == [
        (3, "Row 2 is about the same member."),
        (6, "Row 4 seems to be the same person."),
    ]
    assert [row.row for row in plan.new] == [4, 5]
    assert [(change.row, change.values) for change in plan.updates] == [(2, {"city": "Nieuw"})]


def test_a_new_address_is_not_broken_and_nothing_that_was_mailed_to_the_old_one_opens(db, load, now):
    load(roster(*ROWS[:2]))
    first, second = (_find(db, number) for number in ("1001", "1002"))
    for member in (first, second):
        member.email_broken_at = now
        db.session.add(MailedLink(user_id=member.user_id, kind="invitation", created_at=now, expires_at=LATER))
    db.session.commit()
    load(roster(ROWS[0].replace("jan@post.example", "nieuw@post.example"), ROWS[1].replace("Voorbeeldstad", "Elders")))
    db.session.expire_all()
    assert (first.email_broken_at, second.email_broken_at, second.city) == (None, now, "Elders")
    ended = dict(db.session.execute(select(MailedLink.user_id, MailedLink.ended_at)).all())
    assert ended == {first.user_id: now, second.user_id: None}


def test_another_address_or_account_number_is_told_at_the_old_address_to_who_was_invited(db, load, now):
    """Who was never invited knows of nothing; another town is nothing to tell."""
    iban = "NL91ABNA0417164300"
    rows = [f"{n};L.;Lid;;Nummer {n};;lid{n}@post.example;;Oud;{iban};" for n in (1, 2, 3, 4)]
    load(roster(*rows))
    for number in ("1", "2", "3"):
        _find(db, number).state = MemberState.INVITED
    db.session.commit()
    load(
        roster(
            rows[0].replace("lid1@", "nieuw@"),
            rows[1].replace(iban, "NL02ABNA0123456789"),
            rows[2].replace("Oud", "Nieuw"),
            rows[3].replace("lid4@", "ander@"),
        )
    )
    mails = db.session.scalars(select(OutboundMail).where(OutboundMail.template == "account_changed"))
    told = {mail.recipient: mail.values["changed"] for mail in mails}
    assert told == {"lid1@post.example": ["email"], "lid2@post.example": ["iban"]}


def _find(db, number: str) -> Member:
    return db.session.scalars(select(Member).where(Member.member_number == number)).one()


def test_the_account_and_what_is_searched_follow_a_name_and_nothing_else(db, load):
    """Of who has another town the account stays as it was, by whatever name."""
    load(roster(*ROWS[:2]))
    first, second = (_find(db, number) for number in ("1001", "1002"))
    for member in (first, second):
        member.user.first_name, member.search_text = "Roepnaam", "zoekwoord"
    db.session.commit()
    load(roster(ROWS[0].replace("6-6-1970", "7-6-1970"), ROWS[1].replace("Anna", "Anneke")))
    db.session.expire_all()
    assert (first.user.first_name, first.search_text) == ("Roepnaam", "zoekwoord")
    assert (second.user.first_name, second.user.last_name) == ("Anneke", "de Vries")
    assert "anneke" in second.search_text
