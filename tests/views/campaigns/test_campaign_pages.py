"""Campaigns and audiences on the team's screens: written, looked at, sent, followed and stopped."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from app.models import Audience, Campaign, CampaignState, Notification, OutboundMail
from app.services.campaigns import campaigns
from app.services.notifications import notifications
from tests.support.factories.elections import give_availability, make_open_election, shifts_of
from tests.support.factories.people import make_member, make_staff
from tests.support.inbox import told


@pytest.fixture
def team(client, sign_in_as, clock):
    return sign_in_as(client, make_staff())


def filled(**values):
    return {
        "kind": "information",
        "title": "Welkom",
        "audience": "everybody",
        "audience_match": "all",
        "audience_saved": "0",
        "audience_election": "0",
        "election_id": "0",
        "is_mailed": "y",
        **values,
    }


def write(team, db, **values):
    answer = team.post("/verzendingen/add", data=filled(**values))
    assert answer.status_code == 302, re.findall(r'class="error"[^<]*<.*?</p>', answer.text)
    return db.session.scalars(select(Campaign).order_by(Campaign.id.desc())).first()


def test_before_anything_is_sent_the_team_sees_who_gets_it_and_why(team, db):
    make_member(first_name="Zoë", infix="", surname="Ambtenaar", is_civil_servant=True)
    make_member(surname="Burger")
    campaign = write(team, db, audience="civil_servant")
    page = team.get(f"/verzendingen/show/{campaign.id}").text
    assert "1 lid op dit moment" in page
    assert "Ambtenaar, Zoë" in page
    assert "Burger" not in page
    assert db.session.scalar(select(Notification.id)) is None


def test_a_campaign_is_sent_after_a_page_with_the_count(team, db, now):
    make_member()
    make_member()
    campaign = write(team, db)
    assert "Dit gaat naar 2 leden." in team.get(f"/verzendingen/send/{campaign.id}").text
    team.post(f"/verzendingen/send/{campaign.id}", data={"when": "now"})
    campaigns.start_due_campaigns(now)
    page = team.get(f"/verzendingen/show/{campaign.id}").text
    assert re.search(r'class="count">2</span>leden kregen het', page)
    assert re.search(r'class="count">2</span>e-mails wachten', page)


def test_a_later_moment_must_be_given(team, db):
    make_member()
    campaign = write(team, db)
    answer = team.post(f"/verzendingen/send/{campaign.id}", data={"when": "later", "send_at": ""})
    assert answer.status_code == 422
    assert "Vul het moment in." in answer.text
    assert db.session.get(Campaign, campaign.id).state == CampaignState.DRAFT


def test_what_was_typed_is_kept_when_something_is_not_right(team, db):
    answer = team.post("/verzendingen/add", data=filled(audience_numbers="12345", title="Een titel"))
    assert answer.status_code == 422
    assert "Niemand heeft dit lidnummer: 12345" in answer.text
    assert 'value="Een titel"' in answer.text
    assert re.search(r">\s*12345</textarea>", answer.text)


def test_without_audience_nothing_is_kept(team, db):
    answer = team.post("/verzendingen/add", data=filled(audience=[]))
    assert answer.status_code == 422
    assert "Kies voor wie het is." in answer.text
    assert db.session.scalar(select(Campaign.id)) is None


def test_an_audience_by_election_and_shift_comes_back_in_the_form(team, db, now):
    election = make_open_election()
    member = make_member(surname="Beschikbaar")
    make_member(surname="Stil")
    give_availability(member, election, now=now)
    shift = shifts_of(election)[0]
    campaign = write(team, db, audience=[], audience_election=str(election.id), audience_shifts=[str(shift.id)])
    page = team.get(f"/verzendingen/show/{campaign.id}").text
    assert "Beschikbaar" in page
    assert "Stil" not in page
    form = team.get(f"/verzendingen/edit/{campaign.id}").text
    assert re.search(
        rf'name="audience_shifts"[^>]*value="{shift.id}"[^>]*checked|checked[^>]*name="audience_shifts"[^>]*value="{shift.id}"',
        form,
    )


def test_sending_can_be_stopped_and_a_plan_taken_back(team, db, now):
    make_member()
    campaign = write(team, db)
    team.post(f"/verzendingen/send/{campaign.id}", data={"when": "later", "send_at": "1-3-2026 9:00"})
    assert db.session.get(Campaign, campaign.id).state == CampaignState.PLANNED
    taken_back = team.post(f"/verzendingen/stop/{campaign.id}", follow_redirects=True).text
    assert "De planning is teruggehaald" in taken_back
    assert db.session.get(Campaign, campaign.id).state == CampaignState.DRAFT
    team.post(f"/verzendingen/send/{campaign.id}", data={"when": "now"})
    campaigns.start_due_campaigns(now)
    team.post(f"/verzendingen/stop/{campaign.id}")
    assert db.session.get(Campaign, campaign.id).state == CampaignState.STOPPED


def test_a_test_mail_goes_to_who_asks_and_to_nobody_else(team, db, mailbox):
    make_member()
    campaign = write(team, db)
    team.post(f"/verzendingen/test/{campaign.id}")
    [mail] = db.session.scalars(select(OutboundMail))
    assert mail.recipient.endswith("@voorbeeldstad.example")
    assert db.session.scalar(select(Notification.id)) is None


def test_a_sent_campaign_cannot_be_changed_or_deleted(team, db, now):
    make_member()
    campaign = write(team, db)
    team.post(f"/verzendingen/send/{campaign.id}", data={"when": "now"})
    campaigns.start_due_campaigns(now)
    db.session.commit()
    team.post(f"/verzendingen/edit/{campaign.id}", data=filled(title="Anders"))
    team.post(f"/verzendingen/delete/{campaign.id}")
    assert db.session.get(Campaign, campaign.id).title == "Welkom"


def test_what_the_portal_sends_by_itself_is_not_in_the_list(team, db, now):
    db.session.add(Campaign(kind="news", title="Vanzelf", is_automatic=True, state="done", created_at=now))
    db.session.commit()
    assert "Vanzelf" not in team.get("/verzendingen/list/").text


def test_an_audience_is_saved_and_used_again(team, db):
    make_member(surname="Ambtenaar", is_civil_servant=True)
    team.post(
        "/doelgroepen/add",
        data={"name": "Ambtenaren", "audience": "civil_servant", "audience_match": "all", "audience_election": "0"},
    )
    saved = db.session.scalars(select(Audience)).one()
    assert "Ambtenaar" in team.get(f"/doelgroepen/show/{saved.id}").text
    campaign = write(team, db, audience=[], audience_saved=str(saved.id))
    assert campaign.conditions == saved.conditions


def test_two_audiences_with_one_name_are_refused_at_the_field(team, db):
    form = {"name": "Iedereen", "audience": "everybody", "audience_match": "all", "audience_election": "0"}
    team.post("/doelgroepen/add", data=form)
    answer = team.post("/doelgroepen/add", data=form)
    assert answer.status_code == 422
    assert "Een andere doelgroep heet al zo." in answer.text


def test_a_member_reaches_none_of_it(client, sign_in_as, db):
    member = sign_in_as(client, make_member())
    for path in ("/verzendingen/list/", "/verzendingen/add", "/doelgroepen/list/", "/verzendingen/send/1"):
        assert member.get(path).status_code == 403


def goes_on(page):
    found = re.search(r'data-goes-on="(\d+)"', page)
    return int(found[1]) if found else None


def test_the_page_of_a_campaign_lives_from_the_plan_until_everybody_acted(team, db, now, clock):
    member = make_member()
    campaign = write(team, db)
    team.post(f"/verzendingen/send/{campaign.id}", data={"when": "now"})
    path = f"/verzendingen/progress/{campaign.id}"
    assert goes_on(team.get(f"/verzendingen/show/{campaign.id}").text) == 3  # planned for now
    campaigns.start_due_campaigns(now)
    assert goes_on(team.get(path).text) == 20  # the mails wait for the end of the quarter
    for _ in range(2):
        clock.shift(8 * 60)
        team.get(path)
    assert goes_on(team.get(path).text) == 3
    db.session.execute(update(OutboundMail).values(state="sent"))
    assert goes_on(team.get(path).text) == 20  # sent, not read
    [row] = told(member)
    notifications.mark_read(row, now)
    assert goes_on(team.get(path).text) is None


def test_a_page_that_asks_by_itself_does_not_keep_the_session_alive(team, db, clock):
    campaign = write(team, db)
    clock.shift(10 * 60)
    assert team.get(f"/verzendingen/progress/{campaign.id}", headers={"X-Live": "1"}).status_code == 200
    clock.shift(6 * 60)
    assert team.get("/account/").location.startswith("/inloggen/")


def test_a_draft_is_sent_from_the_page_that_shows_its_words_and_who_gets_it(team, db):
    make_member()
    make_member()
    campaign = write(team, db)
    page = team.get(f"/verzendingen/show/{campaign.id}").text
    assert page.index("Dit gaat naar 2 leden.") < page.index(f'action="/verzendingen/send/{campaign.id}"')
    team.post(f"/verzendingen/send/{campaign.id}", data={"when": "now"})
    assert f'action="/verzendingen/send/{campaign.id}"' not in team.get(f"/verzendingen/show/{campaign.id}").text
