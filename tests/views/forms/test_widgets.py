"""Our inputs are written as WTForms writes them, every value escaped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from wtforms import Form, SelectField
from wtforms.widgets import Select, html_params

from app.views.forms.widgets import SELECT, write_attributes

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
