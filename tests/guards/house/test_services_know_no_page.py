"""No rule knows a page: no endpoint, no view and no field of a form stands in app/services; the view maps its keys."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

import app.models  # noqa: F401 (every table, for the mapper)
from app.models import Member

SERVICES = Path(__file__).resolve().parents[3] / "app/services"
FILES = sorted(SERVICES.rglob("*.py"))


def strings_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def pages_of(portal: Flask) -> set[str]:
    """Every endpoint, and the name of every view: what permissions are about."""
    endpoints = {rule.endpoint for rule in portal.url_map.iter_rules()}
    views = {type(view).__name__ for view in portal.extensions["appbuilder"].baseviews}
    return {name for name in endpoints if "." in name} | views


def test_no_service_names_a_page(app):
    pages = pages_of(app)
    assert FILES
    assert pages
    named = {path.name: found for path in FILES if (found := set(strings_in(path)) & pages)}
    asked = {path.name: found for path in FILES if (found := names_in(path) & {"url_for", "endpoint"})}
    assert (named, asked) == ({}, {})


def names_in(path: Path) -> set[str]:
    return {getattr(node, "id", getattr(node, "attr", "")) for node in ast.walk(ast.parse(path.read_text()))}


def own_names() -> set[str]:
    """What a service may call a value: an argument of its verbs, a field of its data, a column or relation of a row."""
    names = {attribute.key for mapper in Member.registry.mappers for attribute in mapper.attrs}
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                names |= {argument.arg.removesuffix("_id") for argument in (*node.args.args, *node.args.kwonlyargs)}
                names |= {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                names.add(node.target.id)
    return names


def places_in(path: Path) -> Iterator[str]:
    """The `field="…"` of every fault; of "functions.1" the first part."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        for keyword in node.keywords:
            value = keyword.value.values[0] if isinstance(keyword.value, ast.JoinedStr) else keyword.value
            if keyword.arg == "field" and isinstance(value, ast.Constant) and value.value:
                yield str(value.value).partition(".")[0]


def test_a_fault_names_the_value_that_is_wrong_not_its_field_in_a_form():
    known = own_names()
    wrong = {(path.name, place) for path in FILES for place in places_in(path) if place not in known}
    assert wrong == set()
