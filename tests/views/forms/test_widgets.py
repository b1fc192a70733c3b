"""Our inputs are written as WTForms writes them, every value escaped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from wtforms import BooleanField, Form, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, HiddenInput, Select, TextInput, html_params

from app.views.forms.widgets import BOX, HIDDEN, LINES, SELECT, look_of, native_widget, write_attributes

KEYS = st.sampled_from(["class_", "data_place", "aria_describedby", "value", "required", "id"])
VALUES = st.one_of(st.booleans(), st.integers(), st.text(), st.text("<>&'\"", max_size=6), st.just(Markup('a"b<i>')))


@given(st.dictionaries(KEYS, VALUES))
def test_attributes_are_those_of_wtforms(attributes):
    assert write_attributes(**attributes) == html_params(**attributes)


@pytest.mark.parametrize("value", ['"><script>', "' onfocus='x", "a&b"])
def test_no_value_leaves_its_attribute(value):
    written = write_attributes(value=value)
    assert written.count('"') == 2
    assert "<" not in written


class Choices(Form):
    plain = SelectField(choices=[("", ""), ('a&"b', "x<y>'"), (True, "ja"), (3, "")], default="3")
    grouped = SelectField(
        choices={"G & g": [("1", "een"), ("2", "twee", {"disabled": True, "data-x": 'q"'})]}, default="2"
    )


@pytest.mark.parametrize("name", ["plain", "grouped"])
def test_lists_to_choose_from_are_those_of_wtforms(name):
    field = Choices()[name]
    assert SELECT(field, class_="wide") == Select()(field, class_="wide")


class Inputs(Form):
    line = StringField(validators=[InputRequired(), Length(max=3)], default='"<&')
    hidden = HiddenField(default="a'b")
    ticked = BooleanField(validators=[InputRequired()], default=True)
    empty = BooleanField(default=False)


@pytest.mark.parametrize(
    ("name", "ours", "theirs"),
    [
        ("line", LINES["text"], TextInput()),
        ("hidden", HIDDEN, HiddenInput()),
        ("ticked", BOX, CheckboxInput()),
        ("empty", BOX, CheckboxInput()),
    ],
)
def test_inputs_are_those_of_wtforms(name, ours, theirs):
    field = Inputs()[name]
    assert native_widget(field) is ours
    assert ours(field, class_="wide", id="x") == theirs(field, class_="wide", id="x")


def test_what_stands_around_an_input_is_escaped_once():
    form = Inputs()
    form.line.label.text, form.line.description = "Naam & <toenaam>", Markup("<a>hint</a>")
    look = look_of(form.line, is_optional=False)
    assert (look.label, look.hint) == ("Naam &amp; &lt;toenaam&gt;", "<a>hint</a>")
    form.line.lang = Markup(' lang="en"')
    assert look_of(form.line, is_optional=False).label == '<span lang="en">Naam &amp; &lt;toenaam&gt;</span>'


def test_no_hint_is_shown_where_there_is_none_or_the_error_says_it():
    field = Inputs().line
    assert not look_of(field, is_optional=False).hint
    field.description = field.limits = "Alleen pdf"
    field.errors = ["Dit is geen pdf. Alleen pdf"]
    assert not look_of(field, is_optional=False).hint
