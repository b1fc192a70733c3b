"""A general message, from the team's keyboard to a member who gets the mail, signs in, lands on it, reads and archives;
and the choices of what is mailed. At the width of a phone and of a desk.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from app import jobs
from app.clock import utc_now
from app.models import MutedKind, Notification, NotificationMail, OutboundMail
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.campaigns import campaigns
from app.services.campaigns.checks import CampaignText
from app.services.news import news
from app.services.news.news import NewsText
from tests.browser.test_getting_in import PASSWORD, sign_in_with
from tests.support.factories.people import make_member, make_staff
from tests.support.mailbox import code_in, link_in

BODY = "# Beste leden\n\nNeem een **legitimatiebewijs** mee.\n\n## Training\n\n- maandag\n- dinsdag\n"


def button(page, name):
    return page.get_by_role("main").get_by_role("button", name=name).first


def main(page):
    return page.get_by_role("main")


def write_message(page, check_page):
    page.goto("/berichtenbeheer/add")
    button(page, "Opslaan en bekijken").click()
    check_page()
    expect(page.locator(".error-summary")).to_contain_text("Titel")
    page.locator("#title").fill("Nieuwsbrief november")
    page.locator("#body").fill(BODY)
    expect(page.locator("[data-preview-part] strong")).to_have_text("legitimatiebewijs")
    with page.expect_popup() as opened:
        button(page, "Voorbeeld bekijken").click()
    expect(opened.value.locator("main .newsletter")).to_contain_text("Neem een legitimatiebewijs mee.")
    opened.value.close()
    page.get_by_label("Alle actieve leden").check()
    page.get_by_label("Leden een notificatie geven als het verschijnt").check()
    check_page()
    button(page, "Opslaan en bekijken").click()
    expect(main(page)).to_contain_text("Dit is een concept")
    expect(main(page)).to_contain_text("1 lid op dit moment")
    check_page()


def add_image(page, check_page):
    photo = page.screenshot()
    page.get_by_role("link", name="Afbeelding of bijlage toevoegen").click()
    check_page()
    page.locator("input[type=file]").set_input_files({"name": "stadhuis.png", "mimeType": "image/png", "buffer": photo})
    page.locator("#caption").fill("Het stadhuis in de zon")
    button(page, "Toevoegen").click()
    expect(page.locator(".newsletter img")).to_have_attribute("alt", "Het stadhuis in de zon")
    assert page.locator(".newsletter img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    check_page()


def publish(page, check_page):
    page.get_by_role("link", name="Publiceren").first.click()
    expect(main(page)).to_contain_text("1 lid kan dit bericht lezen.")
    check_page()
    button(page, "Publiceren").click()
    expect(main(page)).to_contain_text("Leden zien dit bericht.")
    check_page()


def deliver(db, page):
    """The quarter of an hour passes."""
    for _ in range(100):
        db.session.rollback()
        if db.session.scalar(select(NotificationMail.mail_id)):
            break
        page.wait_for_timeout(100)
    db.session.execute(update(OutboundMail).values(next_attempt_at=utc_now() - timedelta(seconds=1)))
    db.session.commit()
    jobs.deliver_mail()


def sign_in_from_mail(page, next_mail, member, link):
    page.goto(link)
    sign_in_with(page, member.user.username, PASSWORD)
    page.get_by_label("Inlogcode").fill(code_in(next_mail(member.email)))
    button(page, "Inloggen").click()


def test_from_the_teams_keyboard_to_a_members_archive(page, check_page, enter_as, next_mail, db):
    member = make_member(username="jdevries", password=PASSWORD)
    address = member.email
    enter_as(make_staff())
    write_message(page, check_page)
    add_image(page, check_page)
    publish(page, check_page)
    page.context.clear_cookies()

    deliver(db, page)
    mail = next_mail(address)
    assert "Nieuwsbrief" not in mail.as_string()
    sign_in_from_mail(page, next_mail, member, link_in(mail))
    expect(page).to_have_url(re.compile(r"/meldingen/\d+$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Nieuwsbrief november")
    check_page()
    button(page, "Lezen").click()
    expect(page.locator(".newsletter")).to_contain_text("Neem een legitimatiebewijs mee.")
    check_page()
    page.emulate_media(media="print")
    expect(page.locator("header.header")).to_be_hidden()
    expect(page.locator(".newsletter-masthead")).to_be_visible()
    page.emulate_media(media="screen")

    button(page, "Naar het archief").click()
    expect(main(page)).to_contain_text("Er zijn nu geen berichten voor je.")
    check_page()
    page.get_by_text("Zoeken in je berichten").click()
    page.get_by_label("Wat zoek je?").fill("Legitimatiebewijs")
    check_page()
    button(page, "Zoeken").click()
    expect(main(page)).to_contain_text("in je archief")
    check_page()
    button(page, "Terug naar de lijst").click()
    expect(main(page).locator(".card")).to_contain_text("Nieuwsbrief november")
    check_page()


@pytest.fixture
def told(db):
    """A member who was told of a published message."""
    member, now = make_member(), utc_now()
    wanted = NewsText("Koffie", "Neem koffie mee.", group=groups.everybody(), is_announced=True, is_pinned=True)
    news.publish_news(news.write_news(wanted, None, actor=COMMAND, now=now), actor=COMMAND, now=now)
    news.announce_due_news(now)
    db.session.commit()
    return member


def test_a_member_reads_from_home_and_chooses_what_is_mailed(page, check_page, enter_as, db, told):
    enter_as(told)
    page.goto("/")
    expect(main(page)).to_contain_text("Nieuw voor je")
    check_page()
    page.goto("/meldingen/")
    check_page()
    page.goto("/algemene-berichten/")
    check_page()
    page.goto("/")
    button(page, "Bericht lezen").click()
    expect(page.locator(".newsletter")).to_contain_text("Neem koffie mee.")
    db.session.rollback()
    assert db.session.scalar(select(Notification.read_at)) is not None
    page.goto("/mijn-keuzes/")
    check_page()
    page.get_by_label("Nieuwe algemene berichten").uncheck()
    button(page, "Opslaan").click()
    expect(main(page)).to_contain_text("Je keuzes zijn bewaard.")
    db.session.rollback()
    assert list(db.session.scalars(select(MutedKind.kind))) == ["news"]


def test_the_link_that_stops_mail_is_sound_and_needs_no_sign_in(page, check_page, next_mail, db, told):
    address = told.email
    deliver(db, page)
    mail = next_mail(address)
    page.goto(re.search(r"<(.+)>", mail["List-Unsubscribe"])[1])
    check_page()
    button(page, "Stuur mij hierover geen e-mail meer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Je krijgt hierover geen e-mail meer")
    check_page()
    page.goto("/afmelden/geen-link")
    expect(page.get_by_role("heading", level=1)).to_have_text("Deze link werkt niet meer")
    check_page()


def test_information_has_no_due_date_on_the_form_of_a_campaign(page, check_page, enter_as, db):
    enter_as(make_staff())
    page.goto("/verzendingen/add")
    expect(page.locator("#due_at")).to_be_hidden()
    page.locator("#kind").select_option("check_data")
    expect(page.locator("#due_at")).to_be_visible()
    check_page()


def test_the_page_of_a_planned_campaign_turns_into_its_progress_by_itself(page, check_page, enter_as, db):
    make_member()
    now = utc_now()
    wanted = CampaignText(kind="information", title="Welkom", group=groups.everybody())
    campaign = campaigns.write_campaign(wanted, None, actor=COMMAND, now=now)
    campaigns.plan_campaign(campaign, send_at=now, actor=COMMAND, now=now)
    db.session.commit()
    enter_as(make_staff())
    page.goto(f"/verzendingen/show/{campaign.id}")
    expect(button(page, "Haal de planning terug")).to_be_visible()
    check_page()
    campaigns.start_due_campaigns(utc_now())
    db.session.commit()
    expect(button(page, "Stop met versturen")).to_be_visible(timeout=10_000)
    expect(main(page)).to_contain_text("lid kreeg het")
    check_page()
