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
from tests.support.factories.training import make_session, mark, sign_up
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


@pytest.mark.parametrize(("months", "fits"), [(0, False), (1, True), (120, True), (121, False), (None, True)])
def test_an_e_learning_counts_a_number_of_months_or_without_end(db, now, instance, months, fits):
    member, text = make_member(member_number="1"), "lidnummer;datum\n1;15-1-2026"
    if not fits:
        with pytest.raises(RuleBroken) as refused:
            start(text, now, instance, months=months)
        assert refused.value.field == "valid_months"
        return
    take(db, start(text, now, instance, months=months), now, instance)
    until = end_of_term(date(2026, 1, 15), months) if months else None
    assert results_of(db) == {member.id: (date(2026, 1, 15), until, "e_learning")}


def test_a_certificate_does_not_end_before_the_training_and_the_day_lies_within_ten_years(db, now, instance):
    make_member(member_number="1"), make_member(member_number="2")
    rows = ["1;15-1-2026;14-1-2026", "1;15-1-2026;15-1-2026", "2;15-1-2026;1-1-2037", "2;15-1-2026;31-12-2036"]
    preview = look(start("\n".join(["lidnummer;datum;geldig tot", *rows]), now, instance), now, instance)
    assert [row.row for row, _why in preview.refused] == [2, 4]
    assert [wanted.passed.valid_until for wanted in preview.new] == [date(2026, 1, 15), date(2036, 12, 31)]


def test_more_that_a_row_says_of_a_member_may_be_of_nobody_but_not_of_somebody_else(db, now, instance):
    known = make_member(member_number="1", username="een", email="een@post.example")
    make_member(member_number="2", username="twee", email="twee@post.example")
    rows = ["1;EEN;ONBEKEND@post.example", "1;een;twee@post.example", "1;twee;een@post.example"]
    text = "\n".join(["lidnummer;gebruikersnaam;e-mail;datum", *(f"{row};15-1-2026" for row in rows)])
    preview = look(start(text, now, instance), now, instance)
    assert [(wanted.row.row, wanted.member.id) for wanted in preview.new] == [(2, known.id)]
    assert [row.row for row, _why in preview.refused] == [3, 4]


def test_the_days_in_a_file_of_a_session_correct_those_of_the_session_and_the_same_file_is_known(
    db, now, instance, today
):
    """Also what was marked already; another member of the same session is none of it."""
    before = now - timedelta(days=14)
    passed, away, colleague = (make_member(member_number=number) for number in "123")
    seats = [sign_up(today, member, before) for member in (passed, away)]
    mark(seats[0], SeatOutcome.PASSED, now)
    text = "lidnummer;uitslag;datum;geldig tot\n1;geslaagd;1-2-2026;1-2-2027\n2;afwezig;;\n9;geslaagd;;"
    run = start(text, now, instance, session=today)
    assert take(db, run, now, instance) == 2
    assert (run.rows_new, run.rows_refused, run.rows_total) == (2, 1, 3)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "training_results.imported")).one()
    assert (event.subject_id, event.details) == (today.id, {"import_run_id": run.id, "new": 2, "refused": 1})
    assert results_of(db) == {passed.id: (date(2026, 2, 1), date(2027, 2, 1), "session")}
    again = start(text, now, instance, session=today)
    assert (look(again, now, instance).new, look(again, now, instance).same) == ([], 2)
    other = start(text.replace("2027", "2028"), now, instance, session=today)
    assert [wanted.member.id for wanted in look(other, now, instance).new] == [passed.id]
    with pytest.raises(RuleBroken, match="running or done"):
        take(db, with_news(run, other), now, instance)
    assert colleague.id not in results_of(db)


def with_news(run, other):
    """A run that is done already, of a file with something new."""
    run.file_name, run.mapping = other.file_name, other.mapping
    return run


def test_of_an_e_learning_the_day_tells_whether_it_is_known(db, now, instance):
    make_member(member_number="1")
    text = "lidnummer;datum\n1;15-1-2026"
    take(db, start(text, now, instance), now, instance)
    assert look(start(text, now, instance, months=12), now, instance).same == 1
    assert look(start(text.replace("15-1", "16-1"), now, instance), now, instance).same == 0


def test_the_results_of_a_session_that_is_gone_are_not_taken(db, now, instance, today):
    run = start("lidnummer;uitslag\n1;geslaagd", now, instance, session=today)
    assert imports.session_of(run) is today
    run.mapping = {**run.mapping, "session_id": today.id + 1}
    with pytest.raises(RuleBroken, match="gone"):
        look(run, now, instance)
