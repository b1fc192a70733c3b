"""Reading a plan from a spreadsheet, as municipalities write them: who and what the rows mean, and what they do."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.clock import local
from app.importing.elections.plan import COLUMNS, read_plan_file
from app.importing.faults import FileRefused
from app.importing.spreadsheets.sheets_out import csv_bytes, xlsx_bytes
from app.jobs import due
from app.models import Assignment, AuditEvent, Function, ImportState, PlanAct
from app.phrases import RuleBroken
from app.services import import_runs
from app.services.audit import COMMAND
from app.services.planning.board.undo import undo
from app.services.planning.exchange import importing
from app.services.planning.exchange.matching import match_all
from app.services.planning.times import shift_hours
from tests.support.factories.elections import make_function, make_open_election, make_station, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.planning import stations_of
from tests.support.factories.staffing import fill_needs
from tests.support.jobs import run_job
from tests.support.statements import seen_statements

HEADER = ["Stembureaunummer", "Stembureau", "Dagdeel", "Functie", "Lidnummer", "Naam", "Geboortedatum", "Kleur"]


@pytest.fixture
def election(db, remembered):
    def make():
        election = make_open_election()
        db.session.execute(db.text("DELETE FROM eligibility_rule"))
        make_station(election, 12, "De Brug"), make_station(election, 13, "Bibliotheek")
        fill_needs(election)
        return election

    return remembered(make)


def file_of(*rows, header=HEADER):
    return csv_bytes(header, rows)


def read(election, *rows, header=HEADER):
    return match_all(election, read_plan_file(file_of(*rows, header=header), "plan.csv").rows)


def named(**values):
    return make_member(first_name="Jan", infix="de", surname="Vries", birth_date=date(1960, 5, 4), **values)


def test_columns_are_recognised_in_other_words_and_unknown_ones_named():
    header = ["SB nr.", "Dagdeel", "Rol", "Lidnr", "Kleur van de jas"]
    assert COLUMNS.recognise(header) == {"number": 0, "shift": 1, "function": 2, "member_number": 3}
    file = read_plan_file(file_of([12, "Ochtend", "lid", 7, "rood"], header=header), "plan.csv")
    assert file.unknown == ("Kleur van de jas",)
    assert file.rows[0].cells == {"number": "12", "shift": "Ochtend", "function": "lid", "member_number": "7"}
    with_title = xlsx_bytes(["Indeling 2025", "", "", ""], [header, [12, "Ochtend", "lid", "7", "rood"]])
    assert read_plan_file(with_title, "plan.xlsx").rows[0].row == 3


@pytest.mark.parametrize(
    "header",
    [
        ["Naam", "Adres", "Plaats"],
        ["Stembureau", "Dagdeel", "Functie", "Naam"],
        ["Dagdeel", "Functie", "Lidnummer"],
    ],
)
def test_a_file_without_the_needed_columns_is_refused(header):
    with pytest.raises(FileRefused):
        read_plan_file(file_of(["a"] * len(header), header=header), "plan.csv")


@pytest.mark.parametrize(
    ("number", "station"),
    [("12", ""), ("12", "Andere naam"), ("", "de brug"), ("", "12 De Brug"), ("", "12"), ("12.0", "")],
)
def test_a_station_is_found_by_number_by_name_or_by_both_in_one_cell(election, db, number, station):
    member = named(member_number="L7")
    wanted, refused, _empty = read(election, [number, station, "Ochtend en middag", "Voorzitter", "L7", "", "", ""])
    assert refused == []
    assert [row.place.station_id for row in wanted] == [stations_of(election)[0].id]
    assert wanted[0].place.member_id == member.id


@pytest.mark.parametrize(
    ("shift", "places"),
    [("Ochtend en middag", [0]), ("ochtend", [0]), ("avond", [1]), ("TELLEN", [2]), ("hele dag", [0, 1])],
)
def test_a_shift_is_found_by_a_part_of_its_name_that_is_of_one_alone(election, shift, places):
    named(member_number="L7")
    wanted, refused, _empty = read(election, ["12", "", shift, "lid", "L7", "", "", ""])
    assert refused == []
    assert [row.place.shift_id for row in wanted] == [shifts_of(election)[place].id for place in places]


@pytest.mark.parametrize("name", ["Jan de Vries", "Vries, Jan de", "de Vries, Jan", "JAN DE VRIES"])
def test_a_member_is_found_by_name_and_birth_date(election, name):
    member = named()
    make_member(first_name="Jan", infix="de", surname="Vries", birth_date=date(1970, 1, 1))
    wanted, refused, _empty = read(election, ["12", "", "avond", "vz", "", name, "4-5-1960", ""])
    assert refused == []
    assert wanted[0].place.member_id == member.id


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["99", "", "avond", "lid", "L7", "", "", ""], "no polling station “99”"),
        (["12", "", "middag", "lid", "L7", "", "", ""], "not clear which shift"),
        (["12", "", "nacht", "lid", "L7", "", "", ""], "not clear which shift"),
        (["12", "", "avond", "koning", "L7", "", "", ""], "no function “koning”"),
        (["12", "", "avond", "lid", "L8", "", "", ""], "no member with the number L8"),
        (["12", "", "avond", "lid", "", "Piet Onbekend", "4-5-1960", ""], "No member is called"),
        (["12", "", "avond", "lid", "", "Jan de Vries", "", ""], "birth date is needed"),
        (["12", "", "avond", "lid", "", "Jan de Vries", "gisteren", ""], "is no birth date"),
    ],
)
def test_what_is_not_found_is_said_of_the_row(election, row, said):
    named(member_number="L7")
    wanted, refused, _empty = read(election, row)
    assert wanted == []
    assert [found.row for found, _why in refused] == [2]
    assert said in str(refused[0][1])


def test_a_station_is_not_guessed(election, db):
    """Where two have the name, or the number and the name are of two, or the number is none of a station."""
    named(member_number="L7")
    make_station(election, 14, "de brug")
    rows = [
        ["", "De Brug"],
        ["", "12 Bibliotheek"],
        ["", "12 "],
        ["", "Brug"],
        ["0000012", ""],
        ["000012", ""],
        ["", ""],
    ]
    rows = [[*row, "avond", "lid", "L7", "", "", ""] for row in rows]
    wanted, refused, _empty = read(election, *rows)
    assert [row.row.row for row in wanted] == [4, 7]  # the number alone is enough
    assert ["Several polling stations" in str(why) for _row, why in refused] == [True, False, False, False, False]


def test_a_function_is_found_by_its_name_its_code_or_the_words_of_the_field(election, db):
    make_function("stembureaulid").name_en = "Poll worker"
    make_function("teller").is_active = False
    named(member_number="L7")
    asked = {
        "Stembureaulid": "stembureaulid",
        "poll WORKER": "stembureaulid",
        "2e lid": "stembureaulid",
        "plv. voorzitter": "plv_voorzitter",
        "plv_voorzitter": "plv_voorzitter",
        "vz": "voorzitter",
        "teller": None,
        "": None,
    }
    rows = [["12", "", "avond", typed, "L7", "", "", ""] for typed in asked]
    wanted, refused, _empty = read(election, *rows)
    codes = {function.id: function.code for function in db.session.query(Function)}
    found = {tuple(asked)[row.row.row - 2]: codes[row.place.function_id] for row in wanted}
    assert found == {typed: code for typed, code in asked.items() if code}
    assert len(refused) == 2


def test_a_day_tells_shifts_of_one_name_apart_and_the_central_count_is_at_no_station(db):
    election = make_open_election(counting="CSO")
    make_station(election, 12, "De Brug")
    first, *_rest, central = shifts_of(election)
    central.name = first.name = "Ochtend"
    db.session.commit()
    named(member_number="L7")
    header = ["SB", "Dag", "Dagdeel", "Functie", "Lidnummer"]
    rows = [["12", day, "ochtend", "lid", "L7"] for day in ("18-3-2026", "2026-03-19 00:00:00", "20-3-2026", "")]
    wanted, refused, _empty = read(election, *rows, header=header)
    assert [(row.row.row, row.place.shift_id, row.place.station_id is None) for row in wanted] == [
        (2, first.id, False),
        (3, central.id, True),
    ]
    assert [row.row for row, _why in refused] == [4, 5]


def test_a_name_may_stand_in_columns_of_its_own(election, db):
    member = named(initials="J.P.")
    header = ["SB", "Dagdeel", "Functie", "Voornaam", "Tussenvoegsel", "Achternaam", "Geboortedatum"]
    rows = [["12", "avond", "lid", *name, "4-5-1960"] for name in (("Jan", "de", "Vries"), ("J.P.", "", "Vries"))]
    rows += [["12", "avond", "lid", "Piet", "de", "Vries", "4-5-1960"], ["12", "avond", "lid", "", "", "Vries", ""]]
    wanted, refused, _empty = read(election, *rows, header=header)
    assert [(row.row.row, row.place.member_id) for row in wanted] == [(2, member.id), (3, member.id)]
    assert [row.row for row, _why in refused] == [4, 5]


def test_two_of_one_name_and_birth_date_need_a_number(election):
    named(), named()
    _wanted, refused, _empty = read(election, ["12", "", "avond", "lid", "", "Jan de Vries", "4-5-1960", ""])
    assert "Several members" in str(refused[0][1])


def test_the_import_gives_what_fits_as_one_act_and_leaves_the_rest(election, db, app, now):
    first, second = named(member_number="L7"), make_member(member_number="L8")
    rows = [
        ["12", "", "ochtend", "voorzitter", "L7", "", "", ""],
        ["12", "", "avond", "lid", "L8", "", "", ""],
        ["13", "", "avond", "lid", "L8", "", "", ""],  # in two places at once: neither is taken
        ["12", "", "ochtend", "lid", "", "", "", ""],  # open
        ["12", "", "nacht", "lid", "L8", "", "", ""],
    ]
    instance = app.config["INSTANCE_DIR"]
    asked = {"instance": instance, "actor": COMMAND, "now": now}
    run = importing.start_run(election, file_of(*rows), "plan.csv", **asked)
    preview = importing.preview_run(election, run, instance=instance)
    assert [row.place.member_id for row in preview.new] == [first.id]
    assert [row.row for row, _why in preview.refused] == [3, 4, 6]
    assert preview.empty == 1
    assert [str(why[0]) for _row, why in preview.warned] == ["Jan de Vries gave no answer for this shift."]
    assert db.session.scalars(select(Assignment)).all() == []
    assert importing.ask_import(election, run, **asked)
    place = db.session.scalars(select(Assignment)).one()
    assert (place.member_id, place.shift_id) == (first.id, shifts_of(election)[0].id)
    assert (run.state, run.rows_new, run.rows_refused) == (ImportState.DONE, 1, 3)
    assert "plan.imported" in db.session.scalars(select(AuditEvent.action)).all()
    again = importing.start_run(election, file_of(rows[0]), "plan.csv", **asked)
    assert importing.preview_run(election, again, instance=instance).same == 1
    with pytest.raises(RuleBroken, match="nobody a place"):
        importing.ask_import(election, again, **asked)
    undo(db.session.scalars(select(PlanAct)).one(), actor=COMMAND, now=now)
    assert db.session.scalars(select(Assignment)).all() == []
    assert second.id


TIMED = ["SB", "Dagdeel", "Functie", "Lidnummer", "Van", "Tot"]


@pytest.mark.parametrize(
    ("shift", "typed", "hours"),
    [
        ("ochtend", ("8.15", ""), [("08:15", None)]),
        ("ochtend", ("7:30", "13:00:00"), None),
        ("hele dag", ("8 uur", "20.30"), [("08:00", None), (None, "20:30")]),
        ("tellen", ("", "25:15"), [(None, "01:15")]),
        ("tellen", ("", "29:59"), [(None, "05:59")]),
    ],
)
def test_own_times_of_a_row_are_taken_over(election, shift, typed, hours):
    make_member(member_number="L7")
    wanted, refused, _empty = read(election, ["12", shift, "lid", "L7", *typed], header=TIMED)
    assert not refused
    found = [(show(row.place.starts_at), show(row.place.ends_at)) for row in wanted]
    if hours is not None:
        assert found == hours
    else:
        assert found[0][1] == "13:00"


def show(instant):
    return instant and f"{local(instant):%H:%M}"


def test_the_times_of_the_shift_itself_are_no_own_times(election):
    make_member(member_number="L7")
    begin, end = (show(instant) for instant in shift_hours(shifts_of(election)[0]))
    wanted, _refused, _empty = read(election, ["12", "ochtend", "lid", "L7", begin, end], header=TIMED)
    assert (wanted[0].place.starts_at, wanted[0].place.ends_at) == (None, None)


@pytest.mark.parametrize("typed", ["vroeg", "30:00", "7:75", "-1"])
def test_what_is_no_time_is_said_of_the_row(election, typed):
    make_member(member_number="L7")
    wanted, refused, _empty = read(election, ["12", "ochtend", "lid", "L7", typed, ""], header=TIMED)
    assert not wanted
    assert "is no time" in str(refused[0][1])


def test_a_large_plan_waits_for_the_worker_and_the_clock_finds_it(election, db, app, now, monkeypatch):
    named(member_number="L7")
    monkeypatch.setattr(importing, "AT_ONCE", 0)
    asked = {"instance": app.config["INSTANCE_DIR"], "actor": COMMAND, "now": now}
    run = importing.start_run(
        election, file_of(["12", "", "ochtend", "voorzitter", "L7", "", "", ""]), "p.csv", **asked
    )
    assert not importing.ask_import(election, run, **asked)
    db.session.commit()
    assert db.session.scalars(select(Assignment)).all() == []
    with pytest.raises(RuleBroken, match="running or done"):
        importing.ask_import(election, run, **asked)
    assert due.run_due_work(lambda: True)
    db.session.expire_all()
    assert (run.state, run.rows_new, run.file_name) == (ImportState.DONE, 1, None)
    assert len(db.session.scalars(select(Assignment)).all()) == 1
    run_job(importing.run_import, run.id, now, instance=asked["instance"])
    assert len(db.session.scalars(select(PlanAct)).all()) == 1


def test_what_the_worker_cannot_import_is_told_on_the_run(election, db, app, now, monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 0)
    asked = {"instance": app.config["INSTANCE_DIR"], "actor": COMMAND, "now": now}
    run = importing.start_run(
        election, file_of(["12", "", "ochtend", "voorzitter", "L7", "", "", ""]), "p.csv", **asked
    )
    importing.ask_import(election, run, **asked)
    db.session.commit()
    run_job(importing.run_import, run.id, now, instance=asked["instance"])
    assert run.state == ImportState.FAILED
    assert "nobody a place" in str(import_runs.refusal_of(run))


def test_many_rows_take_as_many_statements_as_one(election, db):
    members = [make_member(member_number=f"N{number}", birth_date=date(1970, 1, number + 1)) for number in range(20)]
    rows = [["12", "", "avond", "lid", member.member_number, "", "", ""] for member in members]
    counts = []
    for part in (rows[:1], rows):
        with seen_statements(db.engine) as seen:
            assert len(read(election, *part)[0]) == len(part)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 6, counts
