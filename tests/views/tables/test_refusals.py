"""What the database refuses is a sentence on the form, and what was typed is still there."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from app.models import Function, PollingStation, User
from tests.support.at_once import at_once, posts
from tests.support.factories.elections import make_open_election, shifts_of
from tests.support.factories.people import make_admin, make_member, make_staff

CHANGED = "Iemand anders heeft dit op hetzelfde moment gewijzigd"


@pytest.fixture
def team(client, sign_in_as, clock, db):
    return sign_in_as(client, make_staff())


@pytest.mark.parametrize("choice", ["", "__None", "12345", "x"])
def test_a_list_left_at_its_empty_choice_is_said_at_the_list_and_what_was_typed_is_kept(team, db, choice):
    page = team.post("/stembureaus/add", data={"election": choice, "number": "7", "name": "Wijkcentrum"})
    assert page.status_code == 422
    assert 'aria-describedby="election-error"' in page.text
    assert 'value="Wijkcentrum"' in page.text
    assert db.session.scalar(select(PollingStation.id)) is None


@pytest.mark.parametrize("typed", ["2147483648", "-2147483649", "9" * 18, "1" * 400, "1e3", "1.5", "١٢"])
def test_a_number_that_the_column_does_not_hold_is_said_at_its_field(team, typed):
    page = team.post("/functies/add", data={"name": "Teller", "code": "TEL", "capacity": "counter", "position": typed})
    assert page.status_code == 422
    assert 'id="position-error"' in page.text
    assert f'value="{typed}"' in page.text


@pytest.mark.parametrize("typed", ["1-1-0001", "31-12-9999", "31-12-1899", "1-1-2200"])
def test_a_date_outside_the_calendar_of_the_portal_is_said_at_its_field(team, typed):
    make_open_election()
    page = team.post("/verkiezingsdagen/add", data={"election": "1", "date": typed, "kind": "voting"})
    assert page.status_code == 422
    assert 'id="date-error"' in page.text
    assert team.get(f"/berichtenbeheer/list/?publish_from-until={typed}").status_code == 422


@pytest.mark.parametrize("spaces", [" ", "\t \n", "\u00a0"])
def test_spaces_are_no_answer_to_what_must_be_filled_in(team, spaces):
    for address, field in (("/standaardantwoorden/add", "body"), ("/functies/add", "name")):
        page = team.post(address, data={"title": "Groet", "code": "A", "capacity": "member", field: spaces})
        assert page.status_code == 422
        assert f'id="{field}-error"' in page.text


@pytest.mark.parametrize("number", ["2147483648", str(2**63), "-1", "x"])
def test_a_preference_that_is_no_row_is_refused_with_the_remark_kept(client, sign_in_as, clock, db, number):
    election = make_open_election()
    sign_in_as(client, make_member())
    form = {"can_help": "yes", "remark": "Ik fiets", "function_1": number, "station_1": number}
    form |= {f"shift_{shift.id}": "yes" for shift in shifts_of(election)}
    page = client.post(f"/beschikbaarheid/{election.code}/invullen", data=form)
    assert page.status_code == 422
    assert "Ik fiets" in page.text
    assert 'id="function_1-error"' in page.text


def test_two_administrators_who_change_one_person_at_once_both_get_an_answer(app, sign_in_as, db, clock):
    browsers = [sign_in_as(app.test_client(), make_admin()) for _ in range(4)]
    colleague = make_staff()
    given = {"first_name": "Robin", "email": colleague.email}
    forms = [{**given, "last_name": f"Bos {n}", "role": ("Admin", "Staff")[n % 2]} for n in range(4)]
    answers = at_once(*posts(browsers, f"/gebruikers/edit/{colleague.id}", forms))
    assert set(answers) <= {302, 422}
    assert 302 in answers
    assert db.session.get(User, colleague.id).last_name.startswith("Bos")


def test_two_who_add_the_same_at_once_are_one_row_and_one_message_at_the_field(app, sign_in_as, db, clock):
    browsers = [sign_in_as(app.test_client(), make_staff()) for _ in range(4)]
    form = {"name": "Teller", "code": "TEL", "capacity": "counter", "position": "3"}
    assert sorted(at_once(*posts(browsers, "/functies/add", [form] * 4))) == [302, 422, 422, 422]
    assert len(db.session.scalars(select(Function).where(Function.code == "TEL")).all()) == 1


@pytest.fixture
def refusing(db, request):
    """The next INSERT into a table is refused as by a lock that was not given in time; later ones are not."""
    left = [request.param]

    def refuse(_connection, _cursor, statement, _parameters, _context, _many):
        if left and statement.startswith(f"INSERT INTO {left[0]} "):
            left.pop()
            raise OperationalError(statement, {}, psycopg.errors.LockNotAvailable("55P03"))

    event.listen(db.engine, "before_cursor_execute", refuse)
    yield
    event.remove(db.engine, "before_cursor_execute", refuse)


@pytest.mark.parametrize("refusing", ["function"], indirect=True)
def test_a_lock_that_is_not_given_in_time_is_said_above_the_form(team, refusing):
    form = {"name": "Teller", "code": "TEL", "capacity": "counter", "position": "3"}
    page = team.post("/functies/add", data=form)
    assert page.status_code == 422
    assert CHANGED in page.text
    assert 'value="Teller"' in page.text
    assert team.post("/functies/add", data=form).status_code == 302


@pytest.mark.parametrize("refusing", ["message"], indirect=True)
def test_a_form_whose_view_knows_of_no_lock_comes_back_too_with_what_was_typed(client, sign_in_as, clock, refusing):
    sign_in_as(client, make_member())
    form = {"choice_id": "0", "election_id": "0", "subject": "Parkeren", "body": "Waar kan dat?"}
    page = client.post("/berichtenbox/vraag", data=form)
    assert page.status_code == 422
    assert CHANGED in page.text
    assert "Waar kan dat?" in page.text
    assert client.post("/berichtenbox/vraag", data=form).status_code == 302


@pytest.mark.parametrize("refusing", ["audit_event"], indirect=True)
def test_a_button_that_is_refused_says_so_and_is_no_error_of_the_portal(client, sign_in_as, clock, refusing):
    sign_in_as(client, make_member())
    page = client.post("/mijn-gegevens/gecontroleerd")
    assert page.status_code == 409
    assert CHANGED in page.text
    assert client.post("/mijn-gegevens/gecontroleerd").status_code == 302
