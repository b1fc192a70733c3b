"""Who has an account is told when what it hangs on is changed: by mail to the address of before, and in the portal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.mail.delivery import deliver_due_mail
from app.models import Campaign, MailedLink, Member, MemberState, Notification, OutboundMail
from app.permissions import ADMIN, STAFF
from app.services.access.people import find_person
from app.services.accounts import email_change, team_accounts
from app.services.audit import COMMAND, Actor
from app.services.mail import resending
from app.services.members import profile, states
from app.services.members.account_notices import ADVICE, NOTICES, TEMPLATE, AccountChange, Changed, tell_of_changes
from app.services.rosters import runs
from tests.support.factories.people import make_admin, make_member, make_staff

TEAM = Actor("team")
IBAN = "NL91ABNA0417164300"
PASSWORD = "paarse fiets zonder bel 7"
OLD = "oud@post.example"


def told(db):
    """The mails that tell of a change, as (address, what)."""
    mails = db.session.scalars(select(OutboundMail).where(OutboundMail.template == TEMPLATE).order_by(OutboundMail.id))
    return [(mail.recipient, mail.values["changed"]) for mail in mails]


def noticed(db):
    """What members read in the portal."""
    rows = select(Notification.member_id, Campaign.title).join(Campaign, Campaign.id == Notification.campaign_id)
    return [tuple(row) for row in db.session.execute(rows.order_by(Notification.id))]


def as_themselves(person) -> Actor:
    return Actor(person.user.username, person.user.id)


def by_roster(member: Member, heading: str, value: str, now) -> None:
    content = f"Lidnummer;Achternaam;{heading}\r\n{member.member_number};{member.surname};{value}".encode()
    runs.import_file(content, "leden.csv", actor=TEAM, now=now)


# Act → (what is done to a member by somebody else, what the mail to the old address tells).
OF_MEMBERS = {
    "address by hand": (
        lambda member, now: profile.change_data(member, {"email": "n@post.example"}, actor=TEAM, now=now),
        "email",
    ),
    "address by roster": (lambda member, now: by_roster(member, "E-mail", "n@post.example", now), "email"),
    "iban by hand": (lambda member, now: profile.change_data(member, {"iban": IBAN}, actor=TEAM, now=now), "iban"),
    "iban by roster": (lambda member, now: by_roster(member, "IBAN", IBAN, now), "iban"),
    "pause": (lambda member, now: states.pause(member, actor=TEAM, now=now), "paused"),
    "resign": (lambda member, now: states.resign(member, actor=TEAM, now=now), "resigned"),
    "switch off": (
        lambda member, now: team_accounts.switch_off(find_person(member.user_id), actor=TEAM, now=now),
        "switched_off",
    ),
    "switch on": (
        lambda member, now: team_accounts.switch_on(find_person(member.user_id), actor=TEAM, now=now),
        "switched_on",
    ),
}


@pytest.mark.parametrize("act", OF_MEMBERS)
def test_a_member_is_told_of_each_change_by_somebody_else(db, now, act):
    do, what = OF_MEMBERS[act]
    member = make_member(email=OLD)
    do(member, now)
    db.session.commit()
    assert told(db) == [(OLD, [what])]
    assert noticed(db) == [(member.id, NOTICES[what][0])]


@pytest.mark.parametrize("state", ["paused", "resigned"])
def test_who_is_active_again_is_told(db, now, state):
    member = make_member(email=OLD, state=state)
    states.resume(member, actor=TEAM, now=now)
    db.session.commit()
    assert told(db) == [(OLD, ["resumed"])]
    assert noticed(db) == [(member.id, "Je bent weer actief")]


@pytest.mark.parametrize("act", OF_MEMBERS)
def test_who_was_never_invited_hears_nothing_of_a_portal(db, now, act):
    member = make_member(email=OLD, state=MemberState.IMPORTED)
    OF_MEMBERS[act][0](member, now)
    db.session.commit()
    assert (told(db), noticed(db)) == ([], [])


def test_two_changes_at_once_are_one_mail_to_the_old_address(db, now):
    member = make_member(email=OLD)
    profile.change_data(member, {"email": "n@post.example", "iban": IBAN}, actor=TEAM, now=now)
    db.session.commit()
    assert told(db) == [(OLD, ["email", "iban"])]
    assert noticed(db) == [(member.id, f"{NOTICES['email'][0]}. {NOTICES['iban'][0]}")]


def test_a_roster_tells_each_member_of_what_it_changed_in_a_few_statements(db, now, statements):
    people = [make_member(email=f"oud{number}@post.example") for number in range(30)]
    rows = [f"{member.member_number};{member.surname};n{member.id}@post.example" for member in people]
    with statements() as seen:
        runs.import_file("\r\n".join(["Lidnummer;Achternaam;E-mail", *rows]).encode(), "leden.csv", actor=TEAM, now=now)
    db.session.commit()
    assert sorted(told(db)) == sorted((f"oud{number}@post.example", ["email"]) for number in range(30))
    assert len(noticed(db)) == 30
    assert len(seen) < 30
    assert db.session.scalars(select(OutboundMail.is_bulk)).all() == [True] * 30


def test_who_had_no_address_is_told_in_the_portal_only(db, now):
    member = make_member(email=None)
    profile.change_data(member, {"email": "n@post.example"}, actor=TEAM, now=now)
    db.session.commit()
    assert told(db) == []
    assert noticed(db) == [(member.id, NOTICES["email"][0])]


def test_a_change_of_something_else_is_told_to_nobody(db, now):
    profile.change_data(make_member(), {"city": "Nieuwstad", "phone": "0612345678"}, actor=TEAM, now=now)
    db.session.commit()
    assert (told(db), noticed(db)) == ([], [])


def test_an_own_change_of_the_iban_is_mailed(db, now):
    member = make_member(email=OLD)
    profile.change_own_data(member, {"iban": IBAN}, actor=as_themselves(find_person(member.user_id)), now=now)
    db.session.commit()
    assert (told(db), noticed(db)) == ([(OLD, ["iban"])], [])


def test_an_own_change_of_the_address_is_mailed_to_the_old_one(db, now):
    for user_id in (make_member(email=OLD).user_id, make_staff(email="oud@gemeente.example").id):
        person = find_person(user_id)
        change = email_change.request_change(person, "n@post.example", ip="", now=now)
        for link in db.session.scalars(select(MailedLink).where(MailedLink.email_change_id == change.id)).all():
            email_change.confirm(link, ip="", now=now)
    db.session.commit()
    assert told(db) == [(OLD, ["email"]), ("oud@gemeente.example", ["email"])]
    assert noticed(db) == []


def test_somebody_of_the_team_is_told_of_each_change(db, now):
    make_admin(password=PASSWORD)
    person = find_person(make_staff(email=OLD).id)
    team_accounts.rename(person, "Bea", "Berg", actor=TEAM, now=now)
    team_accounts.change_roles(person, [ADMIN], giver_roles=[ADMIN], actor=TEAM, now=now)
    team_accounts.change_roles(person, [STAFF], giver_roles=[ADMIN], actor=TEAM, now=now)
    team_accounts.switch_off(person, actor=TEAM, now=now)
    team_accounts.switch_on(person, actor=TEAM, now=now)
    db.session.commit()
    assert told(db) == [(OLD, [what]) for what in ("name", "role", "role", "switched_off", "switched_on")]


def test_the_mail_stays_with_the_old_address_when_it_is_sent_again(db, now):
    member = make_member(email=OLD)
    profile.change_data(member, {"email": "n@post.example"}, actor=TEAM, now=now)
    mail = db.session.scalars(select(OutboundMail)).one()
    mail.state = "failed"
    db.session.commit()
    resending.resend(mail, actor=COMMAND, now=now + timedelta(hours=1))
    assert mail.recipient == OLD


def test_the_mail_arrives_at_the_old_address_and_says_no_more_than_the_kind(db, now, mailbox, clock):
    member = make_member(email=OLD)
    profile.change_data(member, {"email": "n@post.example", "iban": IBAN}, actor=TEAM, now=now)
    db.session.commit()
    deliver_due_mail()
    [message] = mailbox.messages
    text = message.get_body(("plain",)).get_content()
    assert message["To"] == OLD
    assert "Inlogcodes en andere e-mails gaan niet meer naar dit adres." in text
    assert not [value for value in ("n@post.example", IBAN, "4300") if value in message.as_string()]


def test_the_member_reads_it_in_the_portal(db, now, client, sign_in_as):
    member = make_member(email=OLD)
    profile.change_data(member, {"iban": IBAN}, actor=TEAM, now=now)
    db.session.commit()
    sign_in_as(client, member)
    page = client.get("/meldingen/").text
    assert NOTICES["iban"][0] in page
    assert ADVICE[0] in page
    notification = db.session.scalars(select(Notification)).one()
    opened = client.post(f"/meldingen/{notification.id}/openen")
    assert opened.headers["Location"].endswith("/mijn-gegevens/")
    assert notification.read_at is not None


def test_the_notice_in_the_portal_has_the_advice_in_both_languages_and_no_mail_of_its_own(db, now):
    first, second = make_member(email=OLD), make_member(email="b@post.example")
    for member in (first, second):
        profile.change_data(member, {"iban": IBAN}, actor=TEAM, now=now)
    campaign = db.session.scalars(select(Campaign).order_by(Campaign.id)).first()
    assert (campaign.title, campaign.title_en) == NOTICES["iban"]
    assert (campaign.body, campaign.body_en) == ADVICE
    assert (campaign.kind, campaign.is_mailed, campaign.is_automatic, campaign.state) == (
        "account",
        False,
        True,
        "done",
    )
    assert (campaign.send_at, campaign.sent_at, campaign.created_at) == (now, now, now)
    mail = db.session.scalars(select(OutboundMail).order_by(OutboundMail.id)).first()
    assert mail.values == {"name": first.full_name, "user_name": first.user.username, "changed": ["iban"]}
    assert (mail.user_id, mail.is_bulk, mail.locale, mail.next_attempt_at) == (first.user_id, False, "nl", now)


def test_of_many_changes_at_once_those_alike_are_told_together_and_each_to_the_own_address(db, now):
    people = [make_member(email=f"{number}@post.example") for number in range(3)]
    what = [(Changed.EMAIL,), (Changed.EMAIL,), (Changed.IBAN,)]
    changes = [
        AccountChange(member.user_id, f"oud{number}@post.example", changed, member.id)
        for number, (member, changed) in enumerate(zip(people, what, strict=True))
    ]
    tell_of_changes([*changes, AccountChange(make_staff().id, None, (Changed.ROLE,))], actor=TEAM, now=now)
    mailed = [(f"oud{number}@post.example", [str(changed[0])]) for number, changed in enumerate(what)]
    assert sorted(told(db)) == mailed
    assert noticed(db) == [(member.id, NOTICES[changed[0]][0]) for member, changed in zip(people, what, strict=True)]
    assert len(db.session.scalars(select(Campaign.id)).all()) == 2
