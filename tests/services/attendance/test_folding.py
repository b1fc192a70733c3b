"""What notes say together, whatever the order in which they come in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.services.attendance.folding import Noted, Spell, fold, hand_over

START = datetime(2026, 3, 18, 6, 0, tzinfo=UTC)


def moment(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def tap(key: str, kind: str, noted: int, *, at: int | None = None, amends: str | None = None) -> Noted:
    return Noted(key, kind, None if at is None else moment(at), moment(noted), amends, None, noted)


def test_who_came_and_went_was_there_in_between():
    standing = fold([tap("a", "here", 3), tap("b", "gone", 90)])
    assert (standing.state, standing.spells) == ("gone", [Spell(moment(3), moment(90))])


def test_who_comes_back_was_there_twice():
    standing = fold([tap("a", "here", 3), tap("b", "gone", 90), tap("c", "here", 120)])
    assert standing.spells == [Spell(moment(3), moment(90)), Spell(moment(120), None)]


def test_a_corrected_time_stands_in_the_place_of_the_first_note():
    standing = fold([tap("a", "here", 3), tap("b", "gone", 90), tap("c", "here", 95, at=1, amends="a")])
    assert (standing.state, standing.spells) == ("gone", [Spell(moment(1), moment(90))])


def test_what_is_undone_does_not_count_and_what_it_corrected_counts_again():
    taps = [tap("a", "here", 3), tap("b", "here", 5, at=1, amends="a"), tap("c", "undo", 6, amends="b")]
    assert fold(taps).spells == [Spell(moment(3), None)]
    assert fold([*taps, tap("d", "undo", 7, amends="a")]).state == "expected"
    assert fold([tap("a", "here", 3), tap("b", "undo", 4, amends="a"), tap("c", "undo", 4, amends="a")]).spells == []


def test_late_says_when_and_absent_takes_back_a_mistaken_here():
    assert fold([tap("a", "late", 3, at=60)]).expected_at == moment(60)
    standing = fold([tap("a", "here", 3), tap("b", "absent", 4)])
    assert (standing.state, standing.spells, standing.expected_at) == ("absent", [], None)


def test_two_people_who_note_the_same_make_one_arrival_the_earliest():
    assert fold([tap("a", "here", 3), tap("b", "here", 9)]).spells == [Spell(moment(3), None)]
    assert fold([tap("a", "here", 3), tap("b", "gone", 50), tap("c", "gone", 55)]).spells == [
        Spell(moment(3), moment(55))
    ]


def test_who_left_without_a_noted_arrival_has_an_end_only():
    assert fold([tap("a", "gone", 50)]).spells == [Spell(None, moment(50))]


def test_who_is_here_in_a_later_shift_left_the_earlier_one_then():
    assert hand_over([Spell(moment(3), None)], moment(60)) == [Spell(moment(3), moment(60))]
    assert hand_over([Spell(moment(3), moment(9))], moment(60)) == [Spell(moment(3), moment(9))]


KINDS = st.sampled_from(["here", "late", "absent", "gone", "undo"])


@given(st.lists(st.tuples(KINDS, st.integers(0, 8)), max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(wanted, chance):
    taps = [
        tap(f"k{index}", kind, index, amends=f"k{target}" if kind == "undo" or target > 6 else None)
        for index, (kind, target) in enumerate(wanted)
    ]
    shuffled = taps[:]
    chance.shuffle(shuffled)
    assert fold(shuffled) == fold(taps)
    for since, until in fold(taps).spells:
        assert since is None or until is None or since <= until


def test_who_comes_back_earlier_than_the_leaving_was_noted_is_there_from_the_leaving_on():
    standing = fold([tap("a", "here", 3), tap("b", "gone", 90), tap("c", "here", 95, at=80)])
    assert standing.spells == [Spell(moment(3), moment(90)), Spell(moment(90), None)]


def test_who_left_before_the_arrival_was_there_for_no_time():
    standing = fold([tap("a", "here", 30), tap("b", "gone", 40, at=20)])
    assert standing.spells == [Spell(moment(30), moment(30))]


def test_who_was_noted_gone_first_and_comes_then_has_both():
    standing = fold([tap("a", "gone", 10), tap("b", "here", 20), tap("c", "late", 25, at=60)])
    assert (standing.state, standing.spells, standing.expected_at) == ("late", [Spell(None, moment(10))], moment(60))
    assert fold([tap("a", "gone", 10), tap("b", "absent", 20), tap("c", "gone", 30)]).spells == [
        Spell(None, moment(10)),
        Spell(None, moment(30)),
    ]


def test_the_function_that_was_noted_last_stays():
    taps = [tap("a", "here", 3)._replace(function_id=7), tap("b", "gone", 9), tap("c", "here", 12)]
    assert fold(taps).function_id == 7
    assert fold([*taps, tap("d", "gone", 20), tap("e", "here", 30)._replace(function_id=8)]).function_id == 8
    assert fold([]).function_id is None


def test_what_amends_a_note_that_did_not_come_in_yet_stands_by_itself_unless_it_undoes():
    assert fold([tap("b", "here", 5, at=1, amends="a")]).spells == [Spell(moment(1), None)]
    assert fold([tap("b", "undo", 5, amends="a")]).state == "expected"
    assert fold([tap("b", "undo", 5, amends="a")]).last is None
    both = [tap("b", "here", 5, at=1, amends="a"), tap("c", "here", 6, at=2, amends="b")]
    assert fold(both).spells == [Spell(moment(1), None)]


def test_a_correction_of_a_correction_stands_in_the_place_of_the_first_note():
    taps = [tap("a", "here", 3), tap("b", "here", 9, at=5, amends="a"), tap("c", "here", 10, at=1, amends="b")]
    standing = fold([*taps, tap("d", "gone", 8)])
    assert (standing.state, standing.spells, standing.last.key) == ("gone", [Spell(moment(1), moment(8))], "d")


def test_who_was_handed_over_before_the_arrival_was_there_for_no_time():
    assert hand_over([Spell(moment(30), None)], moment(20)) == [Spell(moment(30), moment(30))]
    assert hand_over([Spell(None, None)], moment(20)) == [Spell(None, moment(20))]
    assert hand_over([], moment(20)) == []
