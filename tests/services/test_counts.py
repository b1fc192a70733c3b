"""Where there is nothing, every count is nought: no gap on a page, and no number that means something else."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import true

from app.models import MemberState
from app.services import tallies
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.availability import answers, lists
from app.services.documents import lists as document_lists
from app.services.documents import readings
from app.services.elections import change_rules
from app.services.elections.stations import stations
from app.services.mail import resending, undeliverable_addresses
from app.services.members import totals
from app.services.message_box import open_tasks
from app.services.news import news
from app.services.overview import next_steps
from app.services.overview.inbox import open_inbox
from app.services.waiting import count_totals
from tests.support.factories.documents import publish
from tests.support.factories.elections import make_open_election
from tests.support.factories.texts import make_document, make_news

NOBODY = 0


def test_of_an_election_that_nobody_knows_of_yet(db, now):
    election = make_open_election()
    assert stations.count_stations(election) == 0
    assert change_rules.count_answers(true()) == 0
    assert lists.count_asked(election) == 0
    assert lists.find_totals(election) == lists.Totals(0, 0, {}, {})
    course = next_steps.find_course(election, now)
    assert (course.answered, course.asked) == (0, 0)
    assert answers.lock_availability(election, actor=COMMAND, now=now) == 0


def test_of_members_and_mail(db, now):
    assert tallies.count_members(list(MemberState)) == 0
    assert groups.count_members(groups.everybody()) == 0
    assert {total.number for total in count_totals(totals.total_members(now))} == {0}
    waiting = [*resending.total_failed(now), *open_tasks.total_late(now, answer_within=timedelta(days=2))]
    assert [total.number for total in count_totals(waiting)] == [0, 0]
    assert undeliverable_addresses.count_lately_broken(now) == 0
    assert sum(open_inbox(NOBODY, now).count().values()) == 0


def test_of_what_nobody_reads(db, now):
    assert news.find_reach(make_news("Nieuws", now=now)) == (0, None)
    assert document_lists.count_grants(make_document("Gids", now=now)) == 0
    assert readings.count_readers(publish(now)).unread == 0
