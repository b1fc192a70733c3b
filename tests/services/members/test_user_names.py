import pytest
from sqlalchemy.exc import IntegrityError

from app.services.members.user_names import NameParts, make_user_names
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
