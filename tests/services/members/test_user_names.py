import pytest
from sqlalchemy.exc import IntegrityError

from app.services.members import user_names
from app.services.members.user_names import NameParts, make_user_names, names_of_account
from tests.support.factories.people import make_user


def test_a_user_name_is_initial_infix_and_surname_in_plain_letters(db):
    people = [NameParts("Jan", "", "de", "Vries"), NameParts("", "Z.", "", "Çelik-Ørsted"), NameParts("", "", "", "李")]
    assert make_user_names(people) == ["jdevries", "zcelikorsted", "lid"]


def test_names_differ_from_each_other_and_from_those_that_are_there(db):
    make_user(username="jdevries")
    make_user(username="JdeVries2")
    people = [NameParts("Jan", "", "de", "Vries")] * 2
    assert make_user_names(people) == ["jdevries3", "jdevries4"]


def test_a_long_name_is_cut_and_its_number_fits(db):
    names = make_user_names([NameParts("A", "", "", "b" * 60)] * 12)
    assert len(set(names)) == 12
    assert max(map(len, names)) == 30


def test_two_names_that_differ_in_capitals_only_are_refused_by_the_database(db):
    make_user(username="jdevries")
    with pytest.raises(IntegrityError):
        make_user(username="JDEVRIES")
    db.session.rollback()


def test_long_names_that_begin_alike_differ_with_their_numbers_too(db):
    people = [NameParts("A", "", "", "b" * 28 + last) for last in ("x", "y", "x", "y")]
    names = make_user_names(people)
    assert len(set(names)) == 4
    for name in names[:3]:
        make_user(username=name)
    assert make_user_names(people[:1])[0] not in names[:3]


def test_who_has_a_longer_name_than_is_taken_gets_it_without_a_number(db):
    make_user(username="jdevriesman")
    assert make_user_names([NameParts("Jan", "", "de", "Vries")]) == ["jdevries"]
    assert make_user_names([NameParts("Jan", "", "de", "Vriesman")]) == ["jdevriesman2"]


def test_many_names_at_once_are_compared_with_all_that_are_there(db, monkeypatch):
    monkeypatch.setattr(user_names, "FEW", 1)
    make_user(username="jdevries")
    people = [NameParts("Jan", "", "de", "Vries"), NameParts("Piet", "", "", "Vis")]
    assert make_user_names(people) == ["jdevries2", "pvis"]


def test_an_account_has_the_first_name_or_else_the_initials_and_the_whole_surname():
    known = {"initials": "J.P.", "infix": "de", "surname": "Vries"}
    assert names_of_account(first_name="Jan", **known) == ("Jan", "de Vries")
    assert names_of_account(first_name="", **known) == ("J.P.", "de Vries")
    assert [len(name) for name in names_of_account(first_name="x" * 99, initials="", infix="", surname="y" * 99)] == [
        *(64, 64)
    ]
