"""Results from a file: matched by number, user name or address, odd rows refused each with the reason, done once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.importing.spreadsheets.sheets_out import xlsx_bytes
from app.models import AuditEvent, SeatOutcome, TrainingResult
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.certificates.results import end_of_term
from app.services.training import imports
from tests.support.factories.people import make_member
from tests.support.factories.training import make_session, sign_up
from tests.support.statements import seen_statements


@pytest.fixture
def instance(tmp_path):
    return tmp_path


@pytest.fixture
def today(db, now):
    return make_session(now - timedelta(days=14), starts_at=now - timedelta(hours=3), valid_months=12)


def start(text, now, instance, *, session=None, months=24, name="uitslagen.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    return imports.start_run(session, months, content, name, instance=instance, actor=COMMAND, now=now)


def look(run, now, instance):
    return imports.preview_run(run, instance=instance, now=now)


def take(db, run, now, instance):
    number = imports.import_run(run, instance=instance, actor=COMMAND, now=now)
    db.session.commit()
    return number


def results_of(db):
    rows = select(TrainingResult.member_id, TrainingResult.passed_on, TrainingResult.valid_until, TrainingResult.source)
    return {row[0]: tuple(row[1:]) for row in db.session.execute(rows)}


def test_an_e_learning_is_matched_by_number_user_name_or_address(db, now, instance):
    people = [make_member(member_number="4711"), make_member(username="Jansen"), make_member(email="p@post.example")]
    rows = ["4711;;;Geslaagd;15-1-2026;", ";jansen;;ja;2026-01-16;", ";;P@Post.example;Behaald;17-01-2026;1-6-2027"]
    text = "\n".join(["Lidnummer;Gebruikersnaam;E-mail;Status;Voltooid op;Geldig tot", *rows])
    run = start(text, now, instance)
    preview = look(run, now, instance)
    assert (len(preview.new), preview.refused) == (3, [])
    assert take(db, run, now, instance) == 3
    first, second, third = (member.id for member in people)
    assert results_of(db) == {
        first: (date(2026, 1, 15), date(2028, 1, 14), "e_learning"),
        second: (date(2026, 1, 16), date(2028, 1, 15), "e_learning"),
        third: (date(2026, 1, 17), date(2027, 6, 1), "e_learning"),
    }
    db.session.expire_all()
    assert people[0].trained_on == date(2026, 1, 15)
    told = select(AuditEvent.action).where(
        AuditEvent.action.in_(("training_results.imported", "training_result.added"))
    )
    assert sorted(db.session.scalars(told)) == ["training_result.added"] * 3 + ["training_results.imported"]
    again = start(text, now, instance)
    assert (look(again, now, instance).new, look(again, now, instance).same) == ([], 3)
    with pytest.raises(RuleBroken):
        take(db, again, now, instance)


def test_each_odd_row_is_refused_with_its_reason(db, now, instance):
    make_member(member_number="1", username="een")
    make_member(member_number="2", email="samen@post.example")
    make_member(member_number="3", email="samen@post.example")
    rows = [
        "9;;;geslaagd;1-1-2026",
        ";;samen@post.example;geslaagd;1-1-2026",
        "2;een;;geslaagd;1-1-2026",
        "1;;;misschien;1-1-2026",
        "1;;;geslaagd;1-1-2100",
        "1;;;geslaagd;morgen",
        "1;;;geslaagd;",
        "1;;;;",
        ";;;geslaagd;1-1-2026",
        "1;;;1-1-2026;1-1-2026",
        "1;;;gezakt;1-1-2026",
        "2;;;geslaagd;1-1-2026",
        "2;;;geslaagd;2-1-2026",
    ]
    run = start("\n".join(["lidnummer;gebruikersnaam;e-mail;uitslag;datum", *rows]), now, instance)
    preview = look(run, now, instance)
    assert [row.row for row, _why in preview.refused] == [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14]
    assert len({why.msgid for _row, why in preview.refused}) == 11
    assert [wanted.row.row for wanted in preview.not_passed] == [12]
    assert [wanted.row.row for wanted in preview.new] == [13]


def test_of_a_session_attendance_and_results_come_from_a_spreadsheet(db, now, instance, today):
    before = now - timedelta(days=14)
    passed, away = make_member(member_number="1"), make_member(member_number="2")
    walked_in, elsewhere = make_member(member_number="3"), make_member(member_number="4")
    seats = [sign_up(today, member, before) for member in (passed, away)]
    rows = [[1, "Geslaagd"], [2, "Afwezig"], [3, "Geslaagd"], [4, "Afwezig"]]
    run = start(xlsx_bytes(["Lidnummer", "Uitslag"], rows), now, instance, session=today, name="uitslagen.xlsx")
    preview = look(run, now, instance)
    assert [row.row for row, _why in preview.refused] == [5]
    assert elsewhere.id not in {wanted.member.id for wanted in preview.new}
    assert take(db, run, now, instance) == 3
    assert [seat.outcome for seat in seats] == [SeatOutcome.PASSED, SeatOutcome.ABSENT]
    day = now.date()
    certificate = (day, end_of_term(day, 12), "session")
    assert results_of(db) == {passed.id: certificate, walked_in.id: certificate}


def test_of_a_session_that_is_to_come_nothing_is_imported(db, now, instance):
    with pytest.raises(RuleBroken) as refused:
        start("lidnummer;uitslag\n1;geslaagd", now, instance, session=make_session(now))
    assert refused.value.field == "about"


def test_a_file_without_people_or_results_is_refused(db, now, instance):
    for text in ("naam;uitslag\nJan;geslaagd", "lidnummer;kleur\n1;rood", "lidnummer;uitslag\n"):
        with pytest.raises(RuleBroken) as refused:
            start(text, now, instance)
        assert refused.value.field == "file"


def test_many_rows_take_as_few_statements_as_one(db, now, instance):
    def count(number):
        people = [make_member() for _ in range(number)]
        text = "\n".join(["lidnummer;datum", *(f"{member.member_number};15-1-2026" for member in people)])
        run = start(text, now, instance)
        with seen_statements(db.engine) as seen:
            take(db, run, now, instance)
        return len(seen)

    assert count(1) >= count(12) - 1
