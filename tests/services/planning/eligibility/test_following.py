"""Findings are those of the causes, whatever way a cause was written; a decision of the team lapses with its cause."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from sqlalchemy import delete, select, update

from app.models import (
    AuditEvent,
    CommitteeSeat,
    Declaration,
    DeclarationText,
    Election,
    ElectionState,
    EligibilityFinding,
    EligibilityMark,
    EligibilityRule,
    Member,
    MemberState,
    RuleCode,
    TrainingResult,
)
from app.models.derived.eligibility_marks import WATCHED
from app.services.audit import COMMAND
from app.services.bulk import insert_rows
from app.services.certificates.results import note_days
from app.services.elections import elections
from app.services.planning.eligibility import following
from app.services.planning.eligibility.causes import select_causes
from tests.support.factories.elections import VOTING_ON, give_availability, make_election, make_open_election
from tests.support.factories.people import make_member, train

CLOSES_AT = datetime(2026, 2, 20, 12, 0, tzinfo=UTC)  # before each of the voting days


def found(db, member, code=None):
    """{rule: cause} of this member."""
    db.session.expire_all()
    rows = db.session.execute(
        select(EligibilityRule.code, EligibilityFinding.cause)
        .join(EligibilityRule, EligibilityRule.id == EligibilityFinding.rule_id)
        .where(EligibilityFinding.member_id == member.id)
    )
    causes = dict(rows.all())
    return causes.get(code) if code else causes


def rule_of(db, election, code):
    wanted = select(EligibilityRule).where(EligibilityRule.election_id == election.id, EligibilityRule.code == code)
    return db.session.scalars(wanted).one()


def set_rule(db, election, code, **values):
    rule = rule_of(db, election, code)
    for name, value in values.items():
        setattr(rule, name, value)
    db.session.commit()


def test_who_answered_and_is_trained_has_nothing_against(db):
    election, member = make_open_election(), make_member(trained_on=date(2026, 1, 10))
    assert found(db, member) == {"declaration": "declaration_missing"}
    give_availability(member, election)
    assert found(db, member) == {}


def test_what_another_member_or_election_was_told_is_not_given_here(db):
    election, other = make_open_election(), make_open_election(code="TK2026", type="TK")
    member, answered = make_member(trained_on=date(2026, 1, 10)), make_member(trained_on=date(2026, 1, 10))
    give_availability(answered, election)
    give_availability(member, other)
    rules = {
        row.rule.election_id for row in db.session.scalars(select(EligibilityFinding)) if row.member_id == member.id
    }
    assert rules == {election.id}
    rules = {
        row.rule.election_id for row in db.session.scalars(select(EligibilityFinding)) if row.member_id == answered.id
    }
    assert rules == {other.id}


def test_nothing_is_found_before_members_are_asked_and_nothing_changes_after_the_days(db):
    election, member = make_election(), make_member()
    assert found(db, member) == {}
    election.state = ElectionState.RECRUITING
    db.session.commit()
    assert found(db, member, "training") == "not_trained"
    election.state = ElectionState.SETTLING
    train(member, date(2026, 1, 10))
    db.session.commit()
    assert found(db, member, "training") == "not_trained"


@pytest.mark.parametrize(
    ("born", "voting_on", "cause"),
    [
        (date(2008, 3, 18), VOTING_ON, None),
        (date(2008, 3, 19), VOTING_ON, "too_young"),
        (date(2008, 2, 29), date(2026, 2, 28), "too_young"),  # 18 on 1 March
        (date(2008, 2, 29), date(2026, 3, 1), None),
        (date(2010, 3, 1), date(2028, 2, 29), "too_young"),
        (date(2010, 2, 28), date(2028, 2, 29), None),
        (None, VOTING_ON, "birth_date_unknown"),
    ],
)
def test_eighteen_on_voting_day(db, born, voting_on, cause):
    make_open_election(voting_on=voting_on, closes_at=CLOSES_AT)
    member = make_member(birth_date=born)
    assert found(db, member, "age") == cause


def test_an_unknown_birth_date_only_warns(db):
    make_open_election()
    member = make_member(birth_date=None)
    finding = db.session.scalars(select(EligibilityFinding).join(EligibilityRule).where(EligibilityRule.code == "age"))
    assert finding.one().is_blocking is False
    member.birth_date = date(2020, 1, 1)
    db.session.commit()
    finding = db.session.scalars(select(EligibilityFinding).join(EligibilityRule).where(EligibilityRule.code == "age"))
    found_row = finding.one()
    assert (found_row.is_blocking, found_row.facts) == (True, {"birth_date": "2020-01-01", "voting_on": "2026-03-18"})


def test_each_rule_finds_its_cause(db, now):
    election, member = make_open_election(), make_member(trained_on=date(2026, 4, 1))
    give_availability(member, election)
    set_rule(db, election, RuleCode.CIVIL_SERVANT, is_active=True)
    db.session.add(CommitteeSeat(election_id=election.id, member_id=member.id))
    member.state, member.stop_reason = MemberState.PAUSED, "personal"
    db.session.commit()
    assert found(db, member) == {
        "training": "trained_after",
        "civil_servant": "no_civil_servant",
        "committee": "seat",
        "left": "paused",
    }


def test_every_way_of_writing_is_followed(db, now):
    election, member, other = make_open_election(), make_member(), make_member()
    note_days({member.id: date(2026, 1, 1), other.id: date(2026, 1, 1)}, actor=COMMAND, now=now)
    db.session.commit()
    assert found(db, member, "training") is None
    db.session.execute(update(TrainingResult).values(valid_until=date(2026, 3, 17)))
    db.session.commit()
    assert found(db, member, "training") == "training_ended"
    give_availability(member, election)
    assert found(db, member, "declaration") is None
    db.session.execute(delete(Declaration).where(Declaration.member_id == member.id))
    db.session.commit()
    assert found(db, member, "declaration") == "declaration_missing"
    insert_rows(CommitteeSeat.__table__, ("election_id", "member_id"), [(election.id, other.id)])
    db.session.commit()
    assert (found(db, other, "committee"), found(db, member, "committee")) == ("seat", None)
    db.session.execute(update(CommitteeSeat).values(member_id=member.id))
    db.session.commit()
    assert (found(db, other, "committee"), found(db, member, "committee")) == (None, "seat")
    assert db.session.scalars(select(EligibilityMark)).all() == []


def test_a_savepoint_settles_nothing_and_a_rollback_leaves_nothing(db):
    make_open_election()
    member = make_member()
    with db.session.begin_nested():
        train(member, date(2026, 1, 1))
    assert db.session.scalars(select(EligibilityMark)).all() != []
    db.session.rollback()
    assert found(db, member, "training") == "not_trained"


def test_another_voting_day_and_other_texts_are_causes_too(db, now):
    election, member = make_open_election(), make_member(birth_date=date(2008, 3, 20))
    assert found(db, member, "age") == "too_young"
    details = elections.ElectionDetails(election.code, election.name, "GR", date(2026, 3, 25))
    elections.update_election(election, details, actor=COMMAND, now=now)
    db.session.commit()
    assert found(db, member, "age") is None
    db.session.execute(update(DeclarationText).values(is_required=False))
    db.session.commit()
    assert found(db, member, "declaration") is None


def test_a_candidate_by_own_word(db):
    election, member = make_open_election(), make_member()
    texts = db.session.scalars(select(DeclarationText).where(DeclarationText.kind == "not_a_candidate")).all()
    give_availability(member, election, declarations={text.id: False for text in texts})
    assert found(db, member, "candidate") == "own_word"
    election.candidates_may_apply = True
    db.session.commit()
    assert found(db, member, "candidate") is None


def test_a_rule_that_is_switched_off_or_only_warns(db):
    election, member = make_open_election(), make_member(birth_date=date(2020, 1, 1))
    finding = select(EligibilityFinding).join(EligibilityRule).where(EligibilityRule.code == "age")
    before = db.session.scalars(finding).one().id
    set_rule(db, election, RuleCode.AGE, is_blocking=False)
    after = db.session.scalars(finding).one()
    assert (after.id, after.is_blocking) == (before, False)
    set_rule(db, election, RuleCode.AGE, is_active=False)
    assert found(db, member, "age") is None


def test_a_decision_stays_with_its_cause_and_lapses_with_another(db, now):
    make_open_election()
    member = make_member(birth_date=date(2020, 1, 1))
    finding = select(EligibilityFinding).join(EligibilityRule).where(EligibilityRule.code == "age")
    row = db.session.scalars(finding).one()
    row.overridden_at, row.override_reason = now, "Typefout in de lijst"
    member.city = "Elders"
    train(member, date(2026, 1, 1))
    db.session.commit()
    assert db.session.scalars(finding).one().overridden_at == now
    member.birth_date = date(2019, 1, 1)
    db.session.commit()
    assert db.session.scalars(finding).one().overridden_at is None
    told = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "eligibility.lapsed")).one()
    assert (told.member_id, told.subject_type) == (member.id, "EligibilityRule")


def test_what_is_kept_is_what_is_found_whole(db):
    election = make_open_election()
    make_open_election(code="TK2026", type="TK", voting_on=date(2026, 10, 28))
    for number in range(3):
        member = make_member(birth_date=None if number else date(2009, 1, 1), is_civil_servant=bool(number % 2))
        give_availability(member, election)
    everybody = select_causes(Election.id.is_not(None)).subquery()
    columns = (everybody.c.member_id, everybody.c.rule_id, everybody.c.cause, everybody.c.is_blocking)
    kept = select(
        EligibilityFinding.member_id,
        EligibilityFinding.rule_id,
        EligibilityFinding.cause,
        EligibilityFinding.is_blocking,
    )
    assert sorted(db.session.execute(select(*columns)).all()) == sorted(db.session.execute(kept).all()) != []


def test_each_watched_column_is_one_of_its_table(db):
    for watched in WATCHED:
        columns = set(db.metadata.tables[watched.table].columns.keys())
        assert {*watched.reads, *watched.marks.values()} <= columns


def test_marks_of_other_programs_are_followed_by_the_worker(db, now):
    make_open_election()
    member = make_member()
    with db.engine.begin() as connection:
        row = f"({member.id}, 'noted', '2026-01-01', '2026-01-02')"
        connection.exec_driver_sql(f"INSERT INTO training_result (member_id, source, passed_on, noted_at) VALUES {row}")
    following.catch_up(now)
    db.session.commit()
    assert found(db, member, "training") is None


def test_at_once_nobody_misses_what_another_writes(app, db, now):
    """Rules are switched and members change in transactions at the same time; what is kept is what would be found."""
    election = make_open_election()
    ids = [make_member(is_civil_servant=False).id for _ in range(6)]
    rule = rule_of(db, election, RuleCode.CIVIL_SERVANT).id
    start = Barrier(8)
    db.session.commit()

    def work(number: int) -> None:
        with app.app_context():
            start.wait()
            if number < 2:
                db.session.execute(update(EligibilityRule).where(EligibilityRule.id == rule).values(is_active=True))
            else:
                own = Member.id == ids[number - 2]
                db.session.execute(update(Member).where(own).values(is_civil_servant=number % 2 == 0))
            db.session.commit()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    expected = select_causes(Election.id == election.id).subquery()
    kept = select(EligibilityFinding.member_id, EligibilityFinding.cause)
    found = select(expected.c.member_id, expected.c.cause)
    assert sorted(db.session.execute(kept).all()) == sorted(db.session.execute(found).all())
    assert db.session.scalars(select(EligibilityMark)).all() == []


def test_where_very_many_changed_all_are_looked_at(db, monkeypatch):
    """With the same findings as where those who changed are named."""
    monkeypatch.setattr(following, "MOST_NAMED", 1)
    make_open_election()
    young, grown = (make_member(birth_date=date(year, 1, 1)) for year in (2012, 1980))
    assert (found(db, young, "age"), found(db, grown, "age")) == ("too_young", None)
    young.birth_date, grown.birth_date = date(1980, 1, 1), None
    db.session.commit()
    assert (found(db, young, "age"), found(db, grown, "age")) == (None, "birth_date_unknown")
