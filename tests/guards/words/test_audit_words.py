"""Every action of the audit trail has words, so that an administrator reads no code."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
from flask_babel import force_locale

from app.views.base import StaffView
from app.views.staff.audit.words import Words, all_words

TESTS = Path(__file__).resolve().parents[2]
APP = TESTS.parent / "app"
# What a call makes of a variable, and what is written without record_event: by hand, because no reading of code tells.
MADE_OF_A_VARIABLE = {
    ("services/accounts/password_changes.py", "action"): {"invitation.accepted", "password.reset", "password.changed"},
    ("services/attendance/notes.py", "f'attendance.{verb}'"): {
        "attendance.here",
        "attendance.late",
        "attendance.absent",
        "attendance.gone",
        "attendance.undone",
        "attendance.voter",
    },
    ("services/availability/answers.py", "f'availability.{verb}'"): {
        "availability.submitted",
        "availability.changed",
        "availability.entered",
        "availability.candidacy_declared",
    },
    ("services/publishing.py", "f'{row.__tablename__}.published'"): {"news_item.published", "document.published"},
    ("services/publishing.py", "f'{row.__tablename__}.withdrawn'"): {"news_item.withdrawn", "document.withdrawn"},
    ("services/appointments/replacement/ask_ends.py", "f'replacement_ask.{state}'"): {
        "replacement_ask.too_late",
        "replacement_ask.withdrawn",
        "replacement_ask.expired",
    },
    ("views/tables/table_view.py", "action"): set(),  # see the test on generated screens
}
WRITTEN_IN_BULK = {
    "services/rosters/apply.py": {"member.imported", "profile.changed", "member.deleted", "bsn.cleared"},
    "services/members/states.py": {"member.state_changed"},
}
KNOWS_THE_TABLE = {
    "models/__init__.py",
    "models/workings/audit.py",
    "services/audit.py",
    "views/staff/audit/audit.py",
    "views/staff/audit/words.py",
}
READS_IT = {
    "services/bulk.py",
    "services/elections/stations/station_undo.py",
    "services/mail/undeliverable_addresses.py",
    "services/operations/status.py",
    "services/overview/member_page.py",
    "views/console/people.py",
}
NOT_DETAILS = {"now", "subject", "member_id"}


@cache
def calls() -> list[tuple[str, ast.Call]]:
    """Every call of record_event, with the file it is in."""
    return [
        (path.relative_to(APP).as_posix(), node)
        for path in sorted(APP.rglob("*.py"))
        if "record_event" in (text := path.read_text())
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "record_event"
    ]


def actions_of(file: str, value: ast.expr) -> set[str]:
    if isinstance(value, ast.Constant):
        return {str(value.value)}
    if isinstance(value, ast.IfExp):
        return actions_of(file, value.body) | actions_of(file, value.orelse)
    return MADE_OF_A_VARIABLE[file, ast.unparse(value)]  # a KeyError: write down here what it can be


@pytest.fixture
def words(app) -> Words:
    with app.app_context():
        return all_words()


def test_every_action_of_the_code_has_words(words):
    written = {action for file, call in calls() for action in actions_of(file, call.args[1])}
    assert len(written) > 40
    written |= set().union(*WRITTEN_IN_BULK.values())
    assert written - set(words.actions) == set(), "give them words in the AuditWords of their subject"


def test_every_action_of_the_services_is_seen_by_a_test():
    """A line that is dropped from the trail must fail something; see tests/services/test_audit_trail.py."""
    written = {
        action for file, call in calls() if file.startswith("services/") for action in actions_of(file, call.args[1])
    }.union(*WRITTEN_IN_BULK.values())
    tests = "".join(path.read_text() for path in TESTS.rglob("test_*.py") if path.parent.name != "guards")
    assert {action for action in written if f'"{action}"' not in tests} == set(), "do it in a test, and read the trail"


def test_every_name_of_a_detail_has_words(words):
    written = {keyword.arg for _file, call in calls() for keyword in call.keywords if keyword.arg} - NOT_DETAILS
    assert written - set(words.details) == set(), "give them words in the AuditWords of their subject"


def test_nothing_else_writes_in_the_trail():
    uses = {
        path.relative_to(APP).as_posix()
        for path in APP.rglob("*.py")
        if "AuditEvent" in (text := path.read_text())
        and any(getattr(node, "id", "") == "AuditEvent" for node in ast.walk(ast.parse(text)))
    }
    assert uses - KNOWS_THE_TABLE - READS_IT == set(WRITTEN_IN_BULK)


def test_every_generated_screen_that_changes_rows_has_words_for_it(app, words):
    own = {"create_row": "created", "change_row": "changed", "delete_row": "deleted"}
    routes = {"create_row": "add", "change_row": "edit", "delete_row": "delete"}
    for view in app.extensions["appbuilder"].baseviews:
        if not isinstance(view, StaffView):
            continue
        for method, verb in own.items():
            is_stock = getattr(type(view), method) is getattr(StaffView, method)
            if is_stock and f"{view.endpoint}.{routes[method]}" in app.view_functions:
                assert f"{view.datamodel.obj.__tablename__}.{verb}" in words.actions


def test_the_words_are_dutch_in_dutch(app, words):
    def say(locale):
        with app.test_request_context(), force_locale(locale):
            return {code: str(said) for code, said in (words.actions | words.details).items()}

    dutch, english = say("nl"), say("en")
    same = {code for code in dutch if dutch[code] == english[code]}
    assert same == set(), same
