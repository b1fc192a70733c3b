import re

from sqlalchemy import select

from app.extensions import vault
from app.models import AuditEvent, KeptForm, MemberIdentity, OutboundMail, ProfileChange
from app.services.members import bsn as identity
from tests.support.factories.people import make_member, make_staff

BSN = "111222333"


def test_a_member_sees_and_changes_own_data(db, client, sign_in_as):
    member = make_member(city="Oudstad", iban_ending="4300")
    sign_in_as(client, member)

    page = client.get("/mijn-gegevens/")
    assert page.status_code == 200
    assert "Oudstad" in page.text
    assert "•••• 4300" in page.text
    form = {"surname": member.surname, "city": "Nieuwstad", "postcode": "4321ba", "birth_date": "6-6-1970"}
    answer = client.post("/mijn-gegevens/wijzigen", data=form)

    assert answer.status_code == 302
    assert (member.city, member.postcode) == ("Nieuwstad", "4321 BA")
    assert "city" in {change.field for change in db.session.scalars(select(ProfileChange))}


def test_a_refused_change_comes_back_filled_in_with_the_reason(db, client, sign_in_as):
    member = make_member(city="Oudstad")
    sign_in_as(client, member)

    answer = client.post("/mijn-gegevens/wijzigen", data={"surname": "Bakker", "city": "Nieuwstad", "postcode": "12"})

    assert answer.status_code == 422
    assert 'value="Nieuwstad"' in answer.text
    assert "postcode-error" in answer.text
    assert member.city == "Oudstad"


def test_all_that_is_wrong_is_said_at_once(db, client, sign_in_as):
    sign_in_as(client, make_member())
    form = {"surname": "", "postcode": "12", "mobile": "1", "birth_date": "31-2-1980", "iban": "NL00"}
    answer = client.post("/mijn-gegevens/wijzigen", data=form)
    assert answer.status_code == 422
    for name in form:
        assert f'id="{name}-error"' in answer.text, name
        assert answer.text.count(f'href="#{name}"') == 1, name


def test_nobody_changes_another_member_or_a_field_that_is_not_theirs(db, client, sign_in_as):
    member, other = make_member(), make_member(city="Elders")
    sign_in_as(client, member)
    form = {
        "surname": "Bakker",
        "id": other.id,
        "member_id": other.id,
        "user_id": other.user_id,
        "email": "x@y.example",
    }

    client.post("/mijn-gegevens/wijzigen", data=form)

    assert (other.surname != "Bakker", other.city) == (True, "Elders")
    assert member.email != "x@y.example"


def test_the_member_notes_that_the_data_are_checked(db, client, sign_in_as):
    member = make_member()
    sign_in_as(client, member)

    assert client.get("/mijn-gegevens/gecontroleerd").status_code == 405
    client.post("/mijn-gegevens/gecontroleerd")

    assert member.data_checked_at is not None


def _sealed(page):
    return re.search(r'name="sealed_bsn"[^>]*value="([^"]+)"', page)[1]


def _say_yes(client, page, **follow):
    return client.post("/mijn-gegevens/bsn/klopt", data={"sealed_bsn": _sealed(page)}, **follow)


def test_a_bsn_is_shown_once_before_it_is_kept_and_then_in_no_page_log_or_audit_event(db, client, sign_in_as, capfd):
    member = make_member()
    sign_in_as(client, member)
    assert 'autocomplete="off"' in client.get("/mijn-gegevens/bsn").text

    wrong = client.post("/mijn-gegevens/bsn", data={"bsn": "111222334"})
    sure = client.post("/mijn-gegevens/bsn", data={"bsn": BSN})
    assert "111 222 333" in sure.text
    assert BSN not in sure.text
    assert sure.headers["Cache-Control"] == "no-store"
    assert db.session.get(MemberIdentity, member.id) is None
    empty = client.get("/mijn-gegevens/bsn")
    answer = _say_yes(client, sure.text, follow_redirects=True)
    known = client.get("/mijn-gegevens/bsn")
    again = client.post("/mijn-gegevens/bsn", data={"bsn": "123456782"})
    twice = _say_yes(client, sure.text, follow_redirects=True)

    assert wrong.status_code == 422
    assert 'name="bsn"' not in known.text
    assert "hebben je BSN al" in twice.text
    assert db.session.get(MemberIdentity, member.id).supplied_at == member.bsn_known_at
    seen = [wrong.text, empty.text, answer.text, known.text, again.text, twice.text, *capfd.readouterr()]
    seen += [repr(vars(event)) for event in db.session.scalars(select(AuditEvent))]
    seen += [repr(vars(row)) for row in db.session.scalars(select(KeptForm))]
    digits = [re.sub(r"(?<=\d) (?=\d)", "", text) for text in seen]
    assert not [text for text in digits if "11122233" in text or "123456782" in text]


def test_the_bsn_of_another_member_or_something_else_is_not_kept(db, client, sign_in_as):
    member, other = make_member(), make_member()
    for sealed in (identity.seal_typed(other, BSN), "", BSN, "x.y", vault.encrypt(BSN, owner=f"bsn:{member.id}")):
        sign_in_as(client, member)
        answer = client.post("/mijn-gegevens/bsn/klopt", data={"sealed_bsn": sealed}, follow_redirects=True)
        assert "Vul je BSN opnieuw in." in answer.text
        assert db.session.get(MemberIdentity, member.id) is None


def test_the_team_has_no_page_of_a_member(db, client, sign_in_as):
    sign_in_as(client, make_staff())

    assert client.get("/mijn-gegevens/").status_code in (302, 403)


def test_a_member_who_changes_the_iban_is_told_by_mail(db, client, sign_in_as):
    member = make_member(email="jan@post.example")
    sign_in_as(client, member)
    client.post("/mijn-gegevens/wijzigen", data={"surname": member.surname, "iban": "NL91ABNA0417164300"})
    [mail] = db.session.scalars(select(OutboundMail))
    assert (mail.template, mail.recipient, mail.values["changed"]) == ("account_changed", "jan@post.example", ["iban"])
