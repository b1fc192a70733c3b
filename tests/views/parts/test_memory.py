"""What is made once is kept by its key, for one application, and never more than so many of a kind."""

from __future__ import annotations

import pytest
from flask import Flask

from app.memory import made_once


def ask(made, key, *, most=2):
    return made_once("things of this test", key, lambda: made.append(key) or f"thing {key}", most=most)


@pytest.fixture(autouse=True)
def apart():
    """An application of its own, so that nothing of another test is kept."""
    with Flask("apart").app_context():
        yield


def test_the_second_that_asks_gets_what_was_made_for_the_first():
    made = []

    assert [ask(made, "a"), ask(made, "a")] == ["thing a", "thing a"]
    assert made == ["a"]


def test_another_key_is_another_thing():
    made = []

    assert [ask(made, "a"), ask(made, ("a", "nl"))] == ["thing a", "thing ('a', 'nl')"]


def test_no_more_are_kept_than_told():
    made = []
    for key in "abca":  # c finds two, and begins again
        ask(made, key)

    assert made == ["a", "b", "c", "a"]


def test_another_application_has_its_own():
    made = []
    ask(made, "a")
    with Flask("another").app_context():
        ask(made, "a")

    assert made == ["a", "a"]
