"""Thanks and questions reach who worked, once; answers have no name, and are shown where nobody is picked out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import inspect, select

from app.models import AuditEvent, Notification, NotificationKind, SurveyAnswer, SurveyReply, SurveyState
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.evaluation.surveys import replies, results, surveys
from app.services.evaluation.surveys.surveys import QuestionText, SurveyText
from app.services.planning.times import shift_hours
from app.services.waiting import MEMBER_ID, NOW, asked_of
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.evaluation import after, attend, place
from tests.support.factories.people import make_member
from tests.support.factories.plans import publish_places

LONGEST = surveys.LONGEST_THANKS
ENGLISH = SurveyText("Dank", "x" * LONGEST)
QUESTIONS = [QuestionText("scale", "Hoe was het?"), QuestionText("yes_no", "Weer?"), QuestionText("remark", "Beter?")]


@pytest.fixture
def election(db):
    return make_election()


@pytest.fixture
def late(election):
    return {"actor": COMMAND, "now": after(election)}


@pytest.fixture
def survey(election, late):
    closes_at = late["now"] + timedelta(days=14)
    found = surveys.add_survey(election, SurveyText("Dank je wel", closes_at=closes_at), **late)
    surveys.write_questions(found, QUESTIONS, **late)
    return found


def answer(survey, member, late, scale=4, again=1, remark=""):
    given = dict(zip((question.id for question in survey.questions), (scale, again, remark), strict=True))
    replies.reply(survey, member, given, **late)


def test_a_round_starts_with_questions_and_changes_until_it_is_asked(election, late, db):
    closes_at = late["now"] + timedelta(days=14)
    found = surveys.add_survey(election, SurveyText("Dank", closes_at=closes_at), **late)
    assert len(found.questions) >= 4
    with pytest.raises(RuleBroken):
        surveys.add_survey(election, SurveyText("Dank", closes_at=closes_at), **late)
    for wanted, field in (
        ([QuestionText("scale", ""), QuestionText("", "Wat?")], "kind.2"),
        ([QuestionText("scale", "", "What?")], "words.1"),
        ([QuestionText("scale", "x" * 301)], "words.1"),
        ([QuestionText("scale", " ")], "words.1"),
    ):
        with pytest.raises(RuleBroken) as refused:
            surveys.write_questions(found, wanted, **late)
        assert refused.value.field == field
    surveys.change_survey(found, SurveyText("Bedankt", closes_at=closes_at), **late)
    place(election, make_member())
    surveys.open_survey(found, **late)
    for change in (
        lambda: surveys.change_survey(found, SurveyText("Te laat", closes_at=closes_at), **late),
        lambda: surveys.write_questions(found, QUESTIONS, **late),
        lambda: surveys.open_survey(found, **late),
    ):
        with pytest.raises(RuleBroken):
            change()
    actions = set(db.session.scalars(select(AuditEvent.action)))
    assert {"survey.created", "survey.changed", "survey.opened"} <= actions


def test_who_worked_is_told_once_and_who_was_not_there_is_not(election, survey, late, db):
    with pytest.raises(RuleBroken):
        surveys.open_survey(survey, **late)  # nobody worked
    worked, missed = make_member(), make_member()
    _here, gone = place(election, worked, missed)
    attend(gone, "absent")
    other = make_election(code="TK2027", type="TK")
    place(other, make_member(), missed)
    surveys.open_survey(surveys.add_survey(other, SurveyText("Dank", closes_at=survey.closes_at), **late), **late)
    asked = select(Notification).where(Notification.campaign.has(subject_id=survey.id))
    assert surveys.open_survey(survey, **late) == 1
    (told,) = db.session.scalars(asked)
    assert told.campaign.due_at == survey.closes_at
    assert surveys.count_replies(survey) == (1, 0)
    assert (told.member_id, told.campaign.kind) == (worked.id, NotificationKind.SURVEY)
    assert [reminder.days_before for reminder in told.campaign.reminders] == [3]
    assert [task.about.id for task in replies.find_waiting(worked, late["now"])] == [survey.id]
    assert replies.find_own(worked.id, survey.id) == survey
    assert [task.about.election_id for task in replies.find_waiting(missed, late["now"])] == [other.id]
    assert replies.find_own(missed.id, survey.id) is None
    answer(survey, worked, late)
    assert surveys.count_replies(survey) == (1, 1)
    assert replies.has_answered(worked.id, survey.id)
    assert not replies.has_answered(missed.id, survey.id)


def test_what_waits_is_counted_as_it_is_listed_until_the_round_ends(election, survey, late, db):
    """Not while it is a draft, nor once it is closed."""
    member = make_member()
    place(election, member)

    def waiting(now):
        counted = db.session.scalar(select(replies.count_waiting(MEMBER_ID, NOW)), asked_of(member.id, now))
        assert len(replies.find_waiting(member, now)) == counted
        return counted

    assert waiting(late["now"]) == 0
    surveys.open_survey(survey, **late)
    assert waiting(survey.closes_at - timedelta(seconds=1)) == 1
    assert waiting(survey.closes_at) == 0
    surveys.close_survey(survey, **late)
    assert waiting(late["now"] - timedelta(seconds=1)) == 0


def test_nobody_sees_the_question_any_more_once_a_round_is_closed(election, survey, late, db):
    """A round of another election goes on."""
    member, silent, elsewhere = (make_member() for _ in range(3))
    place(election, member, silent)
    other = make_election(code="TK2027", type="TK")
    place(other, elsewhere)
    surveys.open_survey(surveys.add_survey(other, SurveyText("Dank", closes_at=survey.closes_at), **late), **late)
    surveys.open_survey(survey, **late)
    answer(survey, member, late)
    surveys.close_survey(survey, **late)
    db.session.commit()
    withdrawn = {row.member_id: row.withdrawn_at is not None for row in db.session.scalars(select(Notification))}
    assert withdrawn == {member.id: True, silent.id: True, elsewhere.id: False}


def test_an_answer_has_no_member_no_moment_and_no_order(election, survey, late, db):
    columns = {column.name for column in inspect(SurveyAnswer).columns}
    assert columns == {"id", "question_id", "station_id", "value", "remark"}
    assert {column.name for column in inspect(SurveyReply).columns} == {"survey_id", "member_id"}
    members = [make_member() for _ in range(6)]
    place(election, *members)
    surveys.open_survey(survey, **late)
    for number, member in enumerate(members):
        answer(survey, member, late, remark=f"nummer {number}")
    said = list(
        db.session.scalars(select(SurveyAnswer.remark).where(SurveyAnswer.remark != "").order_by(SurveyAnswer.id))
    )
    assert sorted(said) == [f"nummer {number}" for number in range(6)]
    keys = list(db.session.scalars(select(SurveyAnswer.id)))
    assert max(keys) - min(keys) > 10**9
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "survey.answered")).all()
    assert len(events) == 6
    assert "nummer" not in str([event.details for event in events])


def test_a_member_answers_once_something_that_is_asked_and_in_time(election, survey, late, db):
    member, silent = make_member(), make_member()
    place(election, member, silent)
    surveys.open_survey(survey, **late)
    first = survey.questions[0].id
    for given in ({}, {first: 6}, {first: 0}, {survey.questions[2].id: "x" * 1001}):
        with pytest.raises(RuleBroken) as refused:
            replies.reply(survey, member, given, **late)
        assert refused.value.field.startswith("given.")
    assert db.session.scalars(select(SurveyReply)).all() == []
    with pytest.raises(RuleBroken):
        replies.reply(survey, member, {first: 4}, actor=COMMAND, now=survey.closes_at)
    answer(survey, member, late)
    told = {row.member_id: row.done_at for row in db.session.scalars(select(Notification))}
    assert told == {member.id: late["now"], silent.id: None}
    assert replies.find_waiting(member, late["now"]) == []
    with pytest.raises(RuleBroken):
        answer(survey, member, late)
    surveys.close_survey(survey, **late)
    assert survey.state == SurveyState.CLOSED
    with pytest.raises(RuleBroken):
        surveys.close_survey(survey, **late)
    assert "survey.closed" in set(db.session.scalars(select(AuditEvent.action)))


def test_words_are_as_long_as_their_field_and_no_longer(election, survey, late, db):
    closes_at = survey.closes_at
    for field, text in (("thanks", SurveyText("x" * LONGEST, closes_at=closes_at)), ("thanks_en", ENGLISH)):
        surveys.change_survey(survey, replace(text, closes_at=closes_at), **late)
        longer = replace(text, closes_at=closes_at, **{field: "x" * (LONGEST + 1)})
        with pytest.raises(RuleBroken) as refused:
            surveys.change_survey(survey, longer, **late)
        assert refused.value.field == field
    longest = "x" * surveys.LONGEST_QUESTION
    surveys.write_questions(survey, [QuestionText("remark", longest, longest)], **late)
    with pytest.raises(RuleBroken) as refused:
        surveys.write_questions(survey, [QuestionText("remark", longest, longest + "x")], **late)
    assert refused.value.field == "words_en.1"
    member, colleague = make_member(), make_member()
    place(election, member, colleague)
    surveys.open_survey(survey, **late)
    (question,) = survey.questions
    remark = "x" * replies.LONGEST_REMARK
    with pytest.raises(RuleBroken):
        replies.reply(survey, member, {question.id: remark + "x"}, **late)
    replies.reply(survey, member, {question.id: f" {remark}\r\n"}, **late)
    replies.reply(survey, colleague, {question.id: " een\x00\r\ntwee "}, **late)
    assert sorted(db.session.scalars(select(SurveyAnswer.remark))) == ["een\ntwee", remark]


def test_the_answers_to_a_question_are_those_that_it_offers(election, survey, late, db):
    scale, again, remark = survey.questions
    members = [make_member() for _ in range(3)]
    place(election, *members)
    surveys.open_survey(survey, **late)
    for question, wrong in ((scale, 0), (scale, 6), (again, 2), (again, -1)):
        with pytest.raises(RuleBroken) as refused:
            replies.reply(survey, members[0], {question.id: wrong}, **late)
        assert refused.value.field == f"given.{question.id}"
    with pytest.raises(RuleBroken, match="at least one") as refused:
        replies.reply(survey, members[0], {scale.id: None, again.id: "", remark.id: " "}, **late)
    assert refused.value.field == f"given.{scale.id}"
    for member, given in zip(members, ({scale.id: 1, again.id: 0}, {scale.id: 5}, {again.id: 1}), strict=True):
        replies.reply(survey, member, given, **late)
    rows = db.session.execute(select(SurveyAnswer.question_id, SurveyAnswer.value))
    assert sorted(rows) == [(scale.id, 1), (scale.id, 5), (again.id, 0), (again.id, 1)]


def test_a_station_stands_by_itself_only_where_enough_answered_and_no_rest_is_smaller(election, survey, late):
    function, shift = make_function("stembureaulid"), shifts_of(election)[0]
    by_station = {number: [make_member() for _ in range(size)] for number, size in ((1, 7), (2, 5), (3, 2))}
    for number, members in by_station.items():
        station = make_station(election, number)
        publish_places(election, [(who, station, shift, function) for who in members], now=late["now"])
    surveys.open_survey(survey, **late)
    for number, members in by_station.items():
        for member in members:
            answer(survey, member, late, scale=number + 1, again=number % 2)
    surveys.close_survey(survey, **late)
    found = results.read_results(survey, surveys.count_replies(survey)[1])
    scale, again, _remark = (question.id for question in survey.questions)
    assert found.is_enough
    # The two of station 3 would be known from the rest, so the five of station 2 stand with them.
    assert [(place.station and place.station.number) for place in found.places] == [1, None]
    assert results.number_of(found.places[1].answers[scale]) == 7
    assert results.mean_of(found.places[0].answers[scale]) == 2
    assert results.mean_of(found.totals[scale]) == (7 * 2 + 5 * 3 + 2 * 4) / 14
    assert results.share_of_yes(found.totals[again]) == 9 / 14
    assert results.mean_of({5: 4}) is None
    assert results.share_of_yes({1: 4}) is None


def test_what_is_answered_counts_for_the_station_where_the_member_worked_longest(election, survey, late, db):
    member, colleague, function = make_member(), make_member(), make_function("stembureaulid")
    short, long, other = (make_station(election, number) for number in (1, 2, 3))
    early, evening, count = shifts_of(election)
    count_ends = shift_hours(count)[1]
    wanted = [(member, short, count), (member, long, early), (colleague, other, evening)]
    publish_places(election, [(*each, function) for each in wanted], now=late["now"])
    late["now"] = max(late["now"], count_ends)
    surveys.open_survey(survey, **late)
    answer(survey, member, late, remark="Prima")
    assert set(db.session.scalars(select(SurveyAnswer.station_id))) == {long.id}


def test_nothing_is_shown_of_a_few(election, survey, late):
    members = [make_member() for _ in range(4)]
    place(election, *members)
    surveys.open_survey(survey, **late)
    for member in members:
        answer(survey, member, late)
    surveys.close_survey(survey, **late)
    assert not results.read_results(survey, surveys.count_replies(survey)[1]).is_enough


def test_it_is_over_when_its_moment_came_without_anybody_closing_it(election, survey, late):
    place(election, make_member())
    assert not surveys.is_over(survey, late["now"])
    surveys.open_survey(survey, **late)
    assert not surveys.is_over(survey, late["now"])
    assert surveys.is_over(survey, survey.closes_at)
