"""The steps of an import of results: the file, what it would do with reasons, doing it, or throwing it away."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from app.models import TrainingResult
from tests.support.factories.people import make_member, make_staff

PAGE = "/trainingsuitslagen/importeren/"


@pytest.fixture
def team(db: Any, clock: Any, client: Any, sign_in_as: Any) -> Any:
    return sign_in_as(client, make_staff())


def upload(team, text, about="e-learning"):
    sent = {"about": about, "valid_months": "24", "file": (BytesIO(text.encode()), "e-learning.csv")}
    return team.post(PAGE, data=sent, content_type="multipart/form-data")


def test_a_file_is_looked_at_and_then_imported(team, db):
    member = make_member(member_number="4711")
    answer = upload(team, "lidnummer;uitslag;datum\n4711;geslaagd;15-1-2026\n12;geslaagd;15-1-2026")
    page = team.get(answer.location).text
    assert "Niemand heeft dit hier: 12." in page
    assert db.session.scalars(select(TrainingResult)).all() == []
    done = team.post(answer.location, follow_redirects=True).text
    assert "1 uitslag is geïmporteerd." in done
    assert [row.member_id for row in db.session.scalars(select(TrainingResult))] == [member.id]
    assert "is 1 uitslag geïmporteerd" in team.get(answer.location).text
    assert "e-learning.csv" in team.get(PAGE).text


def test_what_is_missing_is_said_at_its_field_and_a_file_is_thrown_away(team, db):
    refused = upload(team, "naam;uitslag\nJan;geslaagd")
    assert refused.status_code == 422
    assert "Geen kolom zegt van wie een rij is." in refused.text
    assert upload(team, "lidnummer;uitslag\n1;geslaagd", about="").status_code == 422
    answer = upload(team, "lidnummer;datum\n1;15-1-2026")
    assert "Niets" not in team.post(f"{answer.location}/weggooien").text
    assert team.get(answer.location).status_code == 404
