"""What somebody asks without permission is refused and is in the audit trail (SECURITY §4)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import AuditEvent
from tests.support.factories.people import make_admin, make_member, make_staff


@pytest.mark.parametrize(
    ("make", "method", "path", "rule"),
    [
        (make_member, "GET", "/leden/list/?q=geheim", "GET /leden/list/"),
        (make_member, "POST", "/leden/action_post", "POST /leden/action_post"),
        (make_staff, "GET", "/gebruikers/list/", "GET /gebruikers/list/"),
        (make_admin, "GET", "/mijn-gegevens/", "GET /mijn-gegevens/"),
    ],
)
def test_a_denial_is_in_the_audit_trail_without_what_was_searched(client, db, sign_in_as, make, method, path, rule):
    person = make()
    sign_in_as(client, person)
    assert client.open(path, method=method).status_code == 403
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "page.denied")).one()
    assert event.actor_user_id == getattr(person, "user_id", person.id)
    assert event.details == {"page": rule}


def test_an_act_that_a_role_may_not_do_is_a_denial_too(client, db, sign_in_as):
    sign_in_as(client, make_staff())
    assert client.post("/leden/action/onbekend/1").status_code == 403
    assert db.session.scalar(select(AuditEvent.action)) == "page.denied"


def test_who_is_not_signed_in_fills_no_audit_trail(client, db):
    client.get("/leden/list/")
    assert db.session.scalar(select(AuditEvent.id)) is None
