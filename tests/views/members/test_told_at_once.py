"""Whoever is told of a change of an account is told at once: what queues a mail asks the worker to hand it over."""

from __future__ import annotations

import io

import pytest
from flask import current_app
from sqlalchemy import select

from app import jobs
from app.clock import utc_now
from app.jobs import due
from app.models import ImportRun, ImportState, OutboundMail
from app.permissions import STAFF
from app.services.audit import COMMAND
from app.services.rosters import runs
from tests.support.factories.people import make_admin, make_member, make_staff

IBAN = "NL91ABNA0417164300"
NEW = "nieuw@post.example"
# What is done → (who does it, at which address, with which form).
ACTS = {
    "address of a member": ("team", "/leden/edit/{member.id}", {"surname": "Bakker", "email": NEW}),
    "account number of a member": (
        "team",
        "/leden/edit/{member.id}",
        {"surname": "Bakker", "email": "lid@post.example", "iban": IBAN},
    ),
    "pause": ("team", "/leden/{member.id}/stoppen", {"state": "paused", "reason": "own_wish"}),
    "pause by a button": ("team", "/leden/action/pause/{member.id}", {"sure": "yes"}),
    "own account number": ("member", "/mijn-gegevens/wijzigen", {"surname": "Bakker", "iban": IBAN}),
    "address of a colleague": ("admin", "/gebruikers/edit/{colleague.id}", {"email": NEW}),
    "somebody new": ("admin", "/gebruikers/add", {"user_name": "bea", "email": NEW}),
}
PERSON = {"first_name": "Bea", "last_name": "Berg", "role": STAFF}


@pytest.fixture
def queue(app, db):
    """The queue of jobs, with nothing in it."""
    found = app.extensions["jobs"].queue
    found.flush()
    yield found
    found.flush()


@pytest.mark.parametrize("act", ACTS)
def test_the_worker_is_asked_as_soon_as_somebody_is_told(db, client, queue, sign_in_as, act):
    who, address, form = ACTS[act]
    people = {"member": make_member(surname="Bakker", email="lid@post.example"), "team": make_staff()}
    people |= {"admin": make_admin(), "colleague": make_staff()}
    sign_in_as(client, people[who])
    queue.flush()
    answer = client.post(address.format_map(people), data={**PERSON, **form} if who == "admin" else form)
    assert answer.status_code == 302
    assert db.session.scalars(select(OutboundMail.id)).first()
    assert jobs.look_at_queue(shown=1).names == ["deliver"]


def test_nobody_is_disturbed_for_a_change_that_was_refused(client, queue, sign_in_as):
    member = make_member(surname="Bakker")
    sign_in_as(client, member)
    queue.flush()
    assert client.post("/mijn-gegevens/wijzigen", data={"surname": "", "iban": IBAN}).status_code == 422
    assert jobs.look_at_queue(shown=1).names == []


@pytest.mark.parametrize("who", ["team", "member"])
def test_nobody_is_disturbed_for_a_change_that_nobody_is_told_of(db, client, queue, sign_in_as, who):
    member = make_member(surname="Bakker", email="lid@post.example")
    sign_in_as(client, member if who == "member" else make_staff())
    queue.flush()
    address = "/mijn-gegevens/wijzigen" if who == "member" else f"/leden/edit/{member.id}"
    form = {"surname": "Bakker", "email": "lid@post.example", "city": "Elders"}
    assert client.post(address, data=form).status_code == 302
    db.session.refresh(member)
    assert member.city == "Elders"
    assert jobs.look_at_queue(shown=1).names == []


def test_the_worker_is_asked_after_an_import_and_after_it_was_undone(db, client, queue, sign_in_as):
    member = make_member(surname="Bakker", email="lid@post.example")
    sign_in_as(client, make_staff())
    roster = f"Lidnummer;Achternaam;E-mail\r\n{member.member_number};Bakker;{NEW}\r\n".encode()
    uploaded = client.post("/leden-importeren/", data={"file": (io.BytesIO(roster), "leden.csv")})
    columns = db.session.scalars(select(ImportRun.mapping)).one()["columns"]
    client.post(uploaded.location, data={f"column-{name}": index for name, index in columns.items()})
    run_id = db.session.scalars(select(ImportRun.id)).one()
    for step, address in (("importeren", NEW), ("terugdraaien", "lid@post.example")):
        queue.flush()
        assert client.post(f"/leden-importeren/{run_id}/{step}").status_code == 302
        db.session.refresh(member)
        assert member.email == address
        assert jobs.look_at_queue(shown=1).names == ["deliver"]


def test_the_mail_of_an_import_that_the_worker_does_may_leave_after_it(db):
    member = make_member(surname="Bakker", email="lid@post.example")
    roster = f"Lidnummer;Achternaam;E-mail\r\n{member.member_number};Bakker;{NEW}\r\n".encode()
    folder, now = current_app.config["INSTANCE_DIR"], utc_now()
    run = runs.start_run(roster, "leden.csv", instance=folder, actor=COMMAND, now=now)
    runs.ask_check(run, runs.columns_of(run), instance=folder, now=now)
    run.state = ImportState.QUEUED
    db.session.commit()
    mails = []
    due.import_file(run.id, lambda: bool(mails.append(len(db.session.scalars(select(OutboundMail.id)).all()))))
    assert mails == [1]
