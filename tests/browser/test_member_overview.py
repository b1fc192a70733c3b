"""The team's page of a member in a browser: sections with headings, reached by links on the page."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from app.clock import utc_now
from app.models import Condition, Group, MailState, OutboundMail
from app.services.audit import COMMAND
from app.services.campaigns import campaigns
from app.services.documents.documents import publish_documents
from app.services.members import profile
from tests.support.factories.elections import give_availability, make_open_election
from tests.support.factories.message_box import ask
from tests.support.factories.people import make_admin, make_member
from tests.support.factories.texts import make_document


def fill(db, member, asking_now):
    now = utc_now()
    opens_at, closes_at, voting_on = asking_now
    election = make_open_election(opens_at=opens_at, closes_at=closes_at, voting_on=voting_on)
    give_availability(member, election, now=now)
    ask(member, "Waar haal ik de sleutel van het stembureau?", now=now)
    group = Group((Condition("picked", ids=(member.id,)),))
    told = {"title": "Lees de instructie", "title_en": "", "subject_id": None, "actor": COMMAND, "now": now}
    campaigns.send_automatic("information", group, **told)
    publish_documents([make_document("Handleiding stembureau", now=now)], actor=COMMAND, now=now)
    mail = {"template": "waiting", "recipient": member.email, "user_id": member.user_id, "created_at": now}
    db.session.add(OutboundMail(**mail, next_attempt_at=now, state=MailState.FAILED, error="550 5.1.1 unknown"))
    profile.change_data(member, {"city": "Nieuwstad", "mobile": "06 12345678"}, actor=COMMAND, now=now)
    db.session.commit()


def test_the_parts_of_the_page_lead_to_each_section(db, page, enter_as, check_page, asking_now):
    member = make_member(first_name="Anneke", infix="van den", surname="Berg")
    fill(db, member, asking_now)
    enter_as(make_admin())
    page.goto(f"/leden/show/{member.id}")

    main = page.get_by_role("main")
    expect(main.get_by_role("heading", level=1)).to_have_text("Anneke van den Berg")
    check_page()
    main.get_by_role("link", name="Berichten", exact=True).click()
    expect(main.get_by_role("heading", name="Notificaties")).to_be_visible()
    check_page()
    main.get_by_role("link", name=re.compile("Alles in de lijst bekijken.*Notificaties")).click()
    expect(main).to_contain_text("Lees de instructie")
    check_page()
    page.emulate_media(media="print")  # on paper stands what was found, and nothing that acts
    expect(main).to_contain_text("Lees de instructie")
    assert (
        page.locator(".button:visible, .tabs:visible, .acts:visible, nav:visible, input[name=rowid]:visible").count()
        == 0
    )
    page.emulate_media(media="screen")
