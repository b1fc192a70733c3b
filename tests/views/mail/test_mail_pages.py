"""What the team and the member see of mail that failed, and what the team can do about it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import utc_now
from app.models import AuditEvent, MailState, OutboundMail
from app.services.audiences.groups import everybody
from app.services.audit import COMMAND
from app.services.campaigns import campaigns
from app.services.campaigns.checks import CampaignText
from app.services.mail import outbox, undeliverable_addresses
from app.services.mail.resending import WARNINGS
from tests.support.factories.people import make_member, make_staff
from tests.support.member_pages import read_member

NO_SUCH = "550 5.1.1 No such user"


@pytest.fixture
def team(client, sign_in_as, clock):
    return sign_in_as(client, make_staff())


@pytest.fixture
def failed(db, now):
    """`failed(member)`: a mail to this member that was refused."""

    def make(member, error=NO_SUCH):
        more = {"recipient": member.email, "user_id": member.user_id, "locale": "nl", "values": {"link_id": 1}}
        mail = outbox.queue_mail("waiting", now=now, **more)
        outbox.mark_failed(mail, error, is_permanent=True, now=now)
        db.session.commit()
        return mail

    return make


def act(team, name, mail, **more):
    return team.post(f"/e-mails/action/{name}/{mail.id}", data={"sure": "yes", **more})


def test_the_list_says_to_whom_what_and_why_not(team, failed):
    failed(make_member(first_name="Zoë", infix="", surname="Bakker"))
    page = team.get("/e-mails/list/?state=failed").text
    for words in ("Zoë Bakker", "er staat iets klaar in het portaal", "mislukt", "Dit adres bestaat niet"):
        assert words in page


def test_mail_is_found_by_the_name_or_address_of_the_member(team, failed):
    failed(make_member(surname="Bakker", email="jan@post.example", search_text="jan bakker"))
    failed(make_member(surname="Visser", email="piet@post.example", search_text="piet visser"))
    for typed in ("bakker", "jan@post.example"):
        page = team.get("/e-mails/list/", query_string={"q": typed}).text
        assert "Bakker" in page
        assert "Visser" not in page


def test_the_page_of_a_mail_shows_neither_its_text_nor_its_values(team, failed):
    mail = failed(make_member())
    page = team.get(f"/e-mails/show/{mail.id}").text
    assert NO_SUCH in page
    assert "link_id" not in page
    assert "deduplication" not in page


def test_a_failed_mail_is_sent_again_after_a_question(team, failed, mailbox, db):
    mail = failed(make_member())
    assert team.post(f"/e-mails/action/resend/{mail.id}").status_code == 200
    db.session.refresh(mail)
    assert mail.state == MailState.FAILED
    act(team, "resend", mail)
    db.session.refresh(mail)
    assert (mail.state, mail.attempts, mail.error) == (MailState.QUEUED, 0, "")
    assert db.session.scalar(select(AuditEvent.subject_id).where(AuditEvent.action == "mail.resent")) == mail.id


def test_several_at_once_leave_alone_what_does_not_fit(team, failed, db, now):
    mails = [failed(make_member()), failed(make_member())]
    sent = failed(make_member())
    sent.state = MailState.SENT
    db.session.commit()
    keys = [str(mail.id) for mail in (*mails, sent)]
    answer = team.post("/e-mails/action_post", data={"action": "resend", "rowid": keys, "sure": "yes"})
    assert answer.status_code == 302
    db.session.expire_all()
    assert [mail.state for mail in (*mails, sent)] == [MailState.QUEUED, MailState.QUEUED, MailState.SENT]


def test_a_failed_mail_can_be_put_aside(team, failed, db):
    mail = failed(make_member())
    act(team, "cancel", mail)
    db.session.refresh(mail)
    assert (mail.state, mail.error) == (MailState.CANCELLED, NO_SUCH)


@pytest.mark.parametrize("template", WARNINGS)
def test_the_team_keeps_no_warning_from_the_owner_of_an_account(team, failed, db, template):
    """Who changed another's account number or address could else see to it that nobody is told."""
    mail = failed(make_member())
    mail.template, mail.state = template, MailState.RETRYING
    db.session.commit()
    assert "/e-mails/action/cancel/" not in team.get(f"/e-mails/show/{mail.id}").text
    act(team, "cancel", mail)
    db.session.refresh(mail)
    assert mail.state == MailState.RETRYING
    mail.state = MailState.FAILED
    db.session.commit()
    act(team, "cancel", mail)
    db.session.refresh(mail)
    assert mail.state == MailState.CANCELLED


