"""What the forms beside a conversation offer: by name, and of the same member the latest questions first."""

from __future__ import annotations

from datetime import timedelta

from app.models import CannedAnswer
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.documents.documents import DOCUMENTS
from app.services.message_box import offered, team_questions
from app.services.message_box.merging import merge_threads
from app.services.message_box.team_questions import TeamQuestionText
from tests.support.factories.documents import give, publish
from tests.support.factories.message_box import actor_of, ask
from tests.support.factories.people import make_admin, make_member, make_staff

HOUR = timedelta(hours=1)


def test_documents_of_the_library_active_answers_and_colleagues_stand_by_name(db, now):
    member = make_member()
    thread = ask(member, now=now)
    manual, guide = publish(now, title="werkinstructie"), publish(now, title="Gids")
    publish(now, title="Later", publish_from=now + HOUR)
    give(now, member, title="Persoonlijk")
    DOCUMENTS.withdraw(publish(now, title="Weg"), actor=COMMAND, now=now)
    training = CannedAnswer(title="training", body="x")
    fee, gone = CannedAnswer(title="Betaling", body="x"), CannedAnswer(title="Aan", body="x", is_active=False)
    db.session.add_all([training, fee, gone])
    zoe, bea = make_staff(first_name="zoë", last_name="Aarts"), make_admin(first_name="Bea", last_name="")
    make_staff(active=False)
    db.session.commit()
    found = offered.list_offered(thread, now)
    assert found.documents == [(guide.id, "Gids"), (manual.id, "werkinstructie")]
    assert found.answers == [(fee.id, "Betaling"), (training.id, "training")]
    assert found.colleagues == [(bea.id, "Bea"), (zoe.id, "zoë Aarts")]
    assert found.duplicates == []


def test_a_question_may_be_merged_with_another_one_of_the_member_that_stands_by_itself(db, now, monkeypatch):
    member, colleague = make_member(), make_staff()
    thread = ask(member, "Deze", "Een", now=now)
    old, new = ask(member, "Oud", "Twee", now=now), ask(member, "Nieuw", "Drie", now=now + HOUR)
    merged = ask(member, "Samengevoegd", "Vier", now=now)
    merge_threads(old, merged.id, actor=actor_of(colleague), now=now)
    ask(make_member(), "Van een ander", "Vijf", now=now)
    wanted = TeamQuestionText("Lunch", "Eet je mee?", groups.everybody())
    question = team_questions.write_team_question(wanted, None, actor=actor_of(colleague), now=now)
    team_questions.ask_audience(question, actor=actor_of(colleague), now=now)
    assert offered.list_offered(thread, now).duplicates == [(new.id, "Nieuw"), (old.id, "Oud")]
    monkeypatch.setattr(offered, "MOST_DUPLICATES", 1)
    assert offered.list_offered(thread, now).duplicates == [(new.id, "Nieuw")]
