"""Merging, and undoing an import, while somebody else is at the same members: one wins, and nothing is half done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from app.models import ImportRun, ImportState, Member, MergedMember, User
from app.phrases import RuleBroken
from app.services.audit import Actor
from app.services.members import profile
from app.services.members.one_person import merging
from app.services.members.states import activate
from app.services.rosters import runs, undo
from tests.support.factories.people import make_member

TEAM = Actor("team")


def at_once(app: Any, db: Any, *works: Callable[[], Any]) -> list[Any]:
    """Each in a transaction of its own, begun at the same moment; gives what each returned, or refused."""
    start = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        with app.app_context():
            start.wait()
            try:
                work()
                db.session.commit()
            except (RuleBroken, StaleDataError) as refusal:  # stale: the row that was read is gone
                db.session.rollback()
                return str(refusal)
        return None

    with ThreadPoolExecutor(len(works)) as pool:
        answers = list(pool.map(run, works))
    db.session.expire_all()
    return answers


def merge(kept: Member, gone: Member, now: Any) -> Callable[[], Any]:
    """Make one of these two, as they are now."""
    chosen = {question.field: question.proposed for question in merging.compare(kept, gone)}
    ids, seen = (kept.id, gone.id), (kept.changed_at, gone.changed_at)
    return lambda: merging.merge_members(*ids, chosen, seen=seen, actor=TEAM, now=now)


def test_of_two_who_merge_the_same_pair_each_the_other_way_one_wins(app, db, now):
    first, second = make_member(email="a@post.example"), make_member(email="b@post.example")
    works = merge(first, second, now), merge(second, first, now)
    db.session.commit()
    answers = at_once(app, db, *works)
    assert sorted(answer is None for answer in answers) == [False, True]
    assert len(db.session.scalars(select(Member.id)).all()) == len(db.session.scalars(select(User.id)).all()) == 1
    assert len(db.session.scalars(select(MergedMember.old_id)).all()) == 1


def test_a_change_at_the_same_moment_is_in_the_one_that_stays_or_merging_is_refused(app, db, now):
    kept, gone = make_member(city="Elders"), make_member(city="Elders")
    gone_id, work = gone.id, merge(kept, gone, now)
    db.session.commit()

    def change() -> None:
        member = db.session.get(Member, gone_id)
        if member is not None:
            profile.change_data(member, {"city": "Ginds"}, actor=TEAM, now=now)

    answers = at_once(app, db, work, change)
    left = db.session.scalars(select(Member.city)).all()
    assert (answers[0] is None and len(left) == 1) or (answers[0] is not None and sorted(left) == ["Elders", "Ginds"])


def test_who_opens_the_account_while_the_import_is_undone_is_there_or_was_too_late(app, db, now):
    runs.import_file(b"Lidnummer;Achternaam\n1;Bos\n2;Dam", "leden.csv", actor=TEAM, now=now)
    db.session.commit()
    run_id = db.session.scalars(select(ImportRun.id)).one()
    member_id = db.session.scalars(select(Member.id).where(Member.member_number == "1")).one()
    db.session.commit()

    def open_account() -> None:
        member = db.session.get(Member, member_id, with_for_update=True)
        if member is not None:
            member.user.password = "x"
            activate(member, actor=TEAM, now=now)

    def take_back() -> None:
        undo.ask_undo(db.session.get_one(ImportRun, run_id), with_invited=False, actor=TEAM, now=now)

    at_once(app, db, take_back, open_account)
    run = db.session.get_one(ImportRun, run_id)
    left = db.session.scalars(select(Member.member_number)).all()
    assert run.state == ImportState.UNDONE
    assert left == (["1"] if undo.outcome_of(run)["kept"] else [])
