"""What a message may be about and hold: subjects and elections to choose from, files that fit, and a text."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models import ElectionState, StoredFile, SubjectChoice
from app.phrases import RuleBroken
from app.services.message_box import attachments, open_tasks, team, threads
from app.services.waiting import count_totals
from tests.support.factories.documents import give, publish
from tests.support.factories.elections import make_election, make_open_election
from tests.support.factories.message_box import actor_of, answer, ask
from tests.support.factories.people import make_member, make_staff

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def test_subjects_stand_in_the_teams_order_and_one_that_is_gone_is_refused(db):
    rows = {"Training": 1, "Vergoeding": 0, "Anders": 1}
    made = {name: SubjectChoice(name=name, position=place) for name, place in rows.items()}
    gone = SubjectChoice(name="Oud", position=0, is_active=False)
    db.session.add_all([*made.values(), gone])
    db.session.flush()
    assert [choice.name for choice in threads.list_choices()] == ["Vergoeding", "Anders", "Training"]
    assert threads.find_choice(made["Anders"].id) is made["Anders"]
    assert (threads.find_choice(None), threads.find_choice(0)) == (None, None)
    for choice_id in (gone.id, 999):
        with pytest.raises(RuleBroken) as refused:
            threads.find_choice(choice_id)
        assert refused.value.field == "choice_id"


def test_a_question_is_about_an_election_that_goes_on_the_next_one_first(db):
    first = make_open_election()
    next_one = make_open_election(code="PS2025", name="Staten", voting_on=first.voting_on - DAY)
    make_election(code="TK2028", name="Concept")
    closed = make_open_election(code="WS2024", name="Waterschap")
    closed.state = ElectionState.CLOSED
    db.session.flush()
    assert threads.list_elections() == [next_one, first]
    colleague = make_staff(first_name="Bea", last_name="Post")
    make_staff(active=False)
    people, elections = team.list_filter_choices()
    assert people == {colleague.id: "Bea Post"}
    assert list(elections.items()) == [(next_one.id, "Staten"), (first.id, first.name)]


def files_of(db, now, *sizes):
    rows = [
        StoredFile(key=f"{number}", name="a.pdf", media_type="application/pdf", size=size, sha256="x", created_at=now)
        for number, size in enumerate(sizes)
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def test_so_many_files_that_are_so_large_together_go_with_a_message(db, now):
    thread, most = ask(make_member(), now=now), threads.MOST_MEGABYTES * 1024 * 1024
    colleague = make_staff()

    def send(files):
        return threads.add_message(thread, "Dag", files, author_user_id=colleague.id, is_team=True, now=now)

    fits = files_of(db, now, *[1] * (threads.MOST_FILES - 1), most - threads.MOST_FILES + 1)
    assert len(send(fits).attachments) == threads.MOST_FILES
    for sizes in ([1] * (threads.MOST_FILES + 1), [most, 1]):
        db.session.rollback()
        with pytest.raises(RuleBroken) as refused:
            threads._check_files([StoredFile(size=size) for size in sizes])
        assert refused.value.field == "files"


@pytest.mark.parametrize("length", [threads.LONGEST_BODY, threads.LONGEST_BODY + 1])
def test_a_text_and_a_subject_are_as_long_as_the_longest(length):
    fits = length == threads.LONGEST_BODY
    subject = "s" * (threads.LONGEST_SUBJECT + (not fits))
    if fits:
        assert threads.clean_body(f" {'x' * length}\n") == "x" * length
        assert threads.clean_subject(f" {subject} ") == subject
        return
    with pytest.raises(RuleBroken, match=f"has {length} characters") as refused:
        threads.clean_body("x" * length, field="note")
    assert refused.value.field == "note"
    with pytest.raises(RuleBroken) as refused:
        threads.clean_subject(subject)
    assert refused.value.field == "subject"


def test_a_document_of_the_library_goes_with_an_answer_and_no_other(db, now):
    member, colleague = make_member(), make_staff()
    thread, document = ask(member, now=now), publish(now, title="Gids")
    later, own = publish(now, title="Later", publish_from=now + DAY), give(now, member)
    own_actor = {"actor": actor_of(colleague), "now": now}
    for wrong in (later.id, own.id, 999):
        with pytest.raises(RuleBroken) as refused:
            team.answer(thread, "Zie de gids.", seen=thread.version, document_id=wrong, **own_actor)
        assert refused.value.field == "document_id"
    sent = team.answer(thread, "Zie de gids.", seen=thread.version, document_id=document.id, **own_actor)
    [attachment] = sent.attachments
    assert (attachment.document_id, attachment.file_id) == (document.id, document.versions[0].file_id)
    assert attachments.find_in_library(document.id, now) is document.versions[0]


def test_the_team_sees_how_many_questions_wait_longer_than_it_promised(db, now):
    waits, answered = ask(make_member(), now=now), ask(make_member(), now=now)
    answer(answered, make_staff(), now=now)

    def late(at):
        return count_totals(open_tasks.total_late(at, answer_within=3 * DAY))[0].number

    assert [late(now + 3 * DAY), late(now + 3 * DAY + SECOND)] == [0, 1]
    team.close(waits, seen=waits.version, actor=actor_of(make_staff()), now=now)
    assert late(now + 9 * DAY) == 0
