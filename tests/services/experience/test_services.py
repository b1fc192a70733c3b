"""What members did at earlier elections: the rules, and groups of members by it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.clock import local_today, utc_now
from app.models import AuditEvent, Condition, Function, Group, LinkKind, MailedLink, MemberState, Service
from app.phrases import RuleBroken
from app.services.audiences import choices, groups
from app.services.audiences.reach import Gap, find_reach
from app.services.audit import COMMAND
from app.services.elections.functions import add_default_functions
from app.services.experience import services
from app.services.experience.audience_kinds import list_worked
from app.services.experience.services import ServiceText
from app.services.members.audience_kinds import split_languages
from tests.support.factories.elections import make_election, make_function, make_station
from tests.support.factories.people import make_member

EARLIER = {"election_name": "Tweede Kamer 2012", "worked_on": date(2012, 9, 12)}


@pytest.fixture
def chair(db):
    add_default_functions()
    return make_function("voorzitter")


def write(member, function, now, **values):
    wanted = ServiceText(
        function.id, **{"election_name": "Tweede Kamer 2012", "worked_on": date(2012, 9, 12), **values}
    )
    return services.write_service(member, wanted, None, actor=COMMAND, now=now)


def members_in(kind, **values):
    return [member.surname for member, _why in groups.list_members(Group((Condition(kind, **values),)), limit=9)]


def test_a_day_of_an_earlier_election_is_kept_with_a_trace(db, now, chair):
    member = make_member()
    row = write(member, chair, now, station="Wijkcentrum  Noord")
    assert (row.election_id, row.station_id, row.station_name) == (None, None, "Wijkcentrum Noord")
    assert services.list_services(member.id) == [row]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "service.added")).one()
    assert event.member_id == member.id


def test_an_election_of_the_portal_gives_its_name_day_and_station(db, now, chair):
    election = make_election(voting_on=local_today(now) - timedelta(days=30))
    station = make_station(election, number=12, name="De Brug")
    for typed in ("12", "De Brug"):
        row = write(make_member(), chair, now, election_id=election.id, worked_on=None, station=typed)
        assert (row.election_name, row.worked_on) == (election.name, election.voting_on)
        assert (row.station_id, row.station_name) == (station.id, "De Brug")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"election_name": " "}, "election_name"),
        ({"election_name": "x" * 201}, "election_name"),
        ({"worked_on": None}, "worked_on"),
        ({"worked_on": date(2999, 1, 1)}, "worked_on"),
        ({"worked_on": date(1012, 1, 1)}, "worked_on"),
        ({"station": "x" * 201}, "station"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(db, now, chair, values, field):
    with pytest.raises(RuleBroken) as refused:
        write(make_member(), chair, now, **values)
    assert refused.value.field == field


def test_the_first_and_the_last_day_and_the_longest_name_that_can_be_are_kept(db, now, chair):
    today, longest = local_today(now), "x" * services.LONGEST
    for day in (services.EARLIEST, today):
        row = write(make_member(), chair, now, worked_on=day, election_name=longest, station=longest)
        assert (row.worked_on, row.election_name, row.station_name) == (day, longest, longest)
    for day in (services.EARLIEST - timedelta(days=1), today + timedelta(days=1)):
        with pytest.raises(RuleBroken, match="a day that has been"):
            write(make_member(), chair, now, worked_on=day)


def test_a_function_that_is_gone_is_refused_at_its_field(db, now):
    with pytest.raises(RuleBroken) as refused:
        services.write_service(make_member(), ServiceText(999, **EARLIER), None, actor=COMMAND, now=now)
    assert refused.value.field == "function_id"


def test_who_worked_on_another_day_than_that_of_voting_keeps_that_day(db, now, chair):
    election = make_election(voting_on=local_today(now) - timedelta(days=30))
    row = write(make_member(), chair, now, election_id=election.id, worked_on=election.voting_on + timedelta(days=1))
    assert (row.election_id, row.worked_on) == (election.id, election.voting_on + timedelta(days=1))


def test_a_station_is_one_of_its_own_election_or_stays_as_it_was_typed(db, now, chair):
    election = make_election(voting_on=local_today(now) - timedelta(days=30))
    other = make_election(code="PS2025", name="Staten", voting_on=election.voting_on)
    make_station(other, 12, "De Brug")
    for number in (1, 2):
        make_station(election, number, "Twee keer")
    make_station(election, 3, "Hal ²")
    for typed in ("12", "De Brug", "Twee keer", "123456789", "²"):
        row = write(make_member(), chair, now, election_id=election.id, station=typed)
        assert (row.station_id, row.station_name) == (None, typed)


def test_another_function_day_or_member_is_not_the_same(db, now, chair):
    member, counter = make_member(), make_function("teller")
    row = write(member, chair, now)
    write(member, counter, now)
    write(make_member(), chair, now)
    other = write(member, chair, now, worked_on=date(2010, 6, 9))
    with pytest.raises(RuleBroken, match="known of this member already") as refused:
        services.write_service(member, ServiceText(chair.id, **EARLIER), other, actor=COMMAND, now=now)
    assert refused.value.field == "worked_on"
    assert services.list_services(member.id)[-1] == other
    assert row.worked_on == date(2012, 9, 12)


def test_experience_is_listed_with_the_latest_first_of_this_member_only(db, now, chair):
    member = make_member()
    old, new = (write(member, chair, now, worked_on=date(year, 3, 1)) for year in (2010, 2014))
    same_day = write(member, make_function("teller"), now, worked_on=new.worked_on)
    write(make_member(), chair, now)
    assert services.list_services(member.id) == [same_day, new, old]
    assert services.list_services(member.id, limit=2) == [same_day, new]


def test_what_was_changed_or_deleted_by_mistake_is_in_the_trail(db, now, chair):
    member = make_member()
    row = write(member, chair, now)
    services.write_service(member, ServiceText(chair.id, **EARLIER), row, actor=COMMAND, now=now)
    services.delete_service(row, actor=COMMAND, now=now)
    assert services.list_services(member.id) == []
    events = db.session.execute(
        select(AuditEvent.action, AuditEvent.member_id, AuditEvent.subject_id).order_by(AuditEvent.id)
    )
    assert [event for event in events if event[0].startswith("service.")] == [
        (f"service.{what}", member.id, row.id) for what in ("added", "changed", "deleted")
    ]


def test_lists_are_filtered_by_functions_in_their_order_and_elections_by_name(db, now, chair):
    for name in ("waterschap 2015", "Europa 2014", "Europa 2014"):
        write(make_member(), chair, now, election_name=name)
    functions, elections = list_worked()
    known = db.session.execute(select(Function.id, Function.name).order_by(Function.position, Function.name))
    assert functions == list(known)
    assert elections == ["Europa 2014", "waterschap 2015"]


def test_the_same_is_written_once(db, now, chair):
    member = make_member()
    row = write(member, chair, now)
    with pytest.raises(RuleBroken):
        write(member, chair, now)
    wanted = ServiceText(chair.id, election_name="TK 2012", worked_on=row.worked_on)
    services.write_service(member, wanted, row, actor=COMMAND, now=now)
    assert db.session.scalars(select(Service.election_name)).all() == ["TK 2012"]


def test_members_are_grouped_by_what_they_did(db, now, chair):
    made, other = make_member(surname="Aarts"), make_member(surname="Bos")
    counter = make_function("teller")
    write(made, chair, now)
    assert members_in("worked_as", ids=(chair.id,)) == ["Aarts"]
    assert members_in("worked_as", ids=(counter.id,)) == []
    assert members_in("worked_at", texts=("Tweede Kamer 2012",)) == ["Aarts"]
    assert members_in("worked") == ["Aarts"]
    assert members_in("never_worked") == [other.surname]
    assert choices.list_names().worked_at == ["Tweede Kamer 2012"]


def test_members_are_grouped_by_what_they_speak(db):
    make_member(surname="Aarts", languages="Nederlands, Engels en Turks")
    make_member(surname="Bos", languages="engels; Nederlands")
    make_member(surname="Cuyp")
    assert choices.list_names().languages == ["Engels", "Nederlands", "Turks"]
    assert members_in("speaks", texts=("Turks",)) == ["Aarts"]
    assert members_in("speaks", texts=("Engels",)) == ["Aarts", "Bos"]
    assert split_languages(["", " , ", "Pools/Duits."]) == ["Duits", "Pools"]


def test_who_did_not_open_the_account_is_found_by_the_age_of_the_invitation(db):
    now = utc_now()
    for days in (3, 20):
        member = make_member(state=MemberState.INVITED)
        made = {"created_at": now - timedelta(days=days), "expires_at": now}
        db.session.add(MailedLink(user_id=member.user_id, kind=LinkKind.INVITATION, **made))
    make_member(state=MemberState.IMPORTED)
    make_member()
    db.session.commit()

    def missed(kind):
        return sum(find_reach(Group((Condition(kind),))).not_told.values())

    assert missed("not_opened") == 3
    assert Gap.NOT_INVITED in find_reach(Group((Condition("not_opened"),))).not_told
    assert (missed("invited_14"), missed("invited_28")) == (1, 0)
