"""How an election appoints: a series of its own, who signs, until when one answers, and the logo of its letters."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from app.clock import AMSTERDAM
from app.extensions import storage
from app.models import AuditEvent, ElectionState, StoredFile
from app.phrases import RuleBroken
from app.services.appointments import setups
from app.services.appointments.rights import find_logo_right
from app.services.appointments.setups import SetupText
from app.services.audit import COMMAND
from app.services.files.readers import FileReader
from app.storage.store import FileGone
from tests.support.factories.appointments import appoint
from tests.support.factories.elections import VOTING_ON, make_election, make_function, make_station, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.plans import publish_places

WANTED = SetupText("SB-GR2026", "Mandaatbesluit 2025", "M. Bakker", "teamleider", "Postbus 1\n1234 AB Voorbeeldstad")


@pytest.fixture
def election(db):
    return make_election()


@pytest.fixture
def setup(election, now):
    return setups.add_setup(election, WANTED, actor=COMMAND, now=now)


def later_election(year=2029):
    return make_election(code=f"EP{year}", type="EP", name=f"Europa {year}", voting_on=date(year, 6, 7))


def change(setup, now, **values):
    known = {name: getattr(WANTED, name) for name in WANTED.__slots__}
    setups.change_setup(setup, SetupText(**{**known, **values}), actor=COMMAND, now=now)


def picture(size=(40, 20), format="PNG"):
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, format)
    return io.BytesIO(out.getvalue())


def actions(db):
    rows = select(AuditEvent.action).order_by(AuditEvent.id)
    return [action for action in db.session.scalars(rows) if action.startswith("appointment_")]


def test_the_first_election_starts_with_a_series_alone(election):
    assert setups.propose(election) == SetupText("SB-GR2026", "", "", "")


def test_a_later_election_starts_as_the_last_one_did_with_a_series_of_its_own(db, setup, now):
    """The last by day of voting; and who already has the series keeps it."""
    middle, newest = later_election(2027), later_election(2029)
    setups.add_setup(newest, SetupText("EP", "Mandaat 2029", "A. Vis", "hoofd", "Postbus 9"), actor=COMMAND, now=now)
    setups.add_setup(middle, SetupText("SB-EP2030", "Mandaat 2027", "B. Bos", "hoofd"), actor=COMMAND, now=now)
    last = later_election(2030)
    assert setups.propose(last) == SetupText(f"SB-EP2030-{last.id}", "Mandaat 2029", "A. Vis", "hoofd", "Postbus 9")
    assert setups.propose(newest).mandate == "Mandaat 2027"


def test_an_election_has_one_setup_kept_without_spaces_around(db, election, setup, now):
    with pytest.raises(RuleBroken, match="Change those") as refused:
        setups.add_setup(election, SetupText("ANDERS", "x", "x", "x"), actor=COMMAND, now=now)
    assert refused.value.field == "election"
    later = now + timedelta(hours=1)
    change(
        setup,
        later,
        series=" SB-GR2026 ",
        mandate=" M ",
        signatory_name=" N ",
        signatory_role=" R ",
        sender_address=" Postbus 1 \n\n 1234 AB Voorbeeldstad\n",
    )
    assert (setup.series, setup.mandate, setup.signatory_name, setup.signatory_role) == ("SB-GR2026", "M", "N", "R")
    assert (setup.sender_address, setup.changed_at) == ("Postbus 1\n1234 AB Voorbeeldstad", later)
    assert actions(db) == ["appointment_setup.created", "appointment_setup.changed"]


def test_a_series_is_of_one_election_whatever_its_capitals_and_there_is_one(db, setup, now):
    other = later_election()
    for series, why in (("sb-gr2026", "Another election"), ("  ", "in front of each number")):
        with pytest.raises(RuleBroken, match=why) as refused:
            setups.add_setup(other, SetupText(series, "x", "x", "x"), actor=COMMAND, now=now)
        assert refused.value.field == "series"
    change(setup, now, series="sb-gr2026")
    assert setup.series == "sb-gr2026"


def test_a_series_stays_once_decisions_have_it(db, election, setup, now):
    other = setups.add_setup(later_election(), SetupText("EP", "M", "N", "R"), actor=COMMAND, now=now)
    wanted = [(make_member(), make_station(election, 1), shifts_of(election)[0], make_function("voorzitter"))]
    publish_places(election, wanted, now=now)
    appoint(setup, now=now)
    with pytest.raises(RuleBroken, match="have this series already") as refused:
        change(setup, now, series="SB-NIEUW")
    assert refused.value.field == "series"
    change(setup, now, mandate="Nieuw mandaat")
    change(other, now, series="EP-NIEUW")
    assert (setup.mandate, other.series) == ("Nieuw mandaat", "EP-NIEUW")


def test_members_answer_on_the_day_of_voting_at_the_latest(db, setup, now):
    last = datetime.combine(VOTING_ON, datetime.max.time().replace(microsecond=0), AMSTERDAM)
    change(setup, now, answer_until=last)
    with pytest.raises(RuleBroken) as refused:
        change(setup, now, answer_until=last + timedelta(seconds=1))
    assert (refused.value.field, setup.answer_until) == ("answer_until", last)


def test_a_closed_election_appoints_no_other_way(db, election, setup, now):
    election.state = ElectionState.CLOSED
    db.session.flush()
    with pytest.raises(RuleBroken, match="is closed") as refused:
        change(setup, now, mandate="Anders")
    assert refused.value.field == "election"


def test_a_logo_is_drawn_anew_taken_over_by_the_next_election_and_taken_away(db, setup, now):
    assert setups.read_logo(setup) == b""
    setups.set_logo(setup, picture(), "logo.png", actor=COMMAND, now=now)
    drawn = setups.read_logo(setup)
    assert Image.open(io.BytesIO(drawn)).format == "PNG"
    first = setup.logo_file_id
    setups.set_logo(setup, picture((60, 20)), "nieuw.png", actor=COMMAND, now=now)
    assert setup.logo_file_id != first
    assert db.session.get(StoredFile, first) is None
    new = setups.add_setup(later_election(), SetupText("EP", "M", "N", "R"), actor=COMMAND, now=now)
    kept = setup.logo_file_id
    setups.set_logo(setup, None, actor=COMMAND, now=now + timedelta(hours=1))
    assert (setup.logo_file_id, setup.changed_at, new.logo_file_id) == (None, now + timedelta(hours=1), kept)
    assert db.session.get(StoredFile, kept) is not None
    told = select(AuditEvent.details).where(AuditEvent.action == "appointment_setup.logo").order_by(AuditEvent.id)
    assert list(db.session.scalars(told)) == [{"is_there": True}, {"is_there": True}, {"is_there": False}]


def test_what_is_too_large_or_no_picture_is_no_logo(db, setup, now, monkeypatch):
    stream = picture()
    size = len(stream.getvalue())
    for most, given in ((size - 1, picture()), (size, io.BytesIO(b"%PDF-1.4 no picture")), (size, io.BytesIO(b"?"))):
        monkeypatch.setattr(setups, "MAX_LOGO_BYTES", most)
        with pytest.raises(RuleBroken) as refused:
            setups.set_logo(setup, given, "logo.png", actor=COMMAND, now=now)
        assert refused.value.field == "file"
    setups.set_logo(setup, stream, "logo.png", actor=COMMAND, now=now)
    assert setup.logo is not None


def test_a_logo_that_the_store_does_not_give_is_told(db, setup, now, monkeypatch):
    setups.set_logo(setup, picture(), "logo.png", actor=COMMAND, now=now)

    def gone(_key):
        raise FileGone

    monkeypatch.setattr(storage.store, "open", gone)
    with pytest.raises(RuleBroken, match="cannot be read"):
        setups.read_logo(setup)


def test_only_the_team_reads_the_logo_and_nothing_else_by_it(db, setup, now):
    setups.set_logo(setup, picture(), "logo.png", actor=COMMAND, now=now)
    logo, member = setup.logo_file_id, make_member()

    def reader(member, *, is_shown_all):
        return FileReader(1, member, is_shown_all, COMMAND)

    team = reader(None, is_shown_all=True)
    assert find_logo_right(logo, team, now) is not None
    assert find_logo_right(logo + 1, team, now) is None
    assert find_logo_right(logo, reader(None, is_shown_all=False), now) is None
    assert find_logo_right(logo, reader(member, is_shown_all=True), now) is None
