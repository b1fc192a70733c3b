"""Nothing changes what an account hangs on without telling whose it is: each place does, or says why not."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

APP = Path(__file__).resolve().parents[3] / "app"
OF_USER_AND_MEMBER = {"email", "username", "active", "roles", "sealed_iban"}
TELLS = {"tell_member", "tell_of_changes", "_tell", "_enter", "_note"}  # the last three end in one of the first two
# (file, function) that writes such a thing → why nobody is told there.
NOT_TOLD = {
    ("services/accounts/team_accounts.py", "add_user"): "the invitation tells of the account",
    ("services/accounts/password_changes.py", "accept_invitation"): "the member gives an address, and had none",
    ("services/members/states.py", "_change"): "the invitation tells of it",
    ("services/members/profile.py", "_set_value"): "_change notes it, and so tells",
    ("services/members/profile.py", "_set_iban"): "_change notes it, and so tells",
    ("services/rosters/apply.py", "_update_group"): "apply_plan tells of what its groups changed",
    ("services/operations/key_rotation.py", "_seal_iban"): "the same IBAN under another key",
}


@cache
def writers() -> list[tuple[str, ast.FunctionDef]]:
    return [
        (path.relative_to(APP).as_posix(), node)
        for path in sorted(APP.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and any(map(writes, ast.walk(node)))
    ]


def writes(node: ast.AST) -> bool:
    """An attribute of a user or member is set, or their rows are updated by a statement."""
    if isinstance(node, ast.Assign):
        targets = [part for target in node.targets for part in getattr(target, "elts", [target])]
        return any(isinstance(target, ast.Attribute) and is_critical(target) for target in targets)
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if name == "setattr":
        return ast.unparse(node.args[0]) in ("member", "user", "person.member", "person.user")
    if name == "change_if":
        is_of_them = ast.unparse(node.args[0]) in ("Member", "User")
    else:
        tables = ("Member", "User)", "table")
        is_of_them = name == "values" and any(f"update({table}" in ast.unparse(node) for table in tables)
    names = {keyword.arg for keyword in node.keywords if keyword.arg}
    is_any = any(isinstance(value, ast.DictComp) for value in node.args)
    return is_of_them and (is_any or bool(names & (OF_USER_AND_MEMBER | {"state"})))


def is_critical(target: ast.Attribute) -> bool:
    owner = ast.unparse(target.value).rpartition(".")[2]
    return owner in ("member", "user") and (target.attr in OF_USER_AND_MEMBER or target.attr == "state")


def tells(function: ast.FunctionDef) -> bool:
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(getattr(call, "id", getattr(call, "attr", "")) in TELLS for call in calls)


def test_each_change_of_an_account_is_told_or_says_why_not():
    silent = {(file, function.name) for file, function in writers() if not tells(function)}
    assert silent == set(NOT_TOLD), "call services.members.account_notices there, or say here why nobody is told"


def test_the_guard_sees_what_it_should():
    seen = {(file, function.name) for file, function in writers()}
    assert seen >= {
        ("services/accounts/team_accounts.py", "switch_off"),
        ("services/accounts/team_accounts.py", "change_roles"),
        ("services/accounts/email_change.py", "_carry_out"),
        ("services/members/states.py", "resign"),
        ("services/members/states.py", "_enter"),
    }