def test_a_mail_that_was_sent_has_no_acts(team, failed, db):
    mail = failed(make_member())
    mail.state = MailState.SENT
    db.session.commit()
    assert "/e-mails/action/" not in team.get(f"/e-mails/show/{mail.id}").text
    act(team, "resend", mail)
    db.session.refresh(mail)
    assert mail.state == MailState.SENT


def test_a_member_reaches_no_mail(client, sign_in_as, failed):
    mail = failed(make_member())
    browser = sign_in_as(client, make_member())
    for path in ("/e-mails/list/", f"/e-mails/show/{mail.id}"):
        assert browser.get(path).status_code == 403
    assert browser.post(f"/e-mails/action/resend/{mail.id}", data={"sure": "yes"}).status_code == 403


def test_home_counts_mail_that_failed_and_leads_to_it(team, failed):
    member = make_member()
    failed(member)
    undeliverable_addresses.mark_broken(member.email, NO_SUCH, by_report=False, actor=COMMAND, now=member.created_at)
    page = team.get("/").text
    assert "/e-mails/list/?state=failed" in page
    assert "email=broken" in page


def test_the_team_is_told_that_marking_stopped(team, db, now, clock):
    paths = ("/", "/e-mails/list/")
    heading = "Veel e-mailadressen lijken opeens fout"
    assert not any(heading in team.get(path).text for path in paths)
    undeliverable_addresses.note_stop(COMMAND, now)
    db.session.commit()
    assert all(heading in team.get(path).text for path in paths)
    clock.shift(timedelta(days=8))
    assert undeliverable_addresses.last_stop(utc_now()) is None


def test_the_progress_of_a_campaign_names_who_was_not_reached_and_why(team, db, now):
    make_member(first_name="Zoë", infix="", surname="Bakker")
    campaign = campaigns.write_campaign(
        CampaignText(kind="information", title="Welkom", group=everybody()), None, actor=COMMAND, now=now
    )
    campaigns.plan_campaign(campaign, send_at=now, actor=COMMAND, now=now)
    campaigns.start_due_campaigns(now)
    mail = db.session.scalar(select(OutboundMail))
    outbox.mark_failed(mail, "552 5.2.2 full", is_permanent=True, now=now)
    db.session.commit()
    for path in ("show", "progress"):
        page = team.get(f"/verzendingen/{path}/{campaign.id}").text
        assert "Zoë Bakker</a>: De mailbox is vol." in page


def test_the_card_of_a_member_says_that_the_address_does_not_work_and_why(team, failed, db, now):
    member = make_member()
    assert "werkt niet" not in read_member(team, member.id)
    failed(member)
    undeliverable_addresses.mark_broken(member.email, NO_SUCH, by_report=False, actor=COMMAND, now=now)
    db.session.commit()
    page = read_member(team, member.id)
    assert "Het e-mailadres werkt niet" in page
    assert "Dit adres bestaat niet" in page
    assert page.count("Dit adres bestaat niet") == 2  # on top, and at the mail that failed


def test_the_member_sees_it_too_and_how_to_mend_it(client, sign_in_as, db, now):
    member = make_member()
    browser = sign_in_as(client, member)
    assert "werkt niet" not in browser.get("/mijn-gegevens/").text
    undeliverable_addresses.mark_broken(member.email, NO_SUCH, by_report=False, actor=COMMAND, now=now)
    db.session.commit()
    page = browser.get("/mijn-gegevens/").text
    assert "Je e-mailadres werkt niet" in page
    assert "Dit adres bestaat niet" in page


def test_a_long_list_takes_few_statements(team, failed, statements):
    for _ in range(5):
        failed(make_member())
    with statements() as seen:
        team.get("/e-mails/list/")
    assert len(seen) <= 8
