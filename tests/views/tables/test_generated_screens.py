"""The generated screens of the team, on the table of functions."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, insert, select

from app.models import AuditEvent, Function, MemberIdentity
from app.views.base import StaffView
from app.views.staff.elections.functions import FunctionsView
from app.views.tables.columns import WronglyDeclared
from tests.support.client import PortalClient
from tests.support.factories.people import make_member, make_staff

STATEMENTS = 8  # of a generated list in all (PERF.md)
GOOD = {"name": "Teller", "code": "TEL", "capacity": "counter", "fee": "120,50", "position": "3", "is_active": "y"}


@pytest.fixture
def team(client: PortalClient, sign_in_as: Callable[..., PortalClient]) -> PortalClient:
    return sign_in_as(client, make_staff())


def add_functions(db: SQLAlchemy, count: int) -> None:
    rows = [{"code": f"F{i}", "name": f"Functie {i}", "capacity": "member", "position": i} for i in range(count)]
    db.session.execute(insert(Function), rows)
    db.session.commit()


def test_a_member_may_not_open_the_screens_of_the_team(
    client: PortalClient, sign_in_as: Callable[..., PortalClient]
) -> None:
    member = sign_in_as(client, make_member())
    assert member.get("/functies/list/").status_code == 403


def test_a_list_costs_as_many_statements_with_5000_rows_as_with_10(
    team: PortalClient, db: SQLAlchemy, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    add_functions(db, 10)
    team.get("/functies/list/")  # `last seen` is written at most once a minute
    with statements() as few:
        assert team.get("/functies/list/").status_code == 200
    db.session.execute(insert(Function), [{"code": f"G{i}", "name": "x", "capacity": "member"} for i in range(5000)])
    db.session.commit()
    with statements() as many:
        assert team.get("/functies/list/?size=200").status_code == 200
    assert len(few) == len(many) <= STATEMENTS


def test_sorting_by_a_column_that_is_not_declared_is_ignored(team: PortalClient, db: SQLAlchemy) -> None:
    add_functions(db, 3)
    usual = _names(team.get("/functies/list/").text)
    assert _names(team.get("/functies/list/?sort=-id").text) == usual
    assert _names(team.get("/functies/list/?_oc_FunctionsView=id&_od_FunctionsView=desc").text) == usual
    assert _names(team.get("/functies/list/?sort=-name").text) == usual[::-1]


def _names(page: str) -> list[str]:
    return [f"Functie {i}" for i in sorted(range(3), key=lambda i: page.index(f">Functie {i}</a>"))]


def test_search_finds_parts_of_words_and_takes_a_percent_sign_literally(team: PortalClient, db: SQLAlchemy) -> None:
    add_functions(db, 3)
    found = team.get("/functies/list/?q=FUNCTIE 2").text
    assert ">Functie 2</a>" in found
    assert ">Functie 1</a>" not in found
    assert "Functie 1</a>" not in team.get("/functies/list/?q=%25").text


def test_a_list_in_which_nothing_stands_has_no_search_and_says_so(team: PortalClient, db: SQLAlchemy) -> None:
    empty = team.get("/functies/list/").text
    assert "Hier staat nog niets." in empty
    assert '<form method="get" class="search"' not in empty
    add_functions(db, 1)
    nothing_found = team.get("/functies/list/?q=xyz").text
    assert '<form method="get" class="search"' in nothing_found
    assert "Er is niets gevonden." in nothing_found


def test_a_count_above_a_thousand_is_written_in_groups(team: PortalClient, db: SQLAlchemy) -> None:
    add_functions(db, 1234)
    assert "1.234 gevonden" in team.get("/functies/list/").text


def test_empty_filters_ask_nothing(team: PortalClient, db: SQLAlchemy) -> None:
    add_functions(db, 1)
    assert ">Functie 0</a>" in team.get("/functies/list/?q=&capacity=&needs_training=&is_active=&sort=&size=25").text


def test_a_filter_is_said_in_words_and_can_be_taken_off(team: PortalClient, db: SQLAlchemy) -> None:
    add_functions(db, 1)
    page = team.get("/functies/list/?capacity=chair").text
    assert "Wettelijke rol: voorzitter" in page
    assert ">Functie 0</a>" not in page


def test_a_function_is_added_and_the_trail_says_by_whom(team: PortalClient, db: SQLAlchemy) -> None:
    answer = team.post("/functies/add?next=/functies/list/?q=tel", data=GOOD)
    assert (answer.status_code, answer.location) == (302, "/functies/list/?q=tel")
    function = db.session.scalars(select(Function)).one()
    assert (function.name, function.fee, function.needs_training) == ("Teller", Decimal("120.50"), False)
    assert db.session.scalars(select(AuditEvent.action).where(AuditEvent.subject_id == function.id)).all() == [
        "function.created"
    ]


def test_a_refused_form_keeps_what_was_typed_and_names_the_field(team: PortalClient, db: SQLAlchemy) -> None:
    answer = team.post("/functies/add", data={**GOOD, "name": "", "fee": "veel"})
    assert answer.status_code == 422
    assert 'value="veel"' in answer.text
    assert 'href="#fee"' in answer.text
    assert 'href="#name">Naam: Vul dit in.' in answer.text
    assert "liggen" not in answer.text  # what is no number is not judged as a number as well
    assert "<title>Fout:" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Function)) == 0


def test_a_code_that_is_in_use_is_refused_at_its_field(team: PortalClient, db: SQLAlchemy) -> None:
    team.post("/functies/add", data=GOOD)
    answer = team.post("/functies/add", data=GOOD)
    assert answer.status_code == 422
    assert 'href="#code"' in answer.text
    assert "UNIQUE" not in answer.text


def test_a_change_is_saved(team: PortalClient, db: SQLAlchemy) -> None:
    add_functions(db, 1)
    key = db.session.scalars(select(Function.id)).one()
    page = team.get(f"/functies/edit/{key}").text
    assert 'value="Functie 0"' in page
    team.post(f"/functies/edit/{key}", data={**GOOD, "name": "Voorzitter", "fee": ""})
    function = db.session.scalars(select(Function)).one()
    assert (function.name, function.fee) == ("Voorzitter", None)


def test_opening_the_delete_page_deletes_nothing(team: PortalClient, db: SQLAlchemy) -> None:
    add_functions(db, 1)
    key = db.session.scalars(select(Function.id)).one()
    assert team.get(f"/functies/delete/{key}").status_code == 200
    assert db.session.scalar(select(func.count()).select_from(Function)) == 1
    team.post(f"/functies/delete/{key}")
    assert db.session.scalar(select(func.count()).select_from(Function)) == 0


@pytest.mark.parametrize("key", ["0", "99999999999999999999", "abc", "٣", "-1"])
def test_a_key_that_is_no_row_is_not_found(team: PortalClient, key: str) -> None:
    assert team.get(f"/functies/show/{key}").status_code == 404


@pytest.mark.parametrize("path", ["/functies/action/x/1", "/functies/action_post", "/functies/download/x"])
def test_a_screen_without_acts_has_no_route_for_them(team: PortalClient, path: str) -> None:
    assert team.get(path).status_code == 404


def declare(**changes: Any) -> type[StaffView]:
    own = {name: value for name, value in vars(FunctionsView).items() if not name.startswith("__")}
    return type("DeclaredView", (StaffView,), {**own, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"show_columns": None},
        {"search_columns": None},
        {"base_order": None},
        {"list_columns": ["name", "id"]},
        {"pre_add": lambda self, item: None},
        {"datamodel": SQLAInterface(MemberIdentity)},
    ],
)
def test_a_screen_that_is_not_declared_in_full_does_not_start(app: Any, changes: dict[str, Any]) -> None:
    with pytest.raises(WronglyDeclared):
        declare(**changes)()


def test_fields_of_a_form_stand_under_the_headings_of_the_view(team: PortalClient) -> None:
    page = team.get("/stembureaus/add").text
    places = [page.index(f">{words}") for words in ("Welk stembureau", "Nummer", "Waar het is", "Postcode")]
    assert places == sorted(places)


def test_a_form_with_headings_asks_each_field_once(team: PortalClient) -> None:
    page = team.get("/leden/add").text
    for name in ("surname", "email", "iban", "is_civil_servant"):
        assert page.count(f' name="{name}"') == 1, name


def test_acts_stand_in_the_order_in_which_the_view_declares_them(team: PortalClient) -> None:
    make_member()
    page = team.get("/leden/list/").text
    acts = ("invite", "letter", "reset", "pause", "resume", "resign")
    places = [page.index(f'name="action" value="{name}"') for name in acts]
    assert places == sorted(places)


def test_the_search_box_says_what_it_searches(team: PortalClient, db: SQLAlchemy) -> None:
    add_functions(db, 1)
    make_member()
    assert '<label for="q">Zoek op naam of code</label>' in team.get("/functies/list/").text
    searched = "Zoek op naam, lidnummer, gebruikersnaam, e-mailadres, telefoonnummer of postcode"
    assert searched in team.get("/leden/list/").text


def test_a_member_is_found_by_a_part_of_the_email_address(team: PortalClient) -> None:
    make_member(surname="Bakkersma", email="fiets@voorbeeld.nl")
    make_member(surname="Zwijger", email="auto@voorbeeld.nl")
    page = team.get("/leden/list/?q=fiets@").text
    assert "Bakkersma" in page
    assert "Zwijger" not in page


def test_a_list_has_few_acts_and_filters_in_a_row_and_the_others_one_click_away(team: PortalClient) -> None:
    make_member()
    page = team.get("/leden/list/").text
    shown, _summary, more = page.partition('<details class="more-filters">')
    assert [name for name in ("state", "city", "email", "tag", "import") if f'name="{name}"' in shown] == [
        "state",
        "city",
        "email",
        "tag",
        "import",
    ]
    assert 'name="street"' in more
    assert '<details class="more-filters" open>' in team.get("/leden/list/?street=Dorp").text
    row, _summary, menu = page.partition('<details class="more-acts">')
    assert 'value="letter"' in row
    assert 'value="resign"' not in row
    assert 'value="resign"' in menu
    assert "/leden/export" in menu


def test_deleting_is_offered_only_where_it_can_be_done(team: PortalClient, db: SQLAlchemy) -> None:
    kept, gone = make_member(state="active"), make_member(state="imported")
    assert f"/leden/delete/{gone.id}" in team.get(f"/leden/show/{gone.id}").text
    assert f"/leden/delete/{kept.id}" not in team.get(f"/leden/show/{kept.id}").text
    page = team.get(f"/leden/delete/{kept.id}").text
    assert "deed al mee en kan niet weg" in page
    assert "Je kunt dit niet terugdraaien." not in page
    assert "Je kunt dit niet terugdraaien." in team.get(f"/leden/delete/{gone.id}").text


# What always may be deleted: nothing refers to it, or what does goes on without it.
ALWAYS_GOES = {
    "AudiencesView",
    "CommitteeSeatsView",
    "CannedAnswersView",
    "FaqsView",
    "MemberNotesView",
    "ServicesView",
    "SubjectChoicesView",
    "StaffingNeedsView",
    "NeedTemplatesView",
    "TrainingResultsView",
}


def test_each_screen_that_deletes_says_what_stays(app: Flask) -> None:
    views = [view for view in app.extensions["appbuilder"].baseviews if isinstance(view, StaffView)]
    deleting = {type(view) for view in views if f"{view.endpoint}.delete" in app.view_functions}
    silent = {view.__name__ for view in deleting if view.check_goes is StaffView.check_goes}
    assert silent == ALWAYS_GOES
