"""Elections from the screen and from EML 110a, and their stations from EML 110b and the standard."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.models import AuditEvent, Election, Function, PollingStation
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.elections import declarations, elections
from app.services.elections.functions import add_default_functions
from app.services.elections.stations import stations
from app.services.elections.stations.station_check import StationsRefused
from tests.support.factories.elections import (
    answer_for,
    give_availability,
    make_election,
    make_open_election,
    shifts_of,
)
from tests.support.factories.people import make_member
from tests.support.files.election_files import election_file, station, stations_csv, stations_eml

DATA = Path(__file__).resolve().parents[4] / "shared/data"


def import_stations(election, content, now, name="stembureaus.csv"):
    return stations.import_stations(election, content, name, actor=COMMAND, now=now)


def test_a_new_election_has_shifts_functions_declarations_and_facts(db):
    election = make_election(type="EP", voting_on=date(2024, 6, 6), code="EP2024")

    assert [shift.starts.hour for shift in shifts_of(election)] == [7, 14, 21]
    assert {"voorzitter", "teller"} <= set(db.session.scalars(select(Function.code)))
    assert [text.position for text in declarations.list_current_texts(election.id)] == [1, 2, 3]
    assert "donderdag 6 juni" in election.facts
    assert "Thursday 6 June" in election.facts_en


def test_a_central_count_adds_a_day(db):
    election = make_election(counting="CSO")
    assert [day.date for day in election.days] == [date(2026, 3, 18), date(2026, 3, 19)]


def test_default_functions_are_added_once(db):
    assert add_default_functions() == 5
    assert add_default_functions() == 0


def test_importing_an_election_again_updates_it(db, now):
    first = elections.import_election(election_file(), actor=COMMAND, now=now)
    second = elections.import_election(election_file(), actor=COMMAND, now=now)
    third = elections.import_election(election_file(voting_on="2026-03-19"), actor=COMMAND, now=now)

    assert (first.is_new, second.changed, third.changed) == (True, (), ("voting_on",))
    assert db.session.scalar(select(func.count()).select_from(Election)) == 1
    assert third.election.days[0].date == date(2026, 3, 19)


def test_the_date_cannot_change_after_members_answered(db, now):
    election = make_open_election()
    give_availability(make_member(), election)

    with pytest.raises(RuleBroken) as refusal:
        elections.import_election(election_file(voting_on="2026-03-19"), actor=COMMAND, now=now)
    assert refusal.value.field == "voting_on"


def test_a_wrong_file_is_refused_with_the_line(db, now):
    with pytest.raises(RuleBroken, match=r"Line \d+"):
        elections.import_election(stations_eml([(1, "A")]), actor=COMMAND, now=now)


@pytest.mark.parametrize(
    "own",
    ["Gemeente Ergens", "Ergens", "Voorbeeldstad-Noord", "Gemeente Voorbeeld", "De Voorbeeldstad"],
)
def test_an_election_of_another_municipality_is_asked_about(db, now, own):
    with pytest.raises(RuleBroken, match="this portal is of") as asked:
        elections.import_election(election_file(), municipality=own, actor=COMMAND, now=now)
    assert asked.value.field == "is_sure"
    assert not db.session.scalars(select(Election)).all()

    done = elections.import_election(election_file(), municipality=own, is_sure=True, actor=COMMAND, now=now)
    again = elections.import_election(election_file(), municipality=own, actor=COMMAND, now=now)

    assert done.is_new
    assert not again.is_new  # once it is there nobody asks again


def test_a_known_election_does_not_become_another_municipalitys_unasked(db, now):
    elections.import_election(election_file(), municipality="Voorbeeldstad", actor=COMMAND, now=now)
    file = election_file().replace(b">Voorbeeldstad<", b">Elders<")
    with pytest.raises(RuleBroken, match="of Elders") as asked:
        elections.import_election(file, municipality="Voorbeeldstad", actor=COMMAND, now=now)
    assert asked.value.field == "is_sure"
    done = elections.import_election(file, municipality="Voorbeeldstad", is_sure=True, actor=COMMAND, now=now)
    assert done.changed == ("domain_name",)


@pytest.mark.parametrize(
    "own", ["", "Gemeente", "Gemeente Voorbeeldstad", "voorbeeldstad", "GEMEENTE VOORBEELDSTAD", "Voorbeeldstad (NH)"]
)
def test_an_election_of_the_own_municipality_is_not_asked_about(db, now, own):
    assert elections.import_election(election_file(), municipality=own, actor=COMMAND, now=now).is_new


@pytest.mark.parametrize(("category", "code"), [("GR", "GR2026_Voorbeeldstad"), ("PS", "PS2027_Utrecht")])
def test_an_area_without_a_name_is_told_with_its_number_and_asked_about(db, now, category, code):
    file = election_file(code=code, category=category).replace(
        b'<kr:ElectionDomain Id="0000">Voorbeeldstad</kr:ElectionDomain>',
        b'<kr:ElectionDomain Id="0363"> </kr:ElectionDomain>',
    )
    with pytest.raises(RuleBroken, match="its number, 0363") as asked:
        elections.import_election(file, municipality="Gemeente Voorbeeldstad", actor=COMMAND, now=now)
    assert asked.value.field == "is_sure"
    assert not db.session.scalars(select(Election)).all()
    done = elections.import_election(file, municipality="Voorbeeldstad", is_sure=True, actor=COMMAND, now=now)
    assert (done.election.domain_id, done.election.domain_name) == ("0363", "")


def test_an_election_of_a_province_is_not_asked_about(db, now):
    file = election_file(code="PS2027_Utrecht", category="PS")
    assert elections.import_election(file, municipality="Gemeente Ergens", actor=COMMAND, now=now).is_new


def test_stations_of_another_municipality_are_told_and_not_imported_unasked(db, now):
    election = make_election()
    file = stations_eml([(1, "Raadhuis")]).replace(
        b"<ElectionEvent>", b"<AuthorityIdentifier>Elders</AuthorityIdentifier><ElectionEvent>"
    )
    own = "Gemeente Voorbeeldstad"

    [remark] = stations.check_stations(election, file, "a.xml", municipality=own).remarks
    with pytest.raises(RuleBroken, match="of Elders"):
        stations.import_stations(election, file, "a.xml", municipality=own, actor=COMMAND, now=now)

    assert remark.values == {"found": "Elders", "own": own}
    assert stations.import_stations(election, file, "a.xml", actor=COMMAND, now=now).new == (1,)


def test_a_number_of_voters_that_is_none_leaves_the_known_number(db, now):
    election = make_election()
    stations.import_stations(election, stations_eml([(1, "Raadhuis")]), "a.xml", actor=COMMAND, now=now)
    file = stations_eml([(1, "Stadhuis")]).replace(b">1000<", b">-<")

    check = stations.import_stations(election, file, "a.xml", actor=COMMAND, now=now)

    place = db.session.scalars(select(PollingStation)).one()
    assert (place.name, place.voter_count, len(check.remarks)) == ("Stadhuis", 1000, 1)


def test_stations_are_added_and_brought_up_to_date(db, now):
    election = make_election()
    first = import_stations(election, stations_csv([station(1), station(2, "School")]), now)
    again = import_stations(election, stations_csv([station(1), station(2, "School")]), now)
    changed = import_stations(election, stations_csv([station(2, "Kerk"), station(3, "Gymzaal")]), now)

    assert str(first.summary) == "2 stations: 2 new, 0 changed, 0 refused"
    assert (again.new, again.changed, again.unchanged) == ((), (), 2)
    assert (changed.new, changed.changed, changed.absent) == ((3,), (2,), ("1 Stadhuis",))
    assert db.session.scalar(select(func.count()).select_from(PollingStation)) == 3


def test_an_eml_file_keeps_what_only_the_standard_tells(db, now):
    election = make_election()
    import_stations(election, stations_csv([station(1)]), now)
    import_stations(election, stations_eml([(1, "Raadhuis")]), now, "stations.eml.xml")

    row = db.session.scalars(select(PollingStation)).one()
    assert (row.name, row.voter_count, row.bag_id) == ("Raadhuis", 1000, "0363200000012345")


@pytest.mark.parametrize(
    "faulty",
    [
        stations_eml([(1, "A"), (1, "B")]),
        stations_eml([(1, "A"), ("", "B")]),
        stations_csv([station(1), station("", "Zonder nummer")]),
        stations_csv([station(1), station(2, Openingstijd="2026-03-20T07:30:00", Sluitingstijd="2026-03-20T21:00:00")]),
    ],
)
def test_one_fault_keeps_every_station_out(db, now, faulty):
    election = make_election()
    with pytest.raises(StationsRefused) as refusal:
        import_stations(election, faulty, now)

    assert refusal.value.check.faults[0].row or refusal.value.check.faults[0].column
    assert refusal.value.check.refused == 1
    assert db.session.scalar(select(func.count()).select_from(PollingStation)) == 0


@pytest.mark.parametrize("other", [{"code": "GR2026_Elders"}, {"voting_on": "2026-03-25"}])
def test_the_stations_of_another_election_are_refused(db, now, other):
    with pytest.raises(RuleBroken):
        import_stations(make_election(), stations_eml([(1, "A")], **other), now)


def test_a_standard_file_of_another_day_is_refused(db, now):
    wrong = station(1, Openingstijd="2025-10-29T07:30:00", Sluitingstijd="2025-10-29T21:00:00")
    with pytest.raises(RuleBroken, match="open on"):
        import_stations(make_election(), stations_csv([wrong]), now)


def test_statements_do_not_grow_with_the_number_of_stations(db, now, statements):
    election = make_election()
    counts = []
    for size in (10, 400):
        with statements() as seen:
            import_stations(election, stations_csv([station(n, f"Zaal {size}") for n in range(1, size + 1)]), now)
            db.session.commit()
        counts.append(len(seen))
    assert abs(counts[1] - counts[0]) <= 2


def test_the_import_is_in_the_audit_trail(db, now):
    import_stations(make_election(), stations_csv([station(1)]), now)
    db.session.commit()
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "stations.imported")).one()
    assert event.details["new"] == 1


def test_a_declaration_goes_until_somebody_answered_it(db, now):
    election = make_open_election()
    first, second, *_others = declarations.list_current_texts(election.id)
    declarations.remove_text(first, actor=COMMAND, now=now)
    db.session.commit()
    assert first.id not in [text.id for text in declarations.list_current_texts(election.id)]
    give_availability(make_member(), election)
    with pytest.raises(RuleBroken, match="answered this declaration"):
        declarations.remove_text(second, actor=COMMAND, now=now)


def test_a_changed_declaration_is_a_new_version_once_it_was_answered(db, now):
    election = make_open_election()
    text = declarations.list_current_texts(election.id)[0]
    given = {"body_en": "", "is_required": True, "position": 1, "actor": COMMAND, "now": now}
    same = declarations.change_text(text, body_nl="Eerste", **given)
    give_availability(make_member(), election)
    next_one = declarations.change_text(same, body_nl="Tweede", **given)

    assert (same.id, same.body_nl, next_one.version) == (text.id, "Eerste", 2)
    assert answer_for(election).declarations.keys() >= {next_one.id}
    with pytest.raises(RuleBroken):
        declarations.change_text(same, body_nl="Derde", **given)


def test_the_real_files_are_imported(db, now):
    if not DATA.exists():
        pytest.skip("the files of the field are not here")
    election = elections.import_election((DATA / "eml110a_test.eml.xml").read_bytes(), actor=COMMAND, now=now).election
    check = import_stations(election, (DATA / "eml110b_test.eml.xml").read_bytes(), now)
    assert len(check.new) == check.total > 0


@pytest.mark.parametrize(("kind", "ends"), [("TK", "02:00"), ("PS", "01:30"), ("WS", "01:30"), ("GR", "00:30")])
def test_counting_at_the_station_lasts_longer_where_ballot_papers_are_larger_or_two(db, kind, ends):
    shifts = [shift for day in make_election(type=kind).days for shift in day.shifts]
    assert [f"{shift.ends:%H:%M}" for shift in shifts if shift.kind == "station_count"] == [ends]
