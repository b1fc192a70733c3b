"""A part of a page that is written once (views/parts/kept.py) shows nothing that is not in its key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import meta, nodes

TEMPLATES = Path(__file__).resolve().parents[2] / "app/templates"
PARTS = [str(file.relative_to(TEMPLATES)) for file in sorted(TEMPLATES.glob("*/kept/*"))]
USE = re.compile(r"kept_part\(\"([^\"]+)\"((?:, \w+=[\w.()]+)*)\)")
IN_EACH_LANGUAGE = {"_", "ngettext"}
READ_FROM_ELSEWHERE = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
USES = [use for file in sorted(TEMPLATES.rglob("*.html")) for use in USE.findall(file.read_text())]


def test_each_part_is_used_where_this_test_sees_it():
    assert sorted(name for name, _given in USES) == PARTS
    assert sum(file.read_text().count("kept_part(") for file in TEMPLATES.rglob("*.html")) == len(USES)


@pytest.mark.parametrize(("name", "given"), USES)
def test_a_part_reads_nothing_that_it_is_not_given(app, name, given):
    tree = app.jinja_env.parse((TEMPLATES / name).read_text())

    assert meta.find_undeclared_variables(tree) - IN_EACH_LANGUAGE == set(re.findall(r"(\w+)=", given))
    assert not list(tree.find_all(READ_FROM_ELSEWHERE))
