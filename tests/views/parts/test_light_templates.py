"""Templates of the portal are written in fewer steps, and say what Jinja would say."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta, nodes, pass_context
from markupsafe import Markup, escape

from app.views.parts.light_templates import write_out


class Shouted(str):
    """A text that is not plain."""


@pytest.mark.parametrize(
    "value",
    [
        "De Vries",
        "",
        "a & b",
        "<b>",
        'say "no"',
        "it's",
        "é <",
        Markup("<i>"),
        Shouted("<u>"),
        12,
        None,
        1.5,
        ["<", ">"],
    ],
)
def test_each_value_is_written_as_markupsafe_escapes_it(value):
    assert str(write_out(value)) == str(escape(value))


TEMPLATE = """{% macro bold(text) %}<b>{{ text }}</b>{{ caller() if caller else "" }}{% endmacro -%}
{{ bold(name) }} {{ plain(name) }} {{ safe(name) }} {{ knows() }} {{ name.upper() }} {{ missing }}
{% for each in [1, 2] %}{{ knows() }}{% call bold(each) %}{{ name }}{% endcall %}{% endfor %}"""


@pass_context
def _knows(context):
    return f"{context['name']}, {context.get('each')}"


@pytest.mark.parametrize("autoescapes", [True, False])
def test_a_template_says_what_it_says_in_jinja_itself(app, autoescapes):
    given = {
        "name": "<O'Neill>",
        "plain": str.upper,
        "safe": lambda text: Markup("<i>{}</i>").format(text),
        "knows": _knows,
    }
    ours, flasks = (
        app.jinja_env.overlay(autoescape=autoescapes),
        Flask("bare").jinja_env.overlay(autoescape=autoescapes),
    )

    with app.test_request_context():
        said = ours.from_string(TEMPLATE).render(given)
    assert said == flasks.from_string(TEMPLATE).render(given)
    assert ("<O'Neill>" in said) is not autoescapes


TEMPLATES = Path(__file__).resolve().parents[3] / "app/templates"


def _imports(app):
    """Each import of macros: in which template, and of which."""
    for file in sorted(file for file in TEMPLATES.rglob("*") if file.is_file()):
        for node in app.jinja_env.parse(file.read_text()).find_all((nodes.Import, nodes.FromImport)):
            yield file.name, node


def test_macros_are_imported_without_the_page_or_they_would_all_be_made_anew_at_each_request(app):
    assert [(name, node.template.value) for name, node in _imports(app) if node.with_context] == []


def test_macros_read_nothing_of_the_page_but_what_they_are_given(app):
    for imported in sorted({node.template.value for _name, node in _imports(app)}):
        read = meta.find_undeclared_variables(app.jinja_env.parse((TEMPLATES / imported).read_text()))
        assert read - set(app.jinja_env.globals) <= {"tag"}, imported  # of a letter: set in the same breath
