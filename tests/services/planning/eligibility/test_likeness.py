"""Which candidate looks like which member: what stays apart, and what is found although it is written otherwise."""

from __future__ import annotations

import pytest

from app.services.planning.eligibility.likeness import FOLDED, SHOWN, Name, find_likenesses

MEMBER = Name(1, "J.P.", "Jan", "de", "Vries", "Utrecht")


def score(candidate: Name, member: Name = MEMBER) -> float:
    return max((found.score for found in find_likenesses([member], [candidate])), default=0.0)


@pytest.mark.parametrize(
    "candidate",
    [
        Name(2, "J.P.", "Jan", "de", "Vries", "Utrecht"),
        Name(2, "J.P.", "", "de", "VRIES", "Utrecht"),
        Name(2, "J.", "Jan", "", "Vries", "utrecht"),
        Name(2, "J.P.", "Jan", "de", "Vriess", "Utrecht"),  # a letter too many
        Name(2, "J.P.", "Jan", "de", "Vrise", "Utrecht"),  # two changed places
        Name(2, "J.P.", "Jan", "de", "Vries-Bakker", "Utrecht"),
        Name(2, "J.P.", "Jan", "", "de Vries", "Utrecht"),  # the infix in the surname
    ],
)
def test_who_may_be_the_same_is_shown(candidate: Name) -> None:
    assert score(candidate) >= SHOWN


@pytest.mark.parametrize(
    "candidate",
    [
        Name(2, "A.", "Anna", "de", "Vries", "Zeist"),
        Name(2, "K.", "Kees", "", "Bakker", "Utrecht"),
        Name(2, "J.P.", "Jan", "de", "Vos", "Utrecht"),
        Name(2, "J.P.", "Jan", "de", "Friesema", "Utrecht"),
    ],
)
def test_who_is_somebody_else_is_not_found(candidate: Name) -> None:
    assert score(candidate) == 0.0


def test_less_is_alike_with_another_first_name_in_the_same_town() -> None:
    assert FOLDED <= score(Name(2, "A.", "Anna", "de", "Vries", "Utrecht")) < SHOWN


@pytest.mark.parametrize(
    ("own", "other"), [("Dijkstra", "Dykstra"), ("Çelik", "Celik"), ("Müller", "Muller"), ("O'Brien", "OBrien")]
)
def test_spellings_of_a_name_are_the_same_name(own: str, other: str) -> None:
    member = Name(1, "A.", "Anne", "", own, "Utrecht")
    assert score(Name(2, "A.", "Anne", "", other, "Utrecht"), member) == 100.0


def test_a_likeness_says_what_is_alike() -> None:
    (found,) = find_likenesses([MEMBER], [Name(9, "J.P.", "Jan", "de", "Vries-Bakker", "Zeist")])
    assert (found.candidate_id, found.member_id, found.reasons) == (9, 1, ("surname_part", "first_name", "infix"))
    assert found.score == 87.0
    (other,) = find_likenesses([MEMBER], [Name(9, "J.", "Johan", "", "Vriese", "Utrecht")])
    assert (other.score, other.reasons) == (87.5, ("surname_alike", "first_initial", "town"))
