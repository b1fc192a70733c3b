"""Nothing that is chosen or kept says that somebody is ill: data about health are not ours to keep (AVG 9)."""

from __future__ import annotations

import re
from enum import StrEnum

import pytest

from app import models
from app.extensions import db

OF_HEALTH = re.compile(r"health|\bill\b|illness|\bsick|disab|ziek|gezond|handicap", re.IGNORECASE)
KINDS = [kind for kind in vars(models).values() if isinstance(kind, type) and issubclass(kind, StrEnum)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_kind_is_about_health(kind: type[StrEnum]) -> None:
    assert [each for each in kind if OF_HEALTH.search(each.value.replace("_", " "))] == []


def test_no_column_is_about_health() -> None:
    names = {f"{table.name}.{column.name}" for table in db.metadata.tables.values() for column in table.columns}
    assert sorted(name for name in names if OF_HEALTH.search(name.replace("_", " "))) == []
