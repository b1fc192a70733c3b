"""The screen of users and roles, for administrators."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import insert, select

from app.clock import utc_now
from app.models import Account, AuditEvent, MailedLink, OutboundMail, User, UserSession
from app.permissions import ADMIN, STAFF
from app.services.access import rate_limits
from app.services.access.rate_limits import PASSWORD_PER_ACCOUNT
from app.views.staff.accounts.users import UsersView
from tests.support.factories.people import make_admin, make_member, make_staff, make_user

STATEMENTS = 11  # of the list: the 8 of every generated list, roles, locked accounts, and whose list it starts with
PASSWORD = "paarse fiets zonder bel 7"
NEW = {"first_name": "Bea", "last_name": "Berg", "user_name": "bea.b", "email": "bea@gemeente.example", "role": STAFF}


@pytest.fixture
def me(db):
    return make_admin(username="hoofd", password=PASSWORD)


@pytest.fixture
def admin(client, me, sign_in_as):
    return sign_in_as(client, me)


def act(admin, name, *users, **more):
    return admin.post("/gebruikers/action_post", data={"action": name, "rowid": [u.id for u in users], **more})


def sure(admin, name, *users):
    answer = act(admin, name, *users, sure="yes")
    assert answer.status_code == 302
    return admin.get(answer.location).text


def actions(db):
    return db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()


ROUTES = [
    ("GET", "list/"),
    ("GET", "show/1"),
    ("GET", "add"),
    ("POST", "add"),
    ("GET", "edit/1"),
    ("POST", "edit/1"),
    ("POST", "action/switch_off/1"),
    ("POST", "action_post"),
    ("POST", "export"),
]


@pytest.mark.parametrize("make", [make_staff, make_member])
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_only_an_administrator_comes_here(client, db, sign_in_as, make, method, path):
    sign_in_as(client, make())
    assert client.open(f"/gebruikers/{path}", method=method, data=NEW).status_code == 403


def test_an_administrator_deletes_nobody(app):
    rules = [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("UsersView.")]
    assert not [rule for rule in rules if "delete" in rule or "download" in rule]
    assert len(rules) == len({path for _method, path in ROUTES})


def test_the_list_starts_with_the_team_and_finds_members_by_a_filter(admin, db):
    make_staff(username="team.lid", last_name="Team")
    member = make_member(username="jdevries", email="jan@post.example")
    team, members = admin.get("/gebruikers/list/").text, admin.get("/gebruikers/list/?who=Member").text
    everybody = admin.get("/gebruikers/list/?who=all").text
    assert "team.lid" in team
    assert "jdevries" not in team
    assert "jdevries" in members
    assert "team.lid" not in members
    assert "team.lid" in everybody
    assert "jdevries" in everybody
    assert "team.lid" not in admin.get("/gebruikers/list/?who=Admin").text
    assert member.user.username in admin.get("/gebruikers/list/?who=all&q=jan@post").text


def test_a_members_own_address_is_shown_and_never_the_technical_one(admin, db):
    member = make_member(email="jan@post.example")
    for page in ("list/?who=Member", f"show/{member.user_id}"):
        text = admin.get(f"/gebruikers/{page}").text
        assert "jan@post.example" in text
        assert "members.invalid" not in text


def test_no_page_holds_a_password_hash(admin, db, me):
    staff = make_staff(password=PASSWORD)
    for page in ("list/", f"show/{staff.id}", f"edit/{staff.id}"):
        text = admin.get(f"/gebruikers/{page}").text
        assert staff.username in text or "Robin" in text
        assert "argon2" not in text
        assert staff.password not in text


def test_the_state_of_each_account_is_told(admin, db):
    make_staff(username="dicht")
    make_staff(username="uit", password=PASSWORD, active=False)
    locked = make_staff(username="slot", password=PASSWORD)
    for _ in range(PASSWORD_PER_ACCOUNT.tries):
        rate_limits.count_try(PASSWORD_PER_ACCOUNT, str(locked.id), utc_now())
    page = admin.get("/gebruikers/list/").text
    rows = {name: page.split(f">{name}<")[1].split("<tr>")[0] for name in ("dicht", "uit", "slot", "hoofd")}
    assert "nog niet geopend" in rows["dicht"]
    assert "uitgezet" in rows["uit"]
    assert "geblokkeerd" in rows["slot"]
    assert "geopend" in rows["hoofd"]
    assert "nog niet" not in rows["hoofd"]


def test_the_list_takes_as_many_statements_with_many_as_with_few(admin, db, statements):
    make_staff(password=PASSWORD)
    make_member()
    admin.get("/gebruikers/list/?who=all")
    with statements() as few:
        admin.get("/gebruikers/list/?who=all")
    names = [f"veel{n}" for n in range(60)]
    rows = [
        {"username": n, "first_name": "A", "last_name": "B", "email": f"{n}@x.example", "active": True} for n in names
    ]
    ids = db.session.scalars(insert(User).returning(User.id), rows).all()
    db.session.execute(insert(Account), [{"user_id": user_id, "locale": "nl"} for user_id in ids])
    for _ in range(5):
        make_member()
        make_staff()
    with statements() as many:
        assert admin.get("/gebruikers/list/?who=all&size=100").status_code == 200
    assert len(few) == len(many) <= STATEMENTS


def test_a_colleague_is_added_and_invited_in_one_go(admin, db):
    answer = admin.post("/gebruikers/add", data=NEW)
    assert answer.status_code == 302
    user = db.session.scalars(select(User).where(User.username == "bea.b")).one()
    assert user.password is None
    assert [role.name for role in user.roles] == [STAFF]
    mail = db.session.scalars(select(OutboundMail)).one()
    assert (mail.template, mail.recipient) == ("invitation", "bea@gemeente.example")
    assert actions(db) == ["user.added", "invitation.sent"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("user_name", "b"),
        ("user_name", "hoofd"),
        ("email", "bea"),
        ("role", "Member"),
        ("role", ""),
        ("last_name", "x" * 65),
    ],
)
def test_what_a_rule_refuses_stands_at_its_field_and_nothing_is_made(admin, db, field, value):
    answer = admin.post("/gebruikers/add", data={**NEW, field: value})
    assert answer.status_code == 422
    anchor = "role-0" if field == "role" else field
    assert f'href="#{anchor}"' in answer.text
    assert 'value="Bea"' in answer.text
    assert db.session.scalar(select(User).where(User.email == NEW["email"])) is None
    assert db.session.scalar(select(OutboundMail)) is None


def test_a_role_is_changed_and_the_sessions_end(app, admin, db, sign_in_as):
    staff = make_staff(password=PASSWORD)
    other = sign_in_as(app.test_client(), staff)
    form = {"first_name": "Robin", "last_name": "Nieuw", "email": staff.email, "role": ADMIN}
    chosen = re.findall(r'<input checked[^>]*value="(\w+)"', admin.get(f"/gebruikers/edit/{staff.id}").text)
    assert chosen == [STAFF]
    assert admin.post(f"/gebruikers/edit/{staff.id}", data=form).status_code == 302
    assert [role.name for role in staff.roles] == [ADMIN]
    assert staff.last_name == "Nieuw"
    assert other.get("/account/").status_code == 302
    assert actions(db) == ["user.renamed", "user.roles_changed"]


def test_another_name_alone_ends_no_session(app, admin, db, sign_in_as):
    staff = make_staff(password=PASSWORD)
    sign_in_as(app.test_client(), staff)
    form = {"first_name": "Robin", "last_name": "Nieuw", "email": staff.email, "role": STAFF}
    admin.post(f"/gebruikers/edit/{staff.id}", data=form)
    assert db.session.scalar(select(UserSession).where(UserSession.user_id == staff.id)) is not None
    assert actions(db) == ["user.renamed"]


def test_a_wrong_address_is_corrected_and_who_was_never_in_is_invited_there(admin, db):
    staff = make_staff()
    form = {"first_name": "Robin", "last_name": "Bos", "email": "goed@gemeente.example", "role": STAFF}
    admin.post(f"/gebruikers/edit/{staff.id}", data=form)
    assert staff.email == "goed@gemeente.example"
    invitation = select(OutboundMail.recipient).where(OutboundMail.template == "invitation")
    assert db.session.scalars(invitation).all() == ["goed@gemeente.example"]
    taken = admin.post(f"/gebruikers/edit/{make_staff().id}", data=form)
    assert taken.status_code == 422
    assert 'id="email-error"' in taken.text


def test_the_own_account_and_a_members_role_are_not_changed_here(admin, db, me):
    member = make_member()
    for user_id in (me.id, member.user_id):
        form = {"first_name": "X", "last_name": "Y", "role": ADMIN}
        assert admin.post(f"/gebruikers/edit/{user_id}", data=form).location == f"/gebruikers/show/{user_id}"
    assert [role.name for role in me.roles] == [ADMIN]
    assert [role.name for role in member.user.roles] == ["Member"]
    assert actions(db) == []


@pytest.mark.parametrize("name", ["switch_off", "end_sessions", "send_reset_link"])
def test_no_act_works_on_the_own_account(admin, db, me, name):
    assert "eigen account" in sure(admin, name, me)
    assert me.active
    assert actions(db) == []
    assert "Uitzetten" not in admin.get(f"/gebruikers/show/{me.id}").text


def test_an_act_asks_first_and_names_who_it_is_about(admin, db):
    staff = make_staff(password=PASSWORD, first_name="Mick", last_name="Werker")
    for answer in (act(admin, "switch_off", staff), admin.post(f"/gebruikers/action/switch_off/{staff.id}")):
        assert answer.status_code == 200
        assert "Mick Werker" in answer.text
    assert staff.active
    assert admin.get(f"/gebruikers/action/switch_off/{staff.id}").status_code == 405


def test_an_act_needs_a_csrf_token(csrf_client, me, db, sign_in_as):
    staff = make_staff(password=PASSWORD)
    sign_in_as(csrf_client, me)
    assert act(csrf_client, "switch_off", staff, sure="yes").status_code == 400
    assert staff.active


@pytest.mark.parametrize("make", [make_staff, make_member])
def test_an_account_is_switched_off_and_on(app, admin, db, sign_in_as, make):
    person = make(password=PASSWORD)
    user = getattr(person, "user", person)
    other = sign_in_as(app.test_client(), person)
    assert "uitgezet" in sure(admin, "switch_off", user)
    assert not user.active
    assert other.get("/account/").status_code == 302
    sure(admin, "switch_on", user)
    assert user.active
    assert actions(db) == ["user.switched_off", "user.switched_on"]


def test_a_members_sessions_are_ended(app, admin, db, sign_in_as):
    member = make_member(password=PASSWORD)
    other = sign_in_as(app.test_client(), member)
    sure(admin, "end_sessions", member.user)
    assert other.get("/account/").status_code == 302
    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.action, event.member_id) == ("user.sessions_ended", member.id)


def test_an_invitation_is_sent_again_and_the_older_one_dies(admin, db):
    staff = make_staff(email="mick@gemeente.example")
    sure(admin, "invite", staff)
    sure(admin, "invite", staff)
    links = db.session.scalars(select(MailedLink).order_by(MailedLink.id)).all()
    assert [link.ended_at is None for link in links] == [False, True]
    assert "user.invited" in actions(db)


def test_a_link_for_a_new_password_goes_by_mail_and_the_old_password_still_works(admin, db):
    member = make_member(password=PASSWORD, email="jan@post.example")
    before = member.user.password
    sure(admin, "send_reset_link", member.user)
    mail = db.session.scalars(select(OutboundMail)).one()
    assert (mail.template, mail.recipient) == ("password_reset", "jan@post.example")
    assert member.user.password == before
    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.action, event.actor_name, event.subject_id) == ("password.reset_asked", "hoofd", member.user_id)


def test_one_refusal_stops_the_whole_act(admin, db):
    is_open, is_closed = make_staff(password=PASSWORD), make_staff()
    assert "al geopend" in sure(admin, "invite", is_closed, is_open)
    assert db.session.scalar(select(OutboundMail)) is None


def test_an_account_without_role_is_found_under_everybody(admin, db):
    make_user(username="zonder.rol")
    assert "zonder.rol" in admin.get("/gebruikers/list/?who=all").text


def test_every_act_is_offered_only_where_it_makes_sense(admin, db):
    staff = make_staff()
    page = admin.get(f"/gebruikers/show/{staff.id}").text
    offered = {name for name in UsersView.__dict__ if f"/gebruikers/action/{name}/{staff.id}" in page}
    assert offered == {"invite", "switch_off"}


def test_who_has_no_role_gets_none_unasked(admin, db):
    user = make_user()
    assert "checked" not in admin.get(f"/gebruikers/edit/{user.id}").text
    assert admin.post(f"/gebruikers/edit/{user.id}", data={"first_name": "A", "last_name": "B"}).status_code == 422
    assert user.roles == []
