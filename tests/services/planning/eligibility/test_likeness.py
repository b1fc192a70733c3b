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


@pytest.mark.parametrize(
    ("own", "other", "points", "reason"),
    [
        (("J.P.", "Jan"), ("A.", "Jan"), 25.0, "first_name"),
        (("J.P.", "Jan Piet"), ("", "Jan Kees"), 25.0, "first_name"),
        (("J.P.", ""), ("J.P.", "Kees"), 25.0, "initials"),
        (("J.", ""), ("J.", ""), 17.5, "first_initial"),  # one letter is no proof
        (("J.P.", ""), ("J.K.", ""), 17.5, "first_initial"),
        (("R.", "Bob"), ("B.", ""), 15.0, "first_initial"),  # by the name that one is called by
        (("R.", "Bob"), ("", "Rob"), 15.0, "first_initial"),
        (("J.P.", ""), ("P.J.", ""), 0.0, ""),
        (("", ""), ("J.", ""), 10.0, ""),  # not told
        (("J.", ""), ("", ""), 10.0, ""),
    ],
)
def test_given_names_count_for_a_quarter_by_how_much_is_alike(own, other, points, reason) -> None:
    """In the same town, with the same surname and infix."""
    member, candidate = (Name(1, *names, "de", "Vries", "Utrecht") for names in (own, other))
    (found,) = find_likenesses([member], [candidate])
    assert found.score == 75.0 + points
    assert found.reasons == tuple(filter(None, ("surname", reason, "infix", "town")))


@pytest.mark.parametrize(
    ("own", "other", "score", "reasons"),
    [
        (("de", "Utrecht"), ("van", "Utrecht"), 95.0, ("surname", "first_name", "town")),
        (("de", "Utrecht"), ("", "Utrecht"), 97.0, ("surname", "first_name", "town")),
        (("", "Utrecht"), ("", "Utrecht"), 100.0, ("surname", "first_name", "town")),
        (("v.d.", "Utrecht"), ("v d", "Utrecht"), 100.0, ("surname", "first_name", "infix", "town")),
        (("de", "Utrecht"), ("de", "Zeist"), 90.0, ("surname", "first_name", "infix")),
        (("de", ""), ("de", "Zeist"), 94.0, ("surname", "first_name", "infix")),
        (("de", "Utrecht"), ("de", ""), 94.0, ("surname", "first_name", "infix")),
    ],
)
def test_a_town_counts_for_a_tenth_and_an_infix_for_half_of_that_and_less_where_it_is_not_told(
    own, other, score, reasons
) -> None:
    member, candidate = (Name(1, "", "Jan", infix, "Vries", town) for infix, town in (own, other))
    (found,) = find_likenesses([member], [candidate])
    assert (found.score, found.reasons) == (score, reasons)


@pytest.mark.parametrize(
    ("own", "other", "is_near"),
    [
        ("Bos", "Bos", True),
        ("Bos", "Bo", False),  # a short name is compared as it is
        ("Bosch", "Bosc", True),
        ("Boes", "Bos", True),
        ("Boes", "Baes", True),
        ("Vermeulen", "Verheulen", True),  # another letter
        ("Vermeulen", "Verheuten", False),  # two other letters
        ("Bakker-Boes", "Baes", False),  # a part of a double name is the other's, letter for letter
        ("Smit-Bakker", "Bakker-Jansen", True),
        ("Bakker-van der Smit", "Smit", True),
        ("van", "Bos", False),
    ],
)
def test_names_are_compared_where_a_part_of_them_is_a_letter_apart(own: str, other: str, is_near: bool) -> None:
    member, candidate = (Name(1, "", "Jan", "", surname, "Utrecht") for surname in (own, other))
    assert (score(candidate, member) > 0) == is_near


def test_of_several_only_who_is_alike_enough_is_named_each_once() -> None:
    """Two candidates of the same name are two; a score just below what is kept is none."""
    same = [Name(number, "J.P.", "Jan", "de", "Vries", "Utrecht") for number in (2, 3)]
    others = [Name(4, "K.", "Kees", "", "Bakker", "Utrecht"), Name(5, "A.", "Anna", "", "Vries-Smit", "")]
    found = list(find_likenesses([MEMBER, Name(8, "", "", "", "-", "")], [*same, *others]))
    assert [(likeness.member_id, likeness.candidate_id) for likeness in found] == [(1, 2), (1, 3)]
