"""Two people with one row open: the second to save sees what the first changed, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import Availability, Faq, Function
from app.services.availability import answers
from app.views.staff.members.members import MembersView
from tests.support.at_once import at_once
from tests.support.factories.elections import give_availability, make_open_election
from tests.support.factories.people import make_member, make_staff
from tests.support.odd_forms import read_forms

OWN_DATA = "/mijn-gegevens/wijzigen"
OPEN = "Dit is veranderd terwijl jij het open had"
NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}
IBAN, OTHER_IBAN = "NL91ABNA0417164300", "NL02ABNA0123456789"


@pytest.fixture
def function(db, clock):
    row = Function(name="Teller", code="TEL", capacity="counter", position=1)
    db.session.add(row)
    db.session.commit()
    return row


@pytest.fixture
def bea(app, sign_in_as, clock, db):
    return sign_in_as(app.test_client(), make_staff(first_name="Bea", last_name="Bos"))


@pytest.fixture
def kim(app, sign_in_as, clock, db):
    return sign_in_as(app.test_client(), make_staff(first_name="Kim", last_name="Kok"))


def opened(client, path):
    return shown(client.get(path).text, path)


def shown(page, path):
    return next(form for form in read_forms(page, path) if "form_seen" in form.fields)


def save(client, path, form, **typed):
    return client.post(path, data=form.values(**typed))


def path_of(function):
    return f"/functies/edit/{function.id}"


def test_the_second_to_save_sees_what_the_first_changed_at_its_field(bea, kim, function, db):
    path = path_of(function)
    of_bea, of_kim = opened(bea, path), opened(kim, path)
    assert save(bea, path, of_bea, name="Teller 's avonds", position="7").status_code == 302
    refused = save(kim, path, of_kim, name="Hulpteller")
    assert refused.status_code == 422
    assert OPEN in refused.text
    assert (
        "Bea Bos heeft dit intussen veranderd in “Teller &#39;s avonds”. Wat jij invulde staat hier nog."
        in refused.text
    )
    assert "Bea Bos heeft dit intussen veranderd. Wat er nu staat, is hier ingevuld." in refused.text
    again = shown(refused.text, path)
    assert (again.fields["name"].value, again.fields["position"].value) == ("Hulpteller", "7")
    db.session.expire_all()
    assert function.name == "Teller 's avonds"
    assert save(kim, path, again).status_code == 302
    db.session.expire_all()
    assert (function.name, function.position) == ("Hulpteller", 7)


def test_it_comes_back_by_a_redirect_with_what_the_other_made_of_it(bea, kim, function, db):
    path = path_of(function)
    of_bea, of_kim = opened(bea, path), opened(kim, path)
    save(bea, path, of_bea, name="Anders", position="7")
    answer = kim.post(path, data=of_kim.values(name="Hulpteller"), headers=NAVIGATION)
    assert answer.status_code == 302
    page = kim.get(answer.location).text
    assert "Bea Bos heeft dit intussen veranderd in “Anders”" in page
    again = shown(page, path)
    assert (again.fields["name"].value, again.fields["position"].value) == ("Hulpteller", "7")
    assert kim.post(path, data=again.values(), headers=NAVIGATION).status_code == 302
    db.session.expire_all()
    assert (function.name, function.position) == ("Hulpteller", 7)


def test_who_makes_the_same_change_or_has_seen_the_last_one_is_not_held_up(bea, kim, function, db):
    path = path_of(function)
    of_bea, of_kim = opened(bea, path), opened(kim, path)
    save(bea, path, of_bea, name="Anders")
    assert save(kim, path, of_kim, name=" Anders").status_code == 302
    assert save(bea, path, opened(bea, path), name="Nog anders").status_code == 302
    db.session.expire_all()
    assert function.name == "Nog anders"


def test_a_fault_of_ones_own_does_not_hide_that_another_changed_it(bea, kim, function, db):
    path = path_of(function)
    of_bea, of_kim = opened(bea, path), opened(kim, path)
    save(bea, path, of_bea, name="Anders")
    faulty = save(kim, path, of_kim, name="Hulpteller", position="veel")
    mended = save(kim, path, shown(faulty.text, path), position="3")
    assert mended.status_code == 422
    assert OPEN in mended.text


def test_of_two_who_save_at_once_one_saves_and_the_other_sees_it(bea, kim, function, db):
    path = path_of(function)
    works = []
    for client, name in ((bea, "Van Bea"), (kim, "Van Kim")):
        data, headers = opened(client, path).values(name=name), {"X-CSRFToken": client.csrf_token()}
        works.append(lambda c=client, d=data, h=headers: c.post(path, data=d, headers=h))
    answers_ = at_once(*works)
    assert sorted(answer.status_code for answer in answers_) == [302, 422]
    refused = next(answer for answer in answers_ if answer.status_code == 422)
    assert "intussen veranderd" in refused.text or "op hetzelfde moment" in refused.text
    assert function.name in ("Van Bea", "Van Kim")


def test_what_was_deleted_meanwhile_is_said(bea, kim, function, db):
    path = path_of(function)
    of_kim = opened(kim, path)
    assert bea.post(f"/functies/delete/{function.id}").status_code == 302
    assert save(kim, path, of_kim, name="Hulpteller").status_code == 404
    assert db.session.scalar(select(Function.id)) is None


def test_a_long_text_and_a_box_are_compared_too(bea, kim, db, clock):
    row = Faq(question="Hoe laat?", answer="Om 7.00 uur\n\nof later", is_active=True, search_text="")
    db.session.add(row)
    db.session.commit()
    path = f"/veelgestelde-vragen/edit/{row.id}"
    of_bea, of_kim = opened(bea, path), opened(kim, path)
    assert save(bea, path, of_bea, is_active=None).status_code == 302
    refused = save(kim, path, of_kim, answer="Om 8.00 uur")
    assert refused.status_code == 422
    assert refused.text.count("intussen veranderd") == 2  # at the box, and in the list above
    again = shown(refused.text, path)
    assert save(kim, path, again, is_active=None).status_code == 302
    db.session.expire_all()
    assert (row.answer, row.is_active) == ("Om 8.00 uur", False)


def test_a_member_and_the_team_do_not_undo_each_other(client, sign_in_as, bea, db):
    member = make_member(city="Utrecht", first_name="Noor")
    sign_in_as(client, member)
    path = f"/leden/edit/{member.id}"
    of_member, of_bea = opened(client, OWN_DATA), opened(bea, path)
    assert save(client, OWN_DATA, of_member, city="Zeist").status_code == 302
    refused = save(bea, path, of_bea, first_name="Nora")
    assert refused.status_code == 422
    assert f"{member.user.first_name} {member.user.last_name} heeft dit intussen veranderd" in refused.text
    again = shown(refused.text, path)
    assert again.fields["city"].value == "Zeist"
    stale = opened(client, OWN_DATA)
    assert save(bea, path, again).status_code == 302
    refused = save(client, OWN_DATA, stale, first_name="Noortje")
    assert refused.status_code == 422
    assert "Dit is intussen veranderd in “Nora”" in refused.text
    assert "Bea" not in refused.text
    db.session.expire_all()
    assert (member.first_name, member.city) == ("Nora", "Zeist")


def test_of_an_account_number_only_is_said_that_it_changed(client, sign_in_as, bea, db):
    member = make_member()
    sign_in_as(client, member)
    path = f"/leden/edit/{member.id}"
    of_bea = opened(bea, path)
    assert save(client, OWN_DATA, opened(client, OWN_DATA), iban=IBAN).status_code == 302
    refused = save(bea, path, of_bea, city="Zeist")
    assert refused.status_code == 422
    assert "Laat het leeg om het te houden zoals het nu is." in refused.text
    assert IBAN not in refused.text.replace(" ", "")
    again = shown(refused.text, path)
    assert again.fields["iban"].value == ""
    assert save(bea, path, again).status_code == 302
    db.session.expire_all()
    assert (member.iban_ending, member.city) == (IBAN[-4:], "Zeist")


def test_an_answer_that_phoned_in_and_one_of_the_member_do_not_undo_each_other(client, sign_in_as, bea, db, now):
    member, election = make_member(), make_open_election()
    give_availability(member, election, now=now)
    sign_in_as(client, member)
    own = f"/beschikbaarheid/{election.code}/invullen"
    path = f"/verkiezingen/{election.code}/antwoorden/{member.id}/invullen"
    of_member, of_bea = opened(client, own), opened(bea, path)
    none = dict.fromkeys(("function_1", "function_2", "function_3"), "")
    assert save(bea, path, of_bea, remark="Belde: na 17 uur", **none).status_code == 302
    refused = save(client, own, of_member, remark="Ik fiets", **none)
    assert refused.status_code == 422
    assert "Dit is intussen veranderd in “Belde: na 17 uur”" in refused.text
    assert save(client, own, shown(refused.text, own), **none).status_code == 302
    db.session.expire_all()
    assert db.session.scalar(select(Availability.remark)) == "Ik fiets"
    assert answers.find_availability(member.id, election.id).remark == "Ik fiets"


def test_the_period_of_an_election_is_guarded_too(bea, kim, clock, db):
    election = make_open_election()
    path = f"/verkiezingen/{election.code}/openstellen"
    of_bea, of_kim = opened(bea, path), opened(kim, path)
    assert save(bea, path, of_bea, explanation="Van Bea", sure="yes").status_code == 302
    clock.shift(timedelta(minutes=3))
    refused = save(kim, path, of_kim, explanation="Van Kim", sure="yes")
    assert refused.status_code == 422
    assert "intussen veranderd in “Van Bea”" in refused.text
    db.session.expire_all()
    assert election.availability_explanation == "Van Bea"


def test_a_form_that_shows_its_row_only_is_made_again_only_where_the_row_changed(bea, db, now, monkeypatch):
    member, made = make_member(city="Oud"), []
    path, fill = f"/leden/edit/{member.id}", MembersView.fill_form
    monkeypatch.setattr(MembersView, "fill_form", lambda view, item: made.append(item.id) or fill(view, item))
    form = opened(bea, path)
    made.clear()
    assert save(bea, path, form, city="Nieuw").status_code == 302
    assert made == [member.id]

    form = opened(bea, path)
    made.clear()
    member.data_checked_at = now  # which the form does not show
    assert save(bea, path, form, city="Nieuwer").status_code == 302
    assert made == [member.id, member.id]
