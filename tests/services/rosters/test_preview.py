"""What a check of a roster says beforehand: what changes, what is left, who is missing, who seems to be there twice."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.models import ImportState, Member, MergedMember
from app.phrases import RuleBroken
from app.services.audit import Actor
from app.services.members import profile
from app.services.rosters import runs
from app.services.rosters.report import Part, counts_of, read_part
from tests.services.rosters.roster_files import ROWS, roster
from tests.support.factories.people import LONG_AGO, make_member

TEAM = Actor("team")
PLAIN = "Lidnummer;Voornaam;Achternaam;Geboortedatum;Straat;Huisnummer;Postcode;Plaats;Mobiel"


@pytest.fixture
def load(db, now):
    def run(content: bytes):
        plan, _ = runs.import_file(content, "leden.csv", actor=TEAM, now=now)
        db.session.commit()
        return plan

    return run


@pytest.fixture
def check(db, now, tmp_path):
    def run(content: bytes, **choices):
        started = runs.start_run(content, "leden.csv", instance=tmp_path, actor=TEAM, now=now)
        runs.ask_check(started, runs.columns_of(started), instance=tmp_path, now=now, **choices)
        return started

    return run


@pytest.fixture
def part(tmp_path):
    return lambda run, name: read_part(run, name, instance=tmp_path)


def find(db, number: str) -> Member:
    return db.session.scalars(select(Member).where(Member.member_number == number)).one()


def test_the_check_says_from_what_to_what_per_member(db, load, check, part):
    load(roster())
    moved = ROWS[0].replace("Voorbeeldstad", "Elders").replace("NL91ABNA0417164300", "NL02ABNA0123456789")
    run = check(roster(moved, "1009;Q.;Quirine;;Zee;1-1-1990;q@post.example;;;;"))
    assert part(run, Part.CHANGED) == [
        [
            2,
            find(db, "1001").id,
            "Jan de Vries",
            [["city", "Voorbeeldstad", "Elders"], ["iban", "•••• 4300", "•••• 6789"]],
        ]
    ]
    assert part(run, Part.NEW) == [[3, "Quirine Zee", "1009", "q@post.example", None]]
    assert find(db, "1001").city == "Voorbeeldstad"


def test_a_column_that_is_chosen_twice_is_told_at_each_of_the_two_and_at_no_other(db, now, tmp_path):
    run = runs.start_run(roster(), "leden.csv", instance=tmp_path, actor=TEAM, now=now)
    columns = {"member_number": 0, "surname": 3, "city": 3, "first_name": 2}
    with pytest.raises(RuleBroken) as refused:
        runs.ask_check(run, columns, instance=tmp_path, now=now)
    assert [fault.field for fault in refused.value.together] == ["surname", "city"]
    assert run.state == ImportState.UPLOADED


def test_who_takes_part_and_is_not_in_the_file_is_missing(db, load, check, part):
    make_member(state="resigned")
    load(roster())
    run = check(roster(ROWS[0], "1003;Z.;Zoë;;17;8-8-1980;zoe@post.example;;;;"))
    assert part(run, Part.MISSING) == [find(db, "1002").id]  # 1003 stands in a row that is refused
    assert counts_of(run)["missing"] == 1


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("2001;Jan;Vries;6-6-1970;;;;;", "birth"),
        ("2001;J.;Vries;;Dorpsstraat;12;1234 AB;;", "address"),
        ("2001;Jan;Vries;6-6-1971;Dorpsstraat;12;1234 AB;;", None),  # father and son
        ("2001;Piet;Vries;6-6-1970;;;;;", None),
        ("2001;Jan;Bakker;6-6-1970;;;;;", None),
        ("2001;J;Vries;6-6-1970;;;;;", "birth"),  # an initial as the first name
        ("2001;P;Vries;6-6-1970;;;;;", None),
        ("2001;P.;Vries;6-6-1970;;;;;", None),
        ("2001;;Vries;6-6-1970;;;;;", "birth"),
        ("2001;Jan;Vries;;Dorpsstraat;13;1234 AB;;", None),
        ("2001;Jan;Vries;;Dorpsstraat;;1234 AB;;", None),
        ("2001;Jan;Vries;;Dorpsstraat;12;1234 AC;;", None),
        ("2001;Jan;Vries;;;;;;", None),
    ],
)
def test_somebody_with_another_number_is_a_likely_double(db, check, part, row, why):
    known = make_member(
        first_name="Jan",
        infix="de",
        surname="Vries",
        birth_date=date(1970, 6, 6),
        postcode="1234 AB",
        house_number="12",
    )
    run = check(roster(row, header=PLAIN))
    found = part(run, Part.DOUBLES) or []
    assert [(line[0], line[3], line[4]) for line in found] == ([(2, why, known.id)] if why else [])


def test_who_is_nobody_any_more_is_no_double(db, check, part):
    make_member(first_name="Jan", surname="Vries", birth_date=date(1970, 6, 6), state="anonymised")
    run = check(roster("2001;Jan;Vries;6-6-1970;;;;;", header=PLAIN))
    assert part(run, Part.DOUBLES) is None


def test_likely_doubles_are_left_out_when_the_team_says_so(db, check, now, tmp_path, part):
    rows = ("1;Jan;Vries;6-6-1970;;;;;", "2;Jan;Vries;6-6-1970;;;;;", "3;An;Bos;7-7-1971;;;;;")
    run = check(roster(*rows, header=PLAIN))
    assert [(line[0], line[5]) for line in part(run, Part.DOUBLES)] == [(3, 2)]
    runs.ask_import(run, instance=tmp_path, actor=TEAM, now=now, without_doubles=True)
    assert sorted(db.session.scalars(select(Member.member_number))) == ["1", "3"]
    assert (run.rows_new, run.rows_refused) == (2, 1)


def test_a_bad_cell_leaves_the_field_and_says_so_with_the_value(db, load, check, part):
    load(roster("1;Jan;Vries;6-6-1970;Kade;1;1234 AB;Oud;06-12345678", header=PLAIN))
    run = check(roster("1;Jan;Vries;6-6-1970;Dijk;bis;1234 AB;Nieuw;0612", header=PLAIN))
    assert [(line[1], line[2], line[3]) for line in part(run, Part.LEFT)] == [
        ("Jan Vries", "mobile", "0612"),
        ("Jan Vries", "house_number", "bis"),
    ]
    assert run.rows_changed == 0  # nor half of another address
    assert not run.rows_refused


def test_a_name_that_is_known_whole_stays_when_the_file_lost_a_letter(db, load, check, part):
    load(roster("1;René;Müller;6-6-1970;;;;;", header=PLAIN))
    run = check(roster("1;Ren?;M?ller;6-6-1970;;;;;", "2;Andr?;Bos;;;;;;", header=PLAIN))
    assert run.rows_changed == 0
    assert [line[2] for line in part(run, Part.LEFT)] == ["first_name", "surname"]
    assert [(line[1], line[3]) for line in part(run, Part.LOST)] == [("Andr? Bos", "Andr?")]


def test_a_refused_row_keeps_its_name_and_the_value(check, part):
    run = check(roster("1,2E+09;Jan;Vries;;;;;;", header=PLAIN))
    ((row, name, _cells, faults),) = part(run, Part.REFUSED)
    assert (row, name, faults[0][3]) == (2, "Jan Vries", "1,2E+09")


def test_what_the_team_corrected_wins_over_a_roster_until_the_file_is_said_to_be_newer(db, load, check, part, now):
    load(roster())
    team, member = find(db, "1001"), find(db, "1003")
    profile.change_data(team, {"city": "Elders"}, actor=TEAM, now=now)
    profile.change_own_data(member, {"city": "Ginds"}, actor=Actor("zoe", member.user_id), now=now)
    db.session.commit()
    older, newer = check(roster()), check(roster(), is_newer=True)
    assert older.rows_changed == 0
    assert [(line[2], line[3], line[4][0]) for line in part(older, Part.LEFT)] == [
        ("city", "Voorbeeldstad", "Left as it is: changed by the team."),
        ("city", "Voorbeeldstad", "Left as it is: changed by the member."),
    ]
    assert [line[2] for line in part(newer, Part.CHANGED)] == ["Jan de Vries"]
    assert [line[1] for line in part(newer, Part.LEFT)] == ["Zoë Çelik"]


def test_what_an_earlier_import_changed_is_no_correction(db, load, check):
    load(roster())
    load(roster(ROWS[0].replace("Voorbeeldstad", "Elders")))
    assert check(roster()).rows_changed == 1


def test_of_an_address_that_was_corrected_no_part_is_replaced(db, load, check, now):
    load(roster("1;Jan;Vries;;Kade;1;1234 AB;Oud;", header=PLAIN))
    profile.change_data(find(db, "1"), {"house_number": "3"}, actor=TEAM, now=now)
    assert check(roster("1;Jan;Vries;;Dijk;9;4321 BA;Nieuw;", header=PLAIN)).rows_changed == 0


def test_the_number_of_a_merged_member_leads_to_who_it_became(db, load, check, part):
    load(roster(ROWS[0]))
    kept = find(db, "1001")
    db.session.add(
        MergedMember(old_id=kept.id + 50, member_id=kept.id, old_user_id=1, member_number="900", merged_at=LONG_AGO)
    )
    db.session.commit()
    run = check(roster("900;J.;Jan;de;Vries;6-6-1970;jan@post.example;1234 AB;Elders;;"))
    assert part(run, Part.CHANGED) == [[2, kept.id, "Jan de Vries", [["city", "Voorbeeldstad", "Elders"]]]]


def test_an_account_number_that_was_typed_by_hand_stays_and_of_the_other_only_the_end_is_told(
    db, load, check, part, now
):
    load(roster(*ROWS))
    jan = find(db, "1001")
    profile.change_own_data(jan, {"iban": "NL02ABNA0123456789"}, actor=Actor("jan", jan.user_id), now=now)
    db.session.commit()
    run = check(roster(*ROWS))
    assert [(line[2], line[3], line[4][0]) for line in part(run, Part.LEFT)] == [
        ("iban", "•••• 4300", "Left as it is: changed by the member.")
    ]
    assert run.rows_changed == 0
