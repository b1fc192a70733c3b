"""Who is not trained may do what needs no training; that hides no other rule."""

from __future__ import annotations

import pytest

from app.models import EligibilityRule
from app.phrases import RuleBroken
from tests.support.factories.planning import CAUSES, find_fault, make_available, places_of


def test_who_is_not_trained_may_do_what_needs_no_training(db, election, place, give):
    member = make_available(election)
    find_fault(member, election)
    give(place(member, function="teller"), confirmed={"no_need"})
    assert places_of(member)


@pytest.mark.parametrize("first", ["training", "age"])
def test_training_that_is_not_needed_hides_no_other_rule(db, election, place, give, first):
    member = make_available(election)
    for code in (first, "age" if first == "training" else "training"):
        CAUSES[code](member)
        db.session.add(EligibilityRule(election_id=election.id, code=code, basis="law", is_blocking=True))
        db.session.commit()
    with pytest.raises(RuleBroken, match="18 or older"):
        give(place(member, function="teller"), confirmed={"no_need"})
