"""The screens that make one member of two."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.models import AuditEvent, Member
from tests.support.factories.people import make_admin, make_member, make_staff

SAME = {"first_name": "Jan", "infix": "", "surname": "Bakker", "birth_date": date(1970, 6, 6)}


@pytest.fixture
def pair(db):
    return (
        make_member(**SAME, username="jbakker", city="Elders", member_number="512"),
        make_member(**SAME, username="jbakker2", city="Ginds", member_number="881", state="imported"),
    )


def choices(page: str) -> dict[str, str]:
    """What is proposed on the page that compares two."""
    chosen = {}
    for part in page.split("<input ")[1:]:
        tag = part.split(">")[0]
        if 'type="radio"' in tag and "checked" in tag:
            chosen[tag.split('name="')[1].split('"')[0]] = tag.split('value="')[1].split('"')[0]
    return chosen


def seen(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('name="seen" value="')[1:]]


def test_two_members_become_one_and_the_old_address_leads_to_it(db, client, sign_in_as, pair, statements):
    kept_id, gone_id = pair[0].id, pair[1].id
    sign_in_as(client, make_staff())
    assert f"/leden-samenvoegen/{kept_id}" in client.get(f"/leden/show/{kept_id}").text
    assert f"/leden-samenvoegen/{kept_id}/{gone_id}" in client.get(f"/leden-samenvoegen/{kept_id}").text
    named = client.post(f"/leden-samenvoegen/{kept_id}", data={"other": "881"})
    page = client.get(named.location).text
    assert "Elders" in page
    data = {**choices(page), "city": "gone", "seen": seen(page)}
    done = client.post(named.location, data=data)
    assert done.status_code == 302
    assert db.session.scalars(select(Member.city)).all() == ["Ginds"]
    assert client.get(f"/leden/show/{gone_id}").location.endswith(f"/leden/show/{kept_id}")
    assert client.get("/leden/show/999999").status_code == 404
    with statements() as asked:
        assert client.get(f"/leden/show/{kept_id}").status_code == 200
    assert len(asked) < 25


def test_the_other_one_is_looked_up_by_a_part_of_the_name(client, sign_in_as, pair):
    kept, gone = pair
    sign_in_as(client, make_staff())
    address = f"/leden-samenvoegen/{kept.id}"
    assert 'data-lookup="/opzoeken/leden"' in client.get(address).text
    make_member(first_name="Ab", surname="Zwaan"), make_member(first_name="Bea", surname="Zwaan")
    several = client.post(address, data={"other": "zwaan"}, follow_redirects=True).text
    assert several.count('name="other-choice"') == 2
    found = client.post(address, data={"other": "881"})
    assert found.location == f"{address}/{gone.id}"


def test_both_are_in_the_audit_trail_under_either_number(db, client, sign_in_as, pair):
    kept, gone = pair
    sign_in_as(client, make_staff())
    page = client.get(f"/leden-samenvoegen/{kept.id}/{gone.id}").text
    client.post(f"/leden-samenvoegen/{kept.id}/{gone.id}", data={**choices(page), "seen": seen(page)})
    ids = set(db.session.scalars(select(AuditEvent.member_id).where(AuditEvent.action == "member.read")))
    assert len(ids) == 2
    sign_in_as(client, make_admin())
    for number in ("512", "881"):
        trail = client.get(f"/logboek/list/?about={number}").text
        assert trail.count("gegevens van een lid bekeken") >= 2, number


def test_who_is_not_found_is_told_at_the_field(client, sign_in_as, pair):
    sign_in_as(client, make_staff())
    for typed in ("nobody", "512", ""):
        answer = client.post(f"/leden-samenvoegen/{pair[0].id}", data={"other": typed})
        assert (answer.status_code, "other-error" in answer.text) == (422, True), typed


def test_what_was_changed_meanwhile_or_not_chosen_merges_nothing(db, client, sign_in_as, pair):
    kept, gone = pair
    sign_in_as(client, make_staff())
    address = f"/leden-samenvoegen/{kept.id}/{gone.id}"
    page = client.get(address).text
    for data in ({"seen": seen(page)}, {**choices(page), "seen": "x"}, {**choices(page), "seen": seen(page)[::-1][:1]}):
        assert client.post(address, data=data).status_code == 422
    assert len(db.session.scalars(select(Member.id)).all()) == 2
    assert client.get(f"/leden-samenvoegen/{kept.id}/{kept.id}").status_code == 404


def test_a_member_merges_nobody(client, sign_in_as, pair):
    sign_in_as(client, pair[0])
    assert client.get(f"/leden-samenvoegen/{pair[0].id}/{pair[1].id}").status_code in (302, 403)
