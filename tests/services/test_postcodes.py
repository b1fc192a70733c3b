"""Where members live: from a file of postcodes, and from then on by what is written as their postcode."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.importing.faults import FileRefused
from app.importing.postcodes import read_postcodes
from app.importing.rosters.roster import RosterRow
from app.models import AuditEvent, Member
from app.services.audit import COMMAND
from app.services.bulk import is_postgresql
from app.services.members import members
from app.services.postcodes import load_postcodes
from tests.support.factories.people import make_member

FILE = "Postcode;Lat;Lon\n1234;52,1;5.1\n1234AB;52.15;5.15\n\n9999 ZZ;53;6\n"


def place_of(db, member: Member) -> tuple[float | None, float | None]:
    return tuple(db.session.execute(select(Member.latitude, Member.longitude).where(Member.id == member.id)).one())


def test_members_lie_where_their_postcode_lies_now_and_when_it_changes(db, now):
    whole, digits, elsewhere = (make_member(postcode=code) for code in ("1234 AB", "1234 XX", "B-2000"))
    assert load_postcodes(FILE.encode(), actor=COMMAND, now=now) == (3, 2)
    db.session.commit()
    assert [place_of(db, member) for member in (whole, digits, elsewhere)] == [(52.15, 5.15), (52.1, 5.1), (None, None)]
    assert place_of(db, make_member(postcode="9999 ZZ")) == (53, 6)
    whole.postcode = "9999 ZZ"
    db.session.commit()
    assert place_of(db, whole) == (53, 6)
    db.session.execute(update(Member).where(Member.id == whole.id).values(postcode="5555 AA"))
    assert place_of(db, whole) == (None, None)
    db.session.execute(update(Member).where(Member.id == digits.id).values(city="Elders"))
    assert place_of(db, digits) == (52.1, 5.1)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "postcodes.loaded")).one()
    assert event.details == {"count": 3, "total": 2}


def test_members_that_are_made_many_at_once_lie_there_too_and_whoever_comes_after_them(db, now):
    load_postcodes(FILE.encode(), actor=COMMAND, now=now)
    codes = ("1234 AB", "1234 XX", "5555 AA", None)
    rows = [RosterRow(row=number, surname="Vries", postcode=code) for number, code in enumerate(codes)]
    made = members.create_members(rows, actor=COMMAND, now=now)
    later = make_member(postcode="9999 ZZ")
    places = [place_of(db, db.session.get_one(Member, member_id)) for member_id in made]
    assert places == [(52.15, 5.15), (52.1, 5.1), (None, None), (None, None)]
    assert place_of(db, later) == (53, 6)


def test_postgresql_looks_up_no_points_where_they_are_given(db, now, monkeypatch):
    """A row at a time, this took a seventh of the time of writing members."""
    load_postcodes(FILE.encode(), actor=COMMAND, now=now)
    monkeypatch.setattr(members, "find_points", lambda _codes: {})
    (made,) = members.create_members([RosterRow(row=1, surname="Vries", postcode="1234 AB")], actor=COMMAND, now=now)
    nothing_given = (None, None) if is_postgresql() else (52.15, 5.15)
    assert place_of(db, db.session.get_one(Member, made)) == nothing_given


def test_another_file_replaces_the_first(db, now):
    member = make_member(postcode="1234 AB")
    load_postcodes(FILE.encode(), actor=COMMAND, now=now)
    load_postcodes(b"pc4,latitude,longitude\n1000,52.3,4.9\n", actor=COMMAND, now=now)
    assert place_of(db, member) == (None, None)


WRONG = {
    "Naam;Lat;Lon\n1234;52;5\n": "no column “postcode”",
    "Postcode;Lat\n1234;52\n": "no column “longitude”",
    "Postcode;Lat;Lon\n12345;52;5\n": "Line 2: “12345” is no postcode",
    "Postcode;Lat;Lon\n1234;52;5\n1235;5;52\n": "Line 3: “5” is no place",
    "Postcode;Lat;Lon\n1234;noord;5\n": "Line 2: “noord” is no place",
    "Postcode;Lat;Lon\n1234\n": "Line 2 has too few columns",
    "Postcode;Lat;Lon\n": "no postcode in this file",
    "": "no column",
}


@pytest.mark.parametrize("content", WRONG)
def test_a_file_with_a_fault_is_refused_with_its_line(content):
    with pytest.raises(FileRefused, match=WRONG[content]):
        read_postcodes(content.encode())


def test_the_command_says_how_many(app, db, tmp_path: Path):
    make_member(postcode="1234 AB")
    file = tmp_path / "postcodes.csv"
    file.write_text(FILE)
    runner = app.test_cli_runner()
    done = runner.invoke(args=["portal", "load-postcodes", str(file)])
    assert (done.exit_code, done.output) == (0, "3 postcodes; 1 members have a place\n")
    file.write_text("Postcode;Lat;Lon\nx;1;2\n")
    assert runner.invoke(args=["portal", "load-postcodes", str(file)]).exit_code == 2
