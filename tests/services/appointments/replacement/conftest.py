"""What tests of replacement share: a published plan that somebody left."""

from __future__ import annotations

import pytest

from tests.support.factories.planning import make_available
from tests.support.factories.replacement import leave, make_published


@pytest.fixture
def planned(remembered, now):
    return remembered(lambda: make_published(now=now))


@pytest.fixture
def vacancy(planned, now):
    return leave(planned.leaves, now=now)


@pytest.fixture
def anna(planned):
    return make_available(planned.election, first_name="Anna", infix="", surname="Bos")


@pytest.fixture
def piet(planned):
    return make_available(planned.election, first_name="Piet", infix="", surname="Vis")
