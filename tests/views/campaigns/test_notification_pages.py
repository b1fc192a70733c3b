"""A member's notifications: read, done by doing, one's own only; and the mail that tells of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.mail import delivery
from app.models import Notification, OutboundMail
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.campaigns import campaigns, reminders
from app.services.campaigns.checks import CampaignText
from app.services.news import for_member, news
from app.services.news.news import NewsText
from app.services.notifications import notifications
from tests.support.factories.elections import make_open_election
from tests.support.factories.people import make_member, make_staff
from tests.support.inbox import told
from tests.support.mailbox import code_in


@pytest.fixture(autouse=True)
def _standing_clock(clock):
    """Requests have the same now as the test."""


def tell(db, now, **values):
    wanted = {"kind": "information", "title": "Welkom bij ons", "group": groups.everybody(), **values}
    campaign = campaigns.write_campaign(CampaignText(**wanted), None, actor=COMMAND, now=now)
    campaigns.plan_campaign(campaign, send_at=now, actor=COMMAND, now=now)
    campaigns.start_due_campaigns(now)
    db.session.commit()
    return campaign


def test_a_member_reads_a_notification_and_it_is_no_longer_new(client, sign_in_as, db, now):
    member = make_member()
    tell(db, now, body="Fijn dat je er bent.\nTot snel.", title_en="Welcome")
    page = sign_in_as(client, member)
    assert "Welkom bij ons" in page.get("/meldingen/").text
    row = db.session.scalars(select(Notification)).one()
    assert "Welkom bij ons" in page.get("/").text
    assert page.post(f"/meldingen/{row.id}/openen").headers["Location"].endswith("/meldingen/")
    assert '<span class="badge">gelezen</span>' in page.get("/meldingen/").text
    assert "Welkom bij ons" not in page.get("/").text


def test_who_reads_at_home_stays_there(client, sign_in_as, db, now):
    member = make_member()
    tell(db, now)
    row = db.session.scalars(select(Notification)).one()
    page = sign_in_as(client, member)
    assert '<input type="hidden" name="next" value="/">' in page.get("/").text
    assert page.post(f"/meldingen/{row.id}/openen", data={"next": "/"}).headers["Location"] == "/"
    assert page.post(f"/meldingen/{row.id}/openen", data={"next": "//evil.example"}).location.endswith("/meldingen/")


def test_looking_changes_nothing(client, sign_in_as, db, now):
    member = make_member()
    tell(db, now)
    sign_in_as(client, member).get("/meldingen/")
    assert db.session.scalars(select(Notification)).one().read_at is None


def test_an_action_leads_to_its_page_and_is_done_only_by_doing_it(client, sign_in_as, db, now):
    member = make_member()
    election = make_open_election()
    tell(db, now, kind="give_availability", election_id=election.id)
    page = sign_in_as(client, member)
    row = db.session.scalars(select(Notification)).one()
    target = page.post(f"/meldingen/{row.id}/openen").headers["Location"]
    assert target.endswith(f"/beschikbaarheid/{election.code}/invullen")
    assert "te doen" in page.get("/meldingen/").text
    assert row.done_at is None


def test_anothers_notification_is_not_there(client, sign_in_as, db, now):
    make_member()
    tell(db, now)
    row = db.session.scalars(select(Notification)).one()
    other = sign_in_as(client, make_member())
    assert other.post(f"/meldingen/{row.id}/openen").status_code == 404
    assert "Welkom" not in other.get("/meldingen/").text


def test_what_was_taken_back_is_not_there(client, sign_in_as, db, now):
    member = make_member()
    campaign = tell(db, now)
    campaigns.stop_campaign(campaign, actor=COMMAND, now=now)
    row = db.session.scalars(select(Notification)).one()
    page = sign_in_as(client, member)
    assert "Welkom" not in page.get("/meldingen/").text
    assert page.post(f"/meldingen/{row.id}/openen").status_code == 404


def test_the_menu_counts_what_is_new(client, sign_in_as, db, now):
    member = make_member(data_checked_at=now, bsn_known_at=now)
    page = sign_in_as(client, member)
    assert "te lezen of te beantwoorden" not in page.get("/").text
    tell(db, now)
    assert "te lezen of te beantwoorden" in page.get("/").text


def test_the_list_takes_the_same_number_of_statements_for_any_number(client, sign_in_as, db, now, statements):
    page = sign_in_as(client, make_member())
    counts = []
    for _ in range(2):
        for _ in range(4):
            tell(db, now)
        page.get("/meldingen/")
        with statements() as seen:
            page.get("/meldingen/")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


def test_the_team_has_no_notifications_of_its_own(client, sign_in_as):
    assert sign_in_as(client, make_staff()).get("/meldingen/").status_code == 403


@pytest.mark.parametrize(
    ("locale", "subject", "words"),
    [
        ("nl", "Lees een nieuwe notificatie", "Er staat iets voor je klaar"),
        ("en", "Read a new notification", "Something waits for you"),
    ],
)
def test_the_mail_names_the_kind_and_nothing_of_the_text(db, now, mailbox, clock, locale, subject, words):
    member = make_member(first_name="Zoë", infix="", surname="O'Brien", locale=locale)
    tell(db, now, body="Geheim: je bent voorzitter")
    db.session.execute(update(OutboundMail).values(next_attempt_at=now - timedelta(seconds=1)))
    db.session.commit()
    assert delivery.deliver_due_mail() == 1
    [mail] = mailbox.messages
    text = mail.get_body(("plain",)).get_content()
    assert mail["Subject"].startswith(subject)
    assert words in text
    assert "Zoë O'Brien" in text
    assert member.user.username in text
    assert "/meldingen/" in text
    assert "Geheim" not in mail.as_string()
    assert "Welkom" not in mail.as_string()


def leave(db, now, mailbox):
    """The mail that waits for the end of the quarter leaves."""
    waits = OutboundMail.state == "queued"
    db.session.execute(update(OutboundMail).where(waits).values(next_attempt_at=now - timedelta(seconds=1)))
    db.session.commit()
    delivery.deliver_due_mail()
    subjects = [message["Subject"].split(" – ")[0] for message in mailbox.messages]
    mailbox.messages.clear()
    return subjects


def test_a_mail_says_before_when_and_a_reminder_how_many_days_are_left(db, now, mailbox, clock):
    make_member()
    due_at = now + timedelta(days=5)
    campaign = tell(db, now, kind="check_data", due_at=due_at, reminder_days=(2,))
    assert leave(db, now, mailbox) == ["Vóór 7 februari 10.00 uur: controleer je gegevens"]
    clock.shift(timedelta(days=3))
    later = now + timedelta(days=3)
    assert reminders.send_due_reminders(later) == 1
    assert leave(db, later, mailbox) == ["Nog 2 dagen, vóór 7 februari 10.00 uur: controleer je gegevens"]
    assert campaign.reminders[0].sent_at == later


def test_a_mail_that_is_late_names_no_date_that_is_over(db, now, mailbox, clock):
    make_member()
    tell(db, now, kind="check_data", due_at=now + timedelta(days=1))
    clock.shift(timedelta(days=1))
    assert leave(db, now, mailbox) == ["Controleer je gegevens"]


def test_several_are_one_mail_with_the_most_urgent_in_its_subject(db, now, mailbox, clock):
    make_member()
    election = make_open_election()
    tell(db, now)
    tell(db, now, kind="check_data", due_at=now + timedelta(days=9))
    tell(db, now, kind="give_availability", election_id=election.id, due_at=now + timedelta(days=2))
    assert leave(db, now, mailbox) == ["Vóór 4 februari 10.00 uur: geef je beschikbaarheid door (en nog 2)"]


def test_what_was_done_before_the_mail_left_is_not_mailed(db, now, mailbox, clock):
    member = make_member()
    tell(db, now)
    [row] = told(member)
    notifications.mark_read(row, now)
    assert leave(db, now, mailbox) == []
    [mail] = db.session.scalars(select(OutboundMail))
    assert (mail.state, mail.error) == ("cancelled", delivery.NOTHING_WAITS)


def test_what_is_left_of_a_mail_is_mailed(db, now, mailbox, clock):
    member = make_member()
    tell(db, now)
    tell(db, now, kind="check_data")
    notifications.mark_read(told(member)[0], now)
    assert leave(db, now, mailbox) == ["Controleer je gegevens"]


def test_a_notification_has_a_page_of_its_own_that_changes_nothing_when_looked_at(client, sign_in_as, db, now):
    member = make_member()
    tell(db, now, body="Fijn dat je er bent.")
    row = db.session.scalars(select(Notification)).one()
    page = sign_in_as(client, member).get(f"/meldingen/{row.id}").text
    assert "Welkom bij ons</h1>" in page
    assert "Fijn dat je er bent." in page
    assert "Ik heb dit gelezen" in page
    assert row.read_at is None


@pytest.mark.parametrize("whose", ["another's", "taken back", "no such number"])
def test_a_link_to_a_notification_that_is_not_there_leads_to_the_list(client, sign_in_as, db, now, whose):
    member, other = make_member(), make_member()
    campaign = tell(db, now)
    if whose == "taken back":
        campaigns.stop_campaign(campaign, actor=COMMAND, now=now)
    found = {row.member_id: row.id for row in db.session.scalars(select(Notification))}
    keys = {"another's": found[other.id], "taken back": found[member.id], "no such number": 2**30}
    answer = sign_in_as(client, member).get(f"/meldingen/{keys[whose]}", follow_redirects=True)
    assert answer.request.path == "/meldingen/"
    assert "Deze notificatie is er niet meer." in answer.text


def test_signing_in_from_the_mail_lands_on_the_notification(client, db, now, mailbox):
    member = make_member(username="jan", password="paarse fiets zonder bel 7")
    tell(db, now)
    row = db.session.scalars(select(Notification)).one()
    asked = client.get(f"/meldingen/{row.id}")
    client.post(asked.location, data={"user_name": "jan", "password": "paarse fiets zonder bel 7"})
    [mail] = mailbox.to(member.email)
    answer = client.post("/inloggen/code", data={"code": code_in(mail)})
    assert answer.location == f"/meldingen/{row.id}"
    assert "Welkom bij ons" in client.get(answer.location).text


def announced(db, now):
    item = news.write_news(
        NewsText("Nieuwsbrief", "Beste leden", group=groups.everybody(), is_announced=True),
        None,
        actor=COMMAND,
        now=now,
    )
    news.publish_news(item, actor=COMMAND, now=now)
    news.announce_due_news(now)
    db.session.commit()
    return item


def test_opening_what_tells_of_a_message_reads_both(client, sign_in_as, db, now):
    member = make_member()
    item = announced(db, now)
    row = db.session.scalars(select(Notification)).one()
    page = sign_in_as(client, member)
    assert "Nieuwsbrief" not in page.get("/meldingen/").text  # it stands among the messages as itself, once
    assert page.get("/berichten/").text.count("Nieuwsbrief</h2>") == 1
    assert page.post(f"/meldingen/{row.id}/openen").location == f"/algemene-berichten/{item.id}"
    assert '<span class="badge">gelezen</span>' in page.get("/berichten/").text
    assert for_member.find_own_news(member.id, item.id, now).read_at == now


def test_opening_what_tells_of_a_message_that_is_over_says_so(client, sign_in_as, db, now):
    member = make_member()
    item = announced(db, now)
    item.publish_until = now
    row = db.session.scalars(select(Notification)).one()
    answer = sign_in_as(client, member).post(f"/meldingen/{row.id}/openen", follow_redirects=True)
    assert "Waar deze notificatie over ging, is er niet meer." in answer.text
