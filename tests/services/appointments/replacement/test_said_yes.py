"""Who said yes to a place before its decision is made is not asked again, and is told so; any other place is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.letters.press import Press
from app.models import AppointmentRun, MemberAnswer, OutboundMail
from app.services.appointments import answers, appointing, open_tasks, plans
from app.services.appointments.letters import preview, texts
from app.services.appointments.letters.letters import address_of
from app.services.appointments.replacement import answering
from app.services.audit import COMMAND
from app.services.planning.board import acts
from app.services.planning.board.places import Seen
from app.services.planning.versions import publishing
from tests.support.factories.appointments import OFFICE, appoint, decision_of
from tests.support.factories.planning import make_available, places_of
from tests.support.factories.replacement import appoint_all, ask, leave, place
from tests.support.jobs import run_job


@pytest.fixture
def setup(planned, now):
    return appoint_all(planned, now=now)


def kinds(db, member):
    rows = select(OutboundMail).where(OutboundMail.user_id == member.user_id, OutboundMail.template == "appointed")
    return [mail.values["kind"] for mail in db.session.scalars(rows.order_by(OutboundMail.id))]


def seen_first_of(member):
    """The first place of the member in the plan, as a planner sees it."""
    first = places_of(member)[0]
    return Seen(first.id, first.version)


def publish(db, planned, now):
    publishing.publish(planned.election, actor=COMMAND, now=now)
    db.session.commit()


def test_who_took_a_place_that_came_free_has_answered_the_decision_of_it(db, planned, setup, now):
    anna, piet = (make_available(planned.election) for _ in range(2))
    vacancy = leave(planned.leaves, now=now)
    (question,) = ask(vacancy, anna, now=now)
    answering.say_yes(question, actor=COMMAND, now=now)
    db.session.commit()
    run = db.session.get_one(AppointmentRun, vacancy.run_id)
    run_job(appointing.run_appointments, run.id, lambda: now, office=OFFICE)
    assert (decision_of(anna).answer, decision_of(anna).answered_at) == (MemberAnswer.ACCEPTED, now)
    assert kinds(db, anna) == ["new_agreed"]
    assert open_tasks.find_tasks(anna, now) == []
    place(planned.election, piet, shift=1, now=now)
    publish(db, planned, now)
    appoint(setup, now=now)
    assert decision_of(piet).answer == MemberAnswer.NONE
    assert kinds(db, piet) == ["new"]


@pytest.fixture
def printed(monkeypatch):
    """What each printed letter says, by the address on it."""
    said, print_letter = {}, Press.print

    def keep(press, letter):
        said["\n".join(letter.recipient)] = repr(letter.blocks)
        return print_letter(press, letter)

    monkeypatch.setattr(Press, "print", keep)
    return said


def test_the_letter_asks_only_who_did_not_say_yes(db, planned, setup, printed, now):
    anna, piet = (make_available(planned.election) for _ in range(2))
    vacancy = leave(planned.leaves, now=now)
    (question,) = ask(vacancy, anna, now=now)
    answering.say_yes(question, actor=COMMAND, now=now)
    db.session.commit()
    first = plans.make_first_letter(setup, anna.id, OFFICE, now=now)
    run_job(appointing.run_appointments, vacancy.run_id, lambda: now, office=OFFICE)
    place(planned.election, piet, shift=1, now=now)
    publish(db, planned, now)
    appoint(setup, now=now)
    for member, agreed in ((anna, True), (piet, False)):
        letter = printed["\n".join(address_of(member))]
        shown = preview.make_preview(setup, texts.list_texts(setup.election_id)[0], member, OFFICE, now=now).letter
        for said in (letter, repr(shown.blocks)):
            assert ("Je hebt al ja gezegd." in said, "geef door of je deze benoeming" in said) == (agreed, not agreed)
    assert "Je hebt al ja gezegd." in repr(first.blocks)


def test_who_took_a_place_and_left_it_is_asked_when_it_is_given_again(db, planned, setup, now):
    anna = make_available(planned.election)
    vacancy = leave(planned.leaves, now=now)
    (question,) = ask(vacancy, anna, now=now)
    answering.say_yes(question, actor=COMMAND, now=now)
    leave(anna, now=now + timedelta(hours=1))
    place(planned.election, anna, now=now + timedelta(hours=2))
    later = now + timedelta(hours=3)
    run_job(appointing.run_appointments, vacancy.run_id, lambda: later, office=OFFICE)
    assert decision_of(anna).answer == MemberAnswer.NONE


def test_who_keeps_a_part_of_the_places_that_were_accepted_is_not_asked_again(db, planned, now):
    place(planned.election, planned.stays, shift=2, now=now)
    publish(db, planned, now)
    setup = appoint_all(planned, now=now)
    answers.accept(decision_of(planned.stays), actor=COMMAND, now=now)
    acts.remove_many(planned.election, [seen_first_of(planned.stays)], actor=COMMAND, now=now)
    publish(db, planned, now)
    appoint(setup, now=now)
    assert decision_of(planned.stays).answer == MemberAnswer.ACCEPTED
    assert kinds(db, planned.stays) == ["new", "changed_agreed"]


def test_who_gets_another_place_beside_it_is_asked(db, planned, setup, now):
    answers.accept(decision_of(planned.stays), actor=COMMAND, now=now)
    place(planned.election, planned.stays, shift=1, now=now)
    publish(db, planned, now)
    appoint(setup, now=now)
    assert decision_of(planned.stays).answer == MemberAnswer.NONE
    assert kinds(db, planned.stays) == ["new", "changed"]


def test_who_did_not_answer_yet_is_asked_again_when_a_part_falls_away(db, planned, now):
    place(planned.election, planned.stays, shift=1, now=now)
    publish(db, planned, now)
    setup = appoint_all(planned, now=now)
    acts.remove_many(planned.election, [seen_first_of(planned.stays)], actor=COMMAND, now=now)
    publish(db, planned, now)
    appoint(setup, now=now)
    assert decision_of(planned.stays).answer == MemberAnswer.NONE
