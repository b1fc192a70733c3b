"""An election with a station, and what its letters of appointment hold."""

from __future__ import annotations

import pytest

from tests.support.factories.appointments import make_setup
from tests.support.factories.elections import make_election, make_station, shifts_of


@pytest.fixture
def election(db):
    return make_election()


@pytest.fixture
def setup(election, now):
    return make_setup(election, series="SB-GR2026", now=now)


@pytest.fixture
def station(election):
    return make_station(election, 12)


@pytest.fixture
def early(election):
    return shifts_of(election)[0]
