"""What is shown of a round of questions: means and shares of enough answers, and small stations together."""

from __future__ import annotations

import pytest

from app.services.evaluation.surveys import results
from app.services.evaluation.surveys.results import FEWEST, mean_of, number_of, share_of_yes


def test_a_mean_and_a_share_are_of_all_who_answered():
    assert mean_of({1: 2, 4: FEWEST}) == pytest.approx((2 + 4 * FEWEST) / (FEWEST + 2))
    assert share_of_yes({0: FEWEST, 1: 3}) == pytest.approx(3 / (FEWEST + 3))
    assert number_of({1: 2, 4: 3}) == 5


def test_one_answer_fewer_than_enough_says_nothing():
    assert mean_of({3: FEWEST}) == 3
    assert mean_of({3: FEWEST - 1}) is None
    assert share_of_yes({1: FEWEST}) == 1
    assert share_of_yes({1: FEWEST - 1}) is None


@pytest.mark.parametrize(("replies", "is_enough"), [(FEWEST - 1, False), (FEWEST, True)])
def test_nothing_is_shown_until_enough_answered(replies, is_enough):
    assert results.Results([], replies, {}, [], {}).is_enough == is_enough
