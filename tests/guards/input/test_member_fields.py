"""A member's fields stand in one table: each list of them is made from it, and each column is in it or no data."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String, inspect

from app.importing.rosters.columns import HEADINGS
from app.importing.rosters.roster import RosterRow
from app.member_fields import MEMBER_FIELDS, Changes, Field, FieldTable, Group
from app.models import Member
from app.phrases import Phrase, phrase
from app.views.forms.members import HINTS, MemberDataForm, OwnDataForm, data_form
from app.views.labels.members import OWN_FIELD_LABELS, TEAM_FIELD_LABELS
from app.views.member.profile import ProfileView
from app.views.staff.members.members import MembersView

APP = Path(__file__).resolve().parents[3] / "app"
# Columns of a member that hold nothing that somebody types or reads as data of that person.
NO_FIELDS = {
    "id",
    "user_id",
    "sealed_iban",  # the field iban
    "iban_ending",
    "bsn_known_at",  # the field bsn
    "bsn_duplicate",
    "email_broken_at",
    "email_broken_reason",
    "email_broken_by_report",
    "state_changed_at",  # who stopped somebody, when and why, is said at the act
    "state_changed_by",
    "stop_reason",
    "stop_note",
    "search_text",
    "import_run_id",
    "created_at",
    "changed_at",
    "trained_until",  # what results of trainings say; the field trained_on is what the team notes
    "latitude",  # where the postcode lies
    "longitude",
}
# What is laid out or spelled by hand, field by field: file → how many such lists. Everything else is derived.
BY_HAND = {
    "importing/elections/candidates.py": 2,  # names of candidates, who are no members
    "services/planning/eligibility/candidates.py": 1,
    "models/derived/likeness_marks.py": 1,  # what a trigger of the database watches
    "importing/rosters/columns.py": 1,  # the headings
    "importing/elections/plan.py": 1,  # the headings of a plan, by which a member is found
    "views/forms/members.py": 2,  # hints and attributes of the inputs
    "views/labels/availability.py": 1,  # the export of answers, with the election's own columns
    "views/staff/availability/answers.py": 1,
    "views/staff/members/members.py": 1,  # the card
}


def table_with(**given: Any) -> FieldTable:
    shoe = Field(name="shoe_size", label=phrase("Shoe size"), max_length=3, **given)
    return FieldTable([*MEMBER_FIELDS, shoe])


def test_a_new_field_is_in_no_list_that_its_flags_do_not_say():
    table = table_with(is_exported=False, is_in_roster=False)
    lists = (table.changed_by(Changes.TEAM), table.searched, table.exported, table.in_roster, table.given_columns)
    assert [names for names in lists if "shoe_size" in names] == []


@pytest.mark.parametrize(
    ("flag", "read"),
    [
        ({"is_exported": True}, lambda table: table.exported),
        ({"is_searched": True}, lambda table: table.searched),
        ({"is_in_roster": True}, lambda table: table.in_roster),
        ({"is_in_roster": True}, lambda table: table.given_columns),
        ({"who_may_change": Changes.TEAM}, lambda table: table.changed_by(Changes.TEAM)),
        ({"who_may_change": Changes.MEMBER}, lambda table: table.changed_by(Changes.TEAM, Group.WHO)),
        ({"who_may_change": Changes.MEMBER}, lambda table: table.changed_by(Changes.MEMBER)),
    ],
)
def test_a_new_field_is_in_the_lists_that_its_flags_say(flag, read):
    assert "shoe_size" in read(table_with(**({"is_exported": False, "is_in_roster": False} | flag)))


@pytest.mark.parametrize("who", [Changes.TEAM, Changes.MEMBER])
def test_a_new_field_gets_an_input_and_its_length_is_asked(client, who):
    table = table_with(who_may_change=who)
    labels = {field.name: field.label.msgid for field in table}
    with client.application.test_request_context():
        assert "shoe_size" in data_form("TeamForm", table, Changes.TEAM, labels)()
        assert ("shoe_size" in data_form("OwnForm", table, Changes.MEMBER, labels)()) == (who is Changes.MEMBER)
    assert table["shoe_size"].read_typed(" 43 ", None) == "43"
    assert isinstance(table["shoe_size"].read_typed("4343", None), Phrase)


def test_forms_and_labels_are_those_of_the_table(client):
    team, own = MEMBER_FIELDS.changed_by(Changes.TEAM), MEMBER_FIELDS.changed_by(Changes.MEMBER)
    with client.application.test_request_context():
        assert [field.short_name for field in MemberDataForm() if field.short_name != "csrf_token"] == list(team)
        assert [field.short_name for field in OwnDataForm() if field.short_name != "csrf_token"] == list(own)
    for view, names in ((MembersView, team), (ProfileView, own)):
        assert sorted(name for _title, part in view.edit_fieldsets for name in part["fields"]) == sorted(names)
    assert TEAM_FIELD_LABELS.keys() == OWN_FIELD_LABELS.keys() == MEMBER_FIELDS.by_name.keys()
    assert HINTS.keys() <= MEMBER_FIELDS.by_name.keys()


def test_each_column_of_a_member_is_in_the_table_or_named_as_no_field():
    columns = {column.key: column for column in inspect(Member).columns}
    in_table = set(MEMBER_FIELDS.names(lambda field: field.is_column))
    assert columns.keys() - NO_FIELDS == in_table
    assert columns.keys() >= NO_FIELDS
    texts = {name: column.type.length for name, column in columns.items() if isinstance(column.type, String)}
    assert {name: texts.get(name) for name in in_table} == {name: MEMBER_FIELDS[name].max_length for name in in_table}


def test_a_roster_gives_what_the_table_says():
    wanted = set(MEMBER_FIELDS.in_roster)
    assert set(HEADINGS) == {field.name for field in fields(RosterRow)} - {"row", "unread", "lost"} == wanted


def test_no_other_list_of_fields_is_written_by_hand():
    found: dict[str, int] = {}
    for path in APP.rglob("*.py"):
        if path.name == "member_fields.py":
            continue
        lists = [node for node in ast.walk(ast.parse(path.read_text())) if _count_fields(node) >= 5]
        if lists:
            found[path.relative_to(APP).as_posix()] = len(lists)
    assert found == BY_HAND


def _count_fields(node: ast.AST) -> int:
    parts = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", [])
    names = {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    names |= {part.attr for part in parts if isinstance(part, ast.Attribute)}
    return len(names & MEMBER_FIELDS.by_name.keys())
