"""My choices on screen, and the link of a mail that stops mail of optional kinds (RFC 8058)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.mail import delivery, unsubscribe
from app.models import Account, Condition, Group, MutedKind, OutboundMail
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.campaigns import campaigns
from app.services.campaigns.checks import CampaignText
from tests.support.factories.people import make_member, make_staff
from tests.support.mailbox import text_of


@pytest.fixture(autouse=True)
def _standing_clock(clock):
    """Requests have the same now as the test."""


def tell(db, now, kind="information", **values):
    wanted = {"kind": kind, "title": "Welkom", "group": groups.everybody(), **values}
    campaign = campaigns.write_campaign(CampaignText(**wanted), None, actor=COMMAND, now=now)
    campaigns.plan_campaign(campaign, send_at=now, actor=COMMAND, now=now)
    campaigns.start_due_campaigns(now)
    db.session.commit()
    return campaign


def deliver(db, now, mailbox):
    db.session.execute(update(OutboundMail).values(next_attempt_at=now - timedelta(seconds=1)))
    db.session.commit()
    delivery.deliver_due_mail()
    return mailbox.messages


def path_in(mail):
    return re.search(r"(/afmelden/[^>]+)>", mail["List-Unsubscribe"])[1]


def muted(db):
    return sorted(db.session.scalars(select(MutedKind.kind)))


def test_a_member_chooses_language_and_mail(client, sign_in_as, db):
    member = make_member()
    page = sign_in_as(client, member)
    assert "Mijn keuzes" in page.get("/mijn-gegevens/").text
    form = page.get("/mijn-keuzes/").text
    assert len(re.findall(r'name="mailed"[^>]*checked|checked[^>]*name="mailed"', form)) == 2
    page.post("/mijn-keuzes/", data={"locale": "en", "mailed": ["news"]})
    assert db.session.get(Account, member.user_id).locale == "en"
    assert muted(db) == ["information"]
    assert "Your choices are saved." in page.get("/mijn-keuzes/").text


def test_a_language_that_is_not_there_is_refused_at_the_field(client, sign_in_as, db):
    answer = sign_in_as(client, make_member()).post("/mijn-keuzes/", data={"locale": "fr"})
    assert answer.status_code == 422
    assert muted(db) == []


def test_the_team_has_no_choices_of_a_member(client, sign_in_as):
    assert sign_in_as(client, make_staff()).get("/mijn-keuzes/").status_code == 403


def test_a_mail_of_what_is_optional_can_be_stopped_with_one_click(client, db, now, mailbox):
    member = make_member()
    tell(db, now)
    [mail] = deliver(db, now, mailbox)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<http://localhost/afmelden/")
    client.sends_csrf_token = False  # a mail program has none, and no cookie either
    answer = client.post(path_in(mail), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert muted(db) == ["information"]
    assert db.session.scalar(select(MutedKind.member_id)) == member.id


def test_opening_the_link_changes_nothing_and_says_what_the_button_does(client, db):
    member = make_member()
    token = unsubscribe.make_token(member.id, ["news"])
    page = client.get(f"/afmelden/{token}").text
    assert "Nieuwe algemene berichten" in page
    assert "Stuur mij hierover geen e-mail meer" in page
    assert member.full_name not in page
    assert muted(db) == []


@pytest.mark.parametrize("spoil", [lambda t: t[:-2], lambda t: "x", lambda t: "x.y"])
def test_a_link_that_we_did_not_make_stops_nothing(client, db, spoil):
    token = spoil(unsubscribe.make_token(make_member().id, ["news"]))
    assert client.get(f"/afmelden/{token}").status_code == 404
    assert client.post(f"/afmelden/{token}").status_code == 404
    assert muted(db) == []


def test_a_mail_of_what_is_required_cannot_be_stopped(db, now, mailbox):
    make_member()
    tell(db, now)
    tell(db, now, kind="check_data")
    [mail] = deliver(db, now, mailbox)  # one mail for both
    assert mail["List-Unsubscribe"] is None
    assert "Mijn keuzes" not in text_of(mail)


def test_each_receiver_has_a_link_of_their_own(db, now, mailbox):
    make_member(), make_member()
    tell(db, now)
    first, second = deliver(db, now, mailbox)
    assert path_in(first) != path_in(second)


def test_the_mail_of_one_notification_leads_to_it_and_of_more_to_home(client, sign_in_as, db, now, mailbox):
    some, both = make_member(), make_member()
    tell(db, now)
    tell(db, now, kind="check_data", group=Group((Condition("picked", ids=(both.id,)),)))
    deliver(db, now, mailbox)
    [mail] = mailbox.to(some.email)
    link = re.search(r"http://localhost(/meldingen/\d+)", text_of(mail))[1]
    assert "Welkom" in sign_in_as(client, some).get(link).text
    [mail] = mailbox.to(both.email)
    assert re.search(r"http://localhost/\s", text_of(mail))


def test_a_test_mail_says_so_and_leads_to_the_campaign(client, sign_in_as, db, now, mailbox):
    team = sign_in_as(client, make_staff())
    campaign = campaigns.write_campaign(
        CampaignText(kind="information", title="Welkom", group=groups.everybody()), None, actor=COMMAND, now=now
    )
    team.post(f"/verzendingen/test/{campaign.id}")
    [mail] = deliver(db, now, mailbox)
    text = text_of(mail)
    assert "Dit is een test." in text
    assert "Dit is een test." in mail.get_body(("html",)).get_content()
    link = re.search(r"http://localhost(/verzendingen/\S+)", text)[1]
    assert team.get(link).status_code == 200
