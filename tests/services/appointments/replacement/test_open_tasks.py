"""The question that each page of a member asks is planned once: no parameter where an index asks a value."""

from __future__ import annotations

from app.models import ReplacementAsk
from app.services.appointments.replacement.open_tasks import is_open_ask
from app.services.waiting import MEMBER_ID, NOW


def test_the_state_of_an_open_ask_is_written_as_its_index_writes_it():
    (index,) = (each for each in ReplacementAsk.__table__.indexes if each.name == "uq_replacement_ask_open")
    assert str(index.dialect_options["sqlite"]["where"]) in str(is_open_ask(MEMBER_ID, NOW)).replace(
        "replacement_ask.", ""
    )
