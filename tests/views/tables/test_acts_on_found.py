"""Acts on everything that a list found: looked at before, done by the worker, followed, stopped."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from app.clock import local, local_today, utc_now
from app.jobs import due
from app.models import (
    Account,
    AuditEvent,
    Availability,
    BulkRow,
    BulkRun,
    BulkState,
    MailState,
    Member,
    MemberState,
    OutboundMail,
    User,
)
from app.services import bulk_acts, bulk_runs, leases
from app.views.base import StaffView
from tests.support.factories.elections import give_availability, make_open_election
from tests.support.factories.people import make_admin, make_member, make_staff
from tests.support.jobs import run_job

ACTION = "/leden/action_post"


@pytest.fixture
def team(db, client, sign_in_as):
    return sign_in_as(client, make_staff())


def make_many(db, count, **values):
    """Members by a few statements; each with an account that is not opened."""
    first = (db.session.scalar(select(func.max(User.id))) or 0) + 1
    now = utc_now()
    plain = {"active": True, "password": None, "first_name": "A", "last_name": "B"}
    people = [{"username": f"gevonden{i}", "email": f"{i}@x.invalid", **plain} for i in range(first, first + count)]
    ids = db.session.scalars(insert(User).returning(User.id), people).all()
    db.session.execute(insert(Account), [{"user_id": i, "locale": "nl"} for i in ids])
    given = {"state": MemberState.IMPORTED, "created_at": now, "changed_at": now, "search_text": "", **values}
    rows = [
        {"user_id": i, "member_number": f"M{i}", "surname": f"Lid {i}", "email": f"lid{i}@post.example", **given}
        for i in ids
    ]
    db.session.execute(insert(Member), rows)
    db.session.commit()


def ask(team, act, query="", address=ACTION, **more):
    """The page before it, and the address of the act when it is sure."""
    return team.post(f"{address}?{query}", data={"scope": "found", "action": act, **more})


def confirm(team, act, query="", address=ACTION, **more):
    page = ask(team, act, query, address, **more).text
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    return ask(team, act, query, address, sure="yes", seen=seen[1] if seen else "", **more)


def work(db):
    for run_id in bulk_runs.find_waiting(utc_now()):
        due.run_bulk(run_id, lambda: True)
    db.session.expire_all()


def test_every_act_of_every_list_can_be_done_to_all_that_is_found(app):
    views = [view for view in app.extensions["appbuilder"].baseviews if isinstance(view, StaffView)]
    acts = {f"{type(view).__name__}.{name}" for view in views for name in view.actions}
    assert acts == set(bulk_acts.ACTS)
    assert len(acts) > 10


def test_the_preview_says_whom_it_reaches_and_why_not_the_others(team, db):
    make_many(db, 3)
    make_many(db, 2, email=None)
    make_member(state=MemberState.ACTIVE)
    page = ask(team, "invite").text
    assert "3 worden bereikt" in page
    assert "van 6 die gevonden zijn" in page
    assert "2: Er is geen e-mailadres: druk een brief af." in page
    assert "1: Het account is al geopend" in page
    assert db.session.scalar(select(func.count(BulkRun.id))) == 0


def test_all_pages_are_invited_by_the_worker_and_nobody_twice(team, db):
    make_many(db, 250)
    make_many(db, 5, state=MemberState.PAUSED)
    answer = confirm(team, "invite", "state=imported")
    assert answer.status_code == 302
    assert "250 van 250" not in team.get(answer.location).text
    work(db)
    work(db)
    assert db.session.scalar(select(func.count(OutboundMail.id))) == 250
    assert db.session.scalar(select(func.count(Member.id)).where(Member.state == MemberState.INVITED)) == 250
    page = team.get(answer.location).text
    assert "250 van 250 gedaan" in page
    assert 'href="/leden/list/?state=imported"' in page
    of_run = select(AuditEvent.action).where(AuditEvent.subject_type == "BulkRun").order_by(AuditEvent.id)
    acts = db.session.scalars(of_run).all()
    assert acts == ["bulk_run.started", "bulk_run.finished"]


def test_only_the_filter_travels_and_a_faulty_one_reaches_nobody(team, db):
    make_many(db, 3)
    page = ask(team, "pause", "state=xyz").text
    assert 'name="sure"' not in page
    assert "rowid" not in ask(team, "invite").text


def test_what_changed_since_the_preview_is_told_before_anything_is_done(team, db):
    make_many(db, 3)
    seen = re.search(r'name="seen" value="([^"]+)"', ask(team, "invite").text)[1]
    make_many(db, 2)
    answer = ask(team, "invite", sure="yes", seen=seen)
    assert answer.status_code == 200
    assert "De lijst is veranderd" in answer.text
    assert "5 worden bereikt" in answer.text
    assert db.session.scalar(select(func.count(BulkRun.id))) == 0


class Killed(Exception):
    """The worker is gone."""


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_worker_that_dies_leaves_no_row_half_and_another_goes_on(team, db, at):
    make_many(db, 250)
    confirm(team, "invite")
    (run_id,) = bulk_runs.find_waiting(utc_now())
    commits = []

    def die():
        commits.append(1)
        if len(commits) > at:
            db.session.rollback()
            raise Killed
        db.session.commit()

    with pytest.raises(Killed):
        bulk_runs.run_bulk(run_id, utc_now, checkpoint=die)
    db.session.expire_all()
    done = (at - 1) * bulk_runs.PART
    run = db.session.get(BulkRun, run_id)
    assert run.done == done == db.session.scalar(select(func.count(OutboundMail.id)))
    assert bulk_runs.find_waiting(utc_now()) == []  # its lease goes on
    later = utc_now() + leases.LEASE + timedelta(seconds=1)
    assert bulk_runs.find_waiting(later) == [run_id]
    run_job(bulk_runs.run_bulk, run_id, lambda: later)
    db.session.expire_all()
    assert (run.state, run.done) == (BulkState.DONE, 250)
    assert db.session.scalar(select(func.count(OutboundMail.id))) == 250
    assert db.session.scalar(select(func.count(func.distinct(OutboundMail.user_id)))) == 250


def test_who_lost_the_lease_does_nothing_more(team, db):
    make_many(db, 3)
    confirm(team, "invite")
    (run_id,) = bulk_runs.find_waiting(utc_now())
    commits = []

    def stop_after_first():
        db.session.commit()
        commits.append(1)
        if len(commits) == 1:
            db.session.get(BulkRun, run_id).lease_until = utc_now() + timedelta(hours=1)  # somebody else has it
            db.session.commit()

    bulk_runs.run_bulk(run_id, utc_now, checkpoint=stop_after_first)
    assert db.session.scalar(select(func.count(OutboundMail.id))) == 0


def test_what_a_rule_refuses_is_told_with_the_name(team, db):
    make_many(db, 1)
    make_member(surname="Stopsma", state=MemberState.RESIGNED)
    location = confirm(team, "pause").location or ""
    assert location == ""  # nobody of them is active
    make_member()
    location = confirm(team, "pause").location
    work(db)
    page = team.get(location).text
    assert "1 van 3 gedaan" in page
    assert "2: De status van dit lid past hier niet bij." in page
    assert "Stopsma" in page


def test_it_can_be_stopped_and_what_was_done_stays_done(team, db):
    make_many(db, 3)
    location = confirm(team, "invite").location
    assert team.post(f"{location}/stoppen").status_code == 302
    work(db)
    assert db.session.scalar(select(func.count(OutboundMail.id))) == 0
    assert "Dit is gestopt." in team.get(location).text
    assert "bulk_run.stopped" in db.session.scalars(select(AuditEvent.action)).all()


def test_an_invitation_says_who_gets_a_mail_who_a_letter_and_who_nothing(team, db):
    make_many(db, 3)
    make_many(db, 2, email=None)
    make_many(db, 1, email_broken_at=utc_now())
    confirm(team, "invite")
    work(db)
    make_many(db, 4)
    make_member(state=MemberState.PAUSED)
    make_member(state=MemberState.RESIGNED)
    page = ask(team, "invite").text
    assert "4 worden bereikt" in page
    for told in (
        "2: Het lid heeft pauze of is gestopt.",
        "3: Er is een uitnodiging die nog werkt.",
        "2: Er is geen e-mailadres: druk een brief af.",
        "1: Het e-mailadres werkt niet: verbeter het, of druk een brief af.",
    ):
        assert told in page
    assert "De e-mail zoals die aankomt" in page
    assert "/uitnodiging/…" in page
    assert "Je bent uitgenodigd" in page


def test_what_helps_those_who_are_left_out_reaches_only_them(team, db):
    make_many(db, 3)
    make_many(db, 2, email=None)
    page = ask(team, "invite").text
    only = re.search(r'name="action" value="letter"><input type="hidden" name="only" value="(invite\.\d)"', page)[1]
    page = ask(team, "letter", only=only).text
    assert "2 worden bereikt" in page
    location = confirm(team, "letter", only=only).location
    printed = team.post(f"{location}/afdrukken").text
    assert printed.count('class="letter"') == 2
    assert ask(team, "letter", only="invite.x").status_code == 404
    assert ask(team, "letter", only="elsewhere.1").status_code == 404


def test_ticked_rows_are_asked_about_in_the_same_words(team, db):
    make_many(db, 2)
    make_many(db, 1, email=None)
    ids = db.session.scalars(select(Member.id).order_by(Member.id)).all()
    page = team.post(ACTION, data={"action": "invite", "rowid": ids}).text
    assert "2 worden bereikt" in page
    assert "van 3 die gekozen zijn" in page
    assert "De e-mail zoals die aankomt" in page
    only = re.search(r'value="(invite\.\d)"', page)[1]
    letters = team.post(ACTION, data={"action": "letter", "rowid": ids, "only": only}).text
    assert [key for key in ids if f'name="rowid" value="{key}"' in letters] == [ids[2]]
    team.post(ACTION, data={"action": "invite", "rowid": ids, "sure": "yes"})
    assert db.session.scalar(select(func.count(OutboundMail.id))) == 2
    told = team.get(f"/leden/show/{ids[0]}").text
    assert "Opnieuw uitnodigen" in told
    assert "Uitnodigen per e-mail" not in told
    team.post(ACTION, data={"action": "invite", "rowid": ids, "sure": "yes"})
    assert db.session.scalar(select(func.count(OutboundMail.id))) == 2
    team.post(ACTION, data={"action": "invite_again", "rowid": ids, "sure": "yes"})
    assert db.session.scalar(select(func.count(OutboundMail.id))) == 4


def test_mail_of_a_batch_that_is_stopped_does_not_leave(team, db):
    make_many(db, 5)
    location = confirm(team, "invite").location
    work(db)
    first = db.session.scalars(select(OutboundMail).order_by(OutboundMail.id)).first()
    first.state = MailState.SENT
    db.session.commit()
    assert "4 e-mails wachten nog op verzending." in team.get(location).text
    team.post(f"{location}/stoppen")
    db.session.expire_all()
    states = db.session.scalars(select(OutboundMail.state).order_by(OutboundMail.id)).all()
    assert states == [MailState.SENT, *[MailState.CANCELLED] * 4]
    members = db.session.scalars(select(Member.state)).all()
    assert sorted(members) == sorted([MemberState.INVITED, *[MemberState.IMPORTED] * 4])
    page = team.get(location).text
    assert "Dit is gestopt." in page
    assert "1 van 5 gedaan" in page
    assert "4: Het is gestopt voordat de e-mail weg was." in page
    assert "4 worden bereikt" in ask(team, "invite").text  # their links ended
    team.post(f"{location}/stoppen")
    assert db.session.scalar(select(func.count(AuditEvent.id)).where(AuditEvent.action == "bulk_run.stopped")) == 1


def test_who_was_invited_before_a_stopped_batch_stays_invited(team, db):
    make_many(db, 1)
    confirm(team, "invite")
    work(db)
    location = confirm(team, "invite_again").location
    work(db)
    team.post(f"{location}/stoppen")
    db.session.expire_all()
    assert db.session.scalars(select(Member.state)).all() == [MemberState.INVITED]


def test_letters_are_printed_in_parts_and_each_once(team, db):
    make_many(db, 230, email=None)
    location = confirm(team, "letter").location
    work(db)  # the worker leaves it to a person, also when it is asked for this very run
    due.run_bulk(int(location.rpartition("/")[2]), lambda: True)
    before = team.get(location).text
    assert "Druk de volgende 200 brieven af" in before
    assert team.post(f"{location}/afdrukken").text.count('class="letter"') == 200
    after = team.get(location).text
    assert "Druk de volgende 30 brieven af" in after
    states = [re.findall(r'data-state="([^"]+)"', page) for page in (before, after)]
    assert states[0] != states[1]  # so the page that stayed open is read anew (portal.js)
    assert all('data-goes-on="2"' in page for page in (before, after))
    assert team.post(f"{location}/afdrukken").text.count('class="letter"') == 30
    assert team.post(f"{location}/afdrukken").location == location
    assert db.session.scalar(select(func.count(Member.id)).where(Member.state == MemberState.INVITED)) == 230


def test_answers_of_all_that_is_found_are_opened_again_until_a_moment(team, db):
    now = utc_now()
    tomorrow, voting_on = local(now + timedelta(days=1)), local_today(now) + timedelta(days=60)
    election = make_open_election(opens_at=now - timedelta(days=1), closes_at=tomorrow, voting_on=voting_on)
    for _ in range(3):
        give_availability(make_member(), election, now=now)
    db.session.commit()
    address = f"/verkiezingen/{election.code}/antwoorden/action_post"
    page = ask(team, "reopen", address=address).text
    assert 'name="until_on"' in page
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    sure = {"sure": "yes", "seen": seen}
    assert ask(team, "reopen", address=address, until_on="gisteren", **sure).status_code == 422
    answer = ask(team, "reopen", address=address, until_on=f"{tomorrow:%d-%m-%Y} 12:00", **sure)
    assert answer.status_code == 302
    work(db)
    reopened = db.session.scalars(select(Availability.reopened_until)).all()
    assert len(reopened) == 3
    assert all(reopened)
    back = re.search(rf'href="(/verkiezingen/{election.code}/antwoorden/)"', team.get(answer.location).text)
    assert team.get(back[1]).status_code == 200


def test_only_who_may_do_the_act_sees_its_page(team, app, db, sign_in_as):
    make_member()
    admin = sign_in_as(app.test_client(), make_admin())
    location = confirm(admin, "end_sessions", "who=all", "/gebruikers/action_post").location
    assert admin.get(location).status_code == 200
    assert team.get(location).status_code == 404
    assert team.post(f"{location}/stoppen").status_code == 404
    assert team.get("/handelingen/99999999999").status_code == 404


def test_nobody_does_an_act_to_the_own_account_by_choosing_all(app, db, sign_in_as):
    user = make_admin()
    make_staff()
    admin = sign_in_as(app.test_client(), user)
    confirm(admin, "switch_off", address="/gebruikers/action_post")
    work(db)
    active = dict(db.session.execute(select(User.id, User.active)).all())
    assert active.pop(user.id) is True
    assert not any(active.values())


def test_old_acts_are_forgotten_but_not_members_that_messages_are_for(team, db):
    make_member()
    team.post("/leden/gevonden", data={"for": "notify"})
    confirm(team, "pause")
    work(db)
    assert bulk_runs.delete_old_runs(utc_now() + timedelta(days=1)) == 0
    assert bulk_runs.delete_old_runs(utc_now() + bulk_runs.KEEP + timedelta(days=1)) == 1
    db.session.commit()
    assert db.session.scalars(select(BulkRun.act)).all() == [""]
    assert db.session.scalar(select(func.count()).select_from(BulkRow)) == 1
