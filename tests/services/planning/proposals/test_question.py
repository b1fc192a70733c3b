"""What the solver is asked: who may and who wants, and which places may be moved."""

from __future__ import annotations

import pytest

from app.extensions import db
from app.models import (
    Function,
)
from app.services.planning.proposals.reading import read_question
from app.services.planning.proposals.solver.weights import DEFAULTS
from tests.support.factories.elections import make_function
from tests.support.factories.planning import (
    find_fault,
)


@pytest.mark.parametrize(("keeps", "price"), [(True, None), (False, DEFAULTS["move_published"])])
def test_a_published_place_is_kept_or_has_a_price(election, published, keeps, price):
    question = read_question(election, station_ids=[], weights={}, keeps_published=keeps)
    assert [kept.price for kept in question.instance.kept] == [price]


def test_a_locked_place_is_never_moved(db, election, published):
    published.is_locked = True
    db.session.commit()
    question = read_question(election, station_ids=[], weights={}, keeps_published=False)
    assert [kept.price for kept in question.instance.kept] == [None]


def test_who_may_not_be_appointed_is_not_asked(election, people, now):
    find_fault(people[0], election, "age")
    question = read_question(election, station_ids=[], weights={}, keeps_published=True)
    assert people[0].id not in {person.id for person in question.instance.people}
    assert (question.answered, len(question.eligible)) == (10, 9)


def test_without_training_only_what_needs_none(election, people):
    find_fault(people[0], election, "training")
    question = read_question(election, station_ids=[], weights={}, keeps_published=True)
    functions = next(person.functions for person in question.instance.people if person.id == people[0].id)
    assert functions
    assert all(not function.needs_training for function in map(_function, functions))


def _function(key: int):
    return db.session.get(Function, key)


def test_presiding_is_for_who_wants_it(election, people):
    question = read_question(election, station_ids=[], weights={}, keeps_published=True)
    chair = make_function("voorzitter").id
    assert {person.id for person in question.instance.people if chair in person.functions} == {
        member.id for member in people[:4]
    }
