"""What is done is in the audit trail, once and by whom: an act that leaves no line cannot be looked up afterwards.

One walk a subject; the guard on audit words holds that no action of the services is left out of all tests.
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.models import AuditEvent, ChallengePurpose, DocumentGrant, LinkKind, MailedLink, NotificationKind
from app.permissions import ADMIN, STAFF
from app.phrases import RuleBroken
from app.services.access import one_time_codes, one_time_links
from app.services.access.people import find_person
from app.services.accounts import email_change, invitations, password_changes, team_accounts
from app.services.audiences import choices, groups
from app.services.audit import Actor
from app.services.availability import answers, period
from app.services.campaigns import campaigns, reminders
from app.services.campaigns.checks import CampaignText
from app.services.documents import documents, personal_batches
from app.services.elections import declarations, elections
from app.services.elections.elections import ElectionDetails
from app.services.mail import resending, undeliverable_addresses
from app.services.mail.outbox import queue_mail
from app.services.members import members, profile
from app.services.message_box import merging, team, team_questions
from app.services.message_box.team_questions import TeamQuestionText
from app.services.news import files, news
from app.services.news.news import NewsText
from app.services.notifications import mail_preferences
from app.services.planning import phases
from app.services.rosters import runs
from tests.services.rosters.roster_files import roster
from tests.support.factories.documents import give, keep, wanted
from tests.support.factories.elections import answer_for, make_open_election
from tests.support.factories.message_box import actor_of, ask, reply
from tests.support.factories.people import make_admin, make_member, make_staff
from tests.support.files import sample_files

HOUR = timedelta(hours=1)
PASSWORD = "paarse fiets zonder bel 7"


@pytest.fixture
def actor(db) -> Actor:
    """A colleague who acts."""
    return actor_of(make_staff())


@pytest.fixture
def acts_of(db):
    """The actions that this actor left in the trail, in their order."""

    def find(actor: Actor) -> list[str]:
        db.session.flush()
        mine = select(AuditEvent.action).where(AuditEvent.actor_name == actor.name)
        return list(db.session.scalars(mine.order_by(AuditEvent.id)))

    return find


@pytest.fixture
def members_of(db):
    """The ids of the members at whom the acts of this actor are found."""

    def find(actor: Actor) -> set[int | None]:
        db.session.flush()
        return set(db.session.scalars(select(AuditEvent.member_id).where(AuditEvent.actor_name == actor.name)))

    return find


def test_what_is_done_with_a_question(db, now, actor, acts_of, members_of):
    member, colleague = make_member(), make_staff()
    thread, double = ask(member, "Training", "Wanneer?"), ask(member, "Nog eens", "Weet je het al?")
    team.claim(thread, actor=actor, now=now)
    team.release(thread, seen=thread.version, actor=actor, now=now)
    team.assign(thread, colleague.id, seen=thread.version, actor=actor, now=now)
    team.add_note(thread, "Bel even.", actor=actor, now=now)
    merging.merge_threads(thread, double.id, actor=actor, now=now)
    team.answer(thread, "Op 3 maart.", seen=thread.version, actor=actor, now=now)
    reply(thread)
    team.close(thread, seen=thread.version, actor=actor, now=now)
    team.start_thread(member, "Je rooster", "Klopt dit?", actor=actor, now=now)
    assert acts_of(actor) == [
        "thread.taken",
        "thread.released",
        "thread.assigned",
        "thread.noted",
        "thread.merged",
        "thread.answered",
        "thread.closed",
        "thread.started",
    ]
    assert members_of(actor) == members_of(actor_of(member)) == {member.id}
    assert acts_of(actor_of(member)) == ["thread.asked", "thread.asked", "thread.replied"]


def test_what_is_done_with_a_question_of_the_team(now, actor, acts_of):
    make_member()
    text = TeamQuestionText("Lunch", "Eet je mee?", groups.everybody())
    question, spare = (team_questions.write_team_question(text, None, actor=actor, now=now) for _ in range(2))
    team_questions.write_team_question(replace(text, body="Kom je?"), question, actor=actor, now=now)
    team_questions.delete_team_question(spare, actor=actor, now=now)
    team_questions.ask_audience(question, actor=actor, now=now)
    assert acts_of(actor) == [
        "team_question.created",
        "team_question.created",
        "team_question.changed",
        "team_question.deleted",
        "team_question.asked",
    ]


def test_what_is_done_with_an_election(db, now, actor, acts_of):
    details = ElectionDetails("GR2026_Voorbeeldstad", "Gemeenteraad", "GR", datetime(2026, 3, 18, tzinfo=UTC).date())
    election = elections.create_election(details, actor=actor, now=now)
    elections.update_election(election, replace(details, name="Gemeenteraad 2026"), actor=actor, now=now)
    text = {"body_nl": "Ik spreek Nederlands.", "body_en": "", "is_required": True, "position": 9}
    declaration = declarations.add_text(election, "language", **text, actor=actor, now=now)
    declarations.change_text(declaration, **text | {"position": 1}, actor=actor, now=now)
    declarations.remove_text(declaration, actor=actor, now=now)
    period.open_availability(election, opens_at=now, closes_at=now + HOUR, explanation="", actor=actor, now=now)
    phases.start_planning(election, actor=actor, now=now + HOUR)
    assert acts_of(actor) == [
        "election.created",
        "election.changed",
        "declaration_text.added",
        "declaration_text.changed",
        "declaration_text.removed",
        "availability.opened",
        "availability.locked",
        "election.moved",
    ]


def test_nothing_is_said_of_an_election_that_stays_as_it_was(db, now, actor, acts_of):
    details = ElectionDetails("GR2026_Voorbeeldstad", "Gemeenteraad", "GR", datetime(2026, 3, 18, tzinfo=UTC).date())
    election = elections.create_election(details, actor=actor, now=now)
    elections.update_election(election, details, actor=actor, now=now)
    assert acts_of(actor) == ["election.created"]


def test_what_is_done_with_the_answer_of_a_member(db, now, actor, acts_of, members_of):
    member, election = make_member(), make_open_election()
    mine, theirs = {"by": answers.By.MEMBER, "now": now}, {"by": answers.By.TEAM, "now": now}
    answers.record_answer(member, election, answer_for(election), **mine, actor=actor_of(member))
    answers.record_answer(member, election, answer_for(election, remark="Ik fiets"), **mine, actor=actor_of(member))
    no_candidate = next(row for row in declarations.list_current_texts(election.id) if row.kind == "not_a_candidate")
    candidacy = answer_for(election, declarations={no_candidate.id: False})
    answers.record_answer(member, election, candidacy, **mine, actor=actor_of(member))
    answers.record_answer(member, election, answer_for(election), **theirs, actor=actor)
    answers.reopen_availability(member, election, until=now + HOUR, actor=actor, now=now)
    assert members_of(actor) == members_of(actor_of(member)) == {member.id}
    assert acts_of(actor_of(member)) == [
        "availability.submitted",
        "availability.changed",
        "availability.candidacy_declared",
    ]
    assert acts_of(actor) == ["availability.entered", "availability.reopened"]


def test_what_is_done_with_a_campaign(db, now, actor, acts_of):
    make_member()
    text = CampaignText(NotificationKind.INFORMATION, "Welkom", groups.everybody())
    campaign, spare = (campaigns.write_campaign(text, None, actor=actor, now=now) for _ in range(2))
    campaigns.write_campaign(replace(text, title="Dag"), campaign, actor=actor, now=now)
    campaigns.send_test(campaign, actor=actor, now=now)
    campaigns.plan_campaign(campaign, send_at=now, actor=actor, now=now)
    campaigns.unplan_campaign(campaign, actor=actor, now=now)
    campaigns.delete_campaign(spare, actor=actor, now=now)
    campaigns.plan_campaign(campaign, send_at=now, actor=actor, now=now)
    campaigns.start_due_campaigns(now)
    campaigns.stop_campaign(campaign, actor=actor, now=now)
    assert acts_of(actor) == [
        "campaign.created",
        "campaign.created",
        "campaign.changed",
        "campaign.tested",
        "campaign.planned",
        "campaign.unplanned",
        "campaign.deleted",
        "campaign.planned",
        "campaign.stopped",
    ]


def test_what_the_worker_does_with_a_campaign(db, now, actor, acts_of):
    make_member()
    due_at = now + timedelta(days=3)
    text = CampaignText(NotificationKind.CHECK_DATA, "Klopt dit?", groups.everybody(), due_at=due_at, reminder_days=[1])
    campaign = campaigns.write_campaign(text, None, actor=actor, now=now)
    campaigns.plan_campaign(campaign, send_at=now, actor=actor, now=now)
    campaigns.start_due_campaigns(now)
    db.session.flush()
    assert reminders.send_due_reminders(campaigns.remind_at(due_at, 1)) == 1
    assert acts_of(Actor("worker")) == ["campaign.sent", "campaign.reminded"]


def test_what_is_done_with_a_document(db, now, actor, acts_of):
    (document, spare) = (
        documents.add_documents(wanted(), [keep(now, name)], actor=actor, now=now)[0] for name in ("A.pdf", "B.pdf")
    )
    documents.change_document(document, wanted(title="Gids"), actor=actor, now=now)
    documents.delete_document(spare, actor=actor, now=now)
    documents.publish_documents([document], actor=actor, now=now)
    newer = keep(now, "C.pdf", sample_files.pdf("Nieuw"))
    documents.add_version(document, newer, tells=False, actor=actor, now=now)
    documents.DOCUMENTS.withdraw(document, actor=actor, now=now)
    assert acts_of(actor) == [
        "document.created",
        "document.created",
        "document.changed",
        "document.deleted",
        "document.published",
        "document.replaced",
        "document.withdrawn",
    ]


def test_what_is_done_with_personal_documents(db, now, actor, acts_of, members_of):
    member = make_member()
    upload = (f"{member.member_number}.pdf", io.BytesIO(sample_files.pdf()))
    personal_batches.start_batch([upload], wanted(), actor=actor, now=now)
    given = select(DocumentGrant).where(DocumentGrant.document_id == give(now, member).id)
    grant = db.session.scalars(given).one()
    documents.withdraw_grant(grant, actor=actor, now=now)
    assert acts_of(actor) == ["document.created", "document.taken_back"]
    assert members_of(actor) == {None, member.id}


def test_what_is_done_with_a_general_message(db, now, actor, acts_of):
    text = NewsText(title="Nieuws", body="Beste leden", group=groups.everybody())
    item, spare = (news.write_news(text, None, actor=actor, now=now) for _ in range(2))
    news.write_news(replace(text, title="Oud"), item, actor=actor, now=now)
    file = files.add_file(item, keep(now), "", actor=actor, now=now)
    files.remove_file(item, file.id, actor=actor, now=now)
    news.delete_news(spare, actor=actor, now=now)
    news.publish_news(item, actor=actor, now=now)
    news.NEWS.withdraw(item, actor=actor, now=now)
    assert acts_of(actor) == [
        "news_item.created",
        "news_item.created",
        "news_item.changed",
        "news_item.file_added",
        "news_item.file_removed",
        "news_item.deleted",
        "news_item.published",
        "news_item.withdrawn",
    ]


def test_what_is_done_with_an_audience(db, now, actor, acts_of):
    audience = choices.save_audience(None, "Iedereen", groups.everybody(), actor=actor, now=now)
    choices.save_audience(audience, "Alle leden", groups.everybody(), actor=actor, now=now)
    assert acts_of(actor) == ["audience.created", "audience.changed"]


def test_what_is_done_with_a_mail(db, now, actor, acts_of, members_of):
    member = make_member()
    mail = queue_mail("user_names", recipient="a@b.example", user_id=member.user_id, locale="nl", values={}, now=now)
    db.session.flush()
    resending.cancel(mail, actor=actor, now=now)
    resending.resend(mail, actor=actor, now=now)
    assert acts_of(actor) == ["mail.cancelled", "mail.resent"]
    assert members_of(actor) == {member.id}


def test_that_an_address_does_not_work_and_works_again(db, now, actor, acts_of, members_of):
    member = make_member(email="jan@post.example")
    undeliverable_addresses.mark_broken("jan@post.example", "no such user", by_report=False, actor=actor, now=now)
    undeliverable_addresses.mark_accepted("jan@post.example", actor=actor, now=now)
    undeliverable_addresses.mark_broken("jan@post.example", "no such user", by_report=True, actor=actor, now=now)
    db.session.expire_all()
    undeliverable_addresses.mark_confirmed(find_person(member.user_id), actor, now)
    assert acts_of(actor) == ["email.broken", "email.works", "email.broken", "email.works"]
    assert members_of(actor) == {member.id}


def test_what_is_done_with_the_data_of_a_member(db, now, actor, acts_of, members_of):
    typed = {"surname": "Bakker", "member_number": "777", "email": "b@post.example", "birth_date": "6-6-1970"}
    member = members.add_member(typed, actor=actor, now=now)
    assert acts_of(actor) == ["member.added"]
    db.session.delete(member)

    own = make_member()
    me, account = actor_of(own), find_person(own.user_id).account
    profile.confirm_data(own, actor=me, now=now)
    mail_preferences.save_choices(own, account, locale="en", mailed=(), actor=me, now=now)
    assert members_of(me) == {own.id}
    assert acts_of(me) == ["profile.checked", "member.choices_changed"]


def test_a_roster_that_comes_and_goes(db, now, actor, acts_of, tmp_path: Path):
    run = runs.start_run(roster(), "leden.csv", instance=tmp_path, actor=actor, now=now)
    runs.cancel_run(run, instance=tmp_path, actor=actor, now=now)
    runs.import_file(roster(), "leden.csv", actor=actor, now=now)
    assert acts_of(actor) == [
        "roster.uploaded",
        "roster.cancelled",
        *["member.imported"] * 3,
        "roster.imported",
    ]


def test_another_address_and_a_wrong_code(db, now, acts_of, members_of):
    person = find_person(make_member(password=PASSWORD).user_id)
    email_change.request_change(person, "nieuw@post.example", ip="", now=now)
    links = select(MailedLink).where(MailedLink.kind.in_((LinkKind.EMAIL_OLD, LinkKind.EMAIL_NEW)))
    for link in db.session.scalars(links).all():
        email_change.confirm(link, ip="", now=now)
    assert members_of(Actor(person.user.username)) == {person.member_id}
    token, code = one_time_codes.start_challenge(person, now, place="")
    with pytest.raises(RuleBroken, match="not the code"):
        one_time_codes.check_code(
            token, f"{(int(code) + 1) % 1_000_000:06d}", "", now, purpose=ChallengePurpose.SIGN_IN
        )
    assert acts_of(Actor(person.user.username)) == ["email.change_asked", "email.changed", "sign_in.code_refused"]


def test_each_password_that_is_chosen(db, now, acts_of, members_of):
    person = find_person(make_member().user_id)
    invited = one_time_links.make_link(person.user.id, LinkKind.INVITATION, now=now, lifetime=HOUR)
    more = {"own_words": (), "ip": "", "now": now}
    password_changes.accept_invitation(invited, PASSWORD, proof=None, **more)
    password_changes.send_reset_link(person, actor=Actor(person.user.username), now=now)
    reset = db.session.scalars(select(MailedLink).where(MailedLink.kind == LinkKind.RESET)).one()
    password_changes.reset_password(reset, PASSWORD, **more)
    password_changes.change_password(person, PASSWORD, **more)
    assert members_of(Actor(person.user.username)) == {person.member_id}
    assert acts_of(Actor(person.user.username)) == [
        "invitation.accepted",
        "password.reset_asked",
        "password.reset",
        "password.changed",
    ]


def test_what_is_done_with_an_account_of_the_team(db, now, actor, acts_of):
    make_admin(password=PASSWORD)  # somebody must be left
    new = team_accounts.NewUser("bea.b", "Bea", "Berg", "bea@gemeente.example", [STAFF])
    user = team_accounts.add_user(new, giver_roles=[ADMIN], actor=actor, now=now)
    person = find_person(user.id)
    team_accounts.rename(person, "Bea", "Dal", actor=actor, now=now)
    team_accounts.change_roles(person, [ADMIN], giver_roles=[ADMIN], actor=actor, now=now)
    team_accounts.switch_off(person, actor=actor, now=now)
    team_accounts.switch_on(person, actor=actor, now=now)
    team_accounts.end_all_sessions(person, actor=actor, now=now)
    team_accounts.send_invitation(person, actor=actor, now=now, lifetime=HOUR)
    assert acts_of(actor) == [
        "user.added",
        "user.renamed",
        "user.roles_changed",
        "user.switched_off",
        "user.switched_on",
        "user.sessions_ended",
        "invitation.sent",
        "user.invited",
    ]


def test_what_is_done_with_the_account_of_a_member_is_found_at_the_member(now, actor, acts_of, members_of):
    person = find_person(make_member().user_id)
    team_accounts.switch_off(person, actor=actor, now=now)
    team_accounts.switch_on(person, actor=actor, now=now)
    team_accounts.end_all_sessions(person, actor=actor, now=now)
    invitations.print_invitation(person.user.id, actor=actor, now=now, lifetime=HOUR)
    assert acts_of(actor) == [
        "user.switched_off",
        "user.switched_on",
        "user.sessions_ended",
        "invitation.printed",
    ]
    assert members_of(actor) == {person.member_id}
