"""What comes back of a form that was not carried out: to whom, for how long, and what never."""

from __future__ import annotations

import io
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from app.clock import utc_now
from app.models import Account, KeptForm, Member, SentForm, Thread, UserSession
from app.services.access import sessions
from app.services.typed_forms import kept_forms
from app.services.typed_forms.kept_forms import MOST_KEPT, Reason, Typed
from tests.support.at_once import at_once, copies
from tests.support.factories.people import make_member, make_staff
from tests.support.files.sample_files import pdf
from tests.support.odd_forms import read_forms

OWN_DATA, ASK, BSN = "/mijn-gegevens/wijzigen", "/berichtenbox/vraag", "/mijn-gegevens/bsn"
NOT_SENT = "Dit is niet verstuurd, omdat je uitgelogd was."
NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def member(client, sign_in_as, clock):
    found = make_member(city="Utrecht")
    sign_in_as(client, found)
    return found


def form_at(client, path):
    page = client.get(path)
    assert page.status_code == 200
    return next(form for form in read_forms(page.text, path) if "form_mark" in form.fields)


def typed_in(client, path=OWN_DATA, **values):
    return form_at(client, path).values(**(values or {"city": "Zeist"}))


def next_of(answer):
    return parse_qs(urlsplit(answer.location).query).get("next", [""])[0]


def kept(db):
    return db.session.scalar(select(func.count(KeptForm.id)))


def send_late(client, clock, path=OWN_DATA, **values):
    """The session ended before it was sent. Gives the page that shows it again."""
    data = typed_in(client, path, **values)
    clock.shift(timedelta(minutes=31))
    answer = client.post(path, data=data)
    assert answer.status_code == 302
    return next_of(answer)


def test_it_comes_back_to_who_typed_it_and_to_nobody_else(client, member, db, clock, sign_in_as):
    page = send_late(client, clock)
    sign_in = client.get("/inloggen/", query_string={"next": page}).text
    assert sign_in.count("bewaard en niet verstuurd") == 1, "said, and said once"
    for other in (make_member(), make_staff()):
        sign_in_as(client, other)
        assert "Zeist" not in client.get(page).text
    sign_in_as(client, member)
    shown = client.get(page).text
    assert 'value="Zeist"' in shown
    assert NOT_SENT in shown
    assert db.session.scalar(select(Member.city).where(Member.id == member.id)) == "Utrecht"


def test_it_is_there_until_it_is_sent_and_gone_then(client, member, db, clock, sign_in_as):
    page = send_late(client, clock)
    sign_in_as(client, member)
    assert 'value="Zeist"' in client.get(page).text
    form = form_at(client, page)
    assert client.post(form.action, data=form.values()).status_code == 302
    assert kept(db) == 0
    assert db.session.scalar(select(Member.city).where(Member.id == member.id)) == "Zeist"
    assert NOT_SENT not in client.get(page).text


@pytest.mark.parametrize("way", ["term", "thrown away", "signed out"])
def test_it_goes_by_itself_when_thrown_away_and_at_signing_out(client, member, db, clock, sign_in_as, way):
    page = send_late(client, clock)
    token = parse_qs(urlsplit(page).query)["getypt"][0]
    if way == "term":
        clock.shift(kept_forms.KEPT_FOR)
    sign_in_as(client, member)
    if way == "thrown away":
        client.post("/getypt/weg", data={"token": token, "next": OWN_DATA})
    if way == "signed out":
        client.post("/inloggen/uit")
        sign_in_as(client, member)
    assert "Zeist" not in client.get(page).text
    kept_forms.delete_old_forms(utc_now())
    db.session.commit()
    assert kept(db) == 0


def test_what_is_kept_is_sealed_and_of_this_page_only(client, member, db, clock, sign_in_as):
    page = send_late(client, clock, ASK, body="Een heel verhaal")
    assert "verhaal" not in db.session.scalar(select(KeptForm.sealed_typed))
    sign_in_as(client, member)
    assert "Een heel verhaal" in client.get(page).text
    assert "Een heel verhaal" not in client.get(page.replace(ASK, "/mijn-keuzes/")).text


@pytest.mark.parametrize("way", ["epoch", "deleted", "signed out", "signed in again"])
def test_it_does_not_matter_how_the_session_ended(client, csrf_client, member, db, sign_in_as, way):
    sign_in_as(csrf_client, member)
    data = typed_in(csrf_client)
    data["csrf_token"] = csrf_client.csrf_token()
    if way == "epoch":
        sessions.end_sessions(db.session.get(Account, member.user_id))
    if way == "deleted":
        db.session.query(UserSession).delete()
    db.session.commit()
    if way in ("signed out", "signed in again"):
        csrf_client.post("/inloggen/uit", data={"csrf_token": data["csrf_token"]})
        with csrf_client.session_transaction() as session:
            session.pop("csrf_token", None)
    if way == "signed in again":
        sign_in_as(csrf_client, member)
    answer = csrf_client.post(OWN_DATA, data=data)
    assert answer.status_code == 302
    page = answer.location if way == "signed in again" else next_of(answer)
    sign_in_as(csrf_client, member)
    shown = csrf_client.get(page).text
    assert 'value="Zeist"' in shown
    assert NOT_SENT in shown


def test_who_signs_in_as_another_meanwhile_gets_nothing_kept(csrf_client, member, db, sign_in_as):
    sign_in_as(csrf_client, member)
    data = typed_in(csrf_client)
    with csrf_client.session_transaction() as session:
        session.clear()
    sign_in_as(csrf_client, make_member())
    assert csrf_client.post(OWN_DATA, data=data).status_code == 400
    assert kept(db) == 0


def test_a_bsn_and_a_file_are_not_kept_and_the_page_says_so(client, member, db, clock, sign_in_as):
    page = send_late(client, clock, BSN, bsn="111222333")
    sign_in_as(client, member)
    shown = client.get(page).text
    assert "Een wachtwoord, een code of een BSN bewaren we nooit." in shown
    assert "111222333" not in shown
    data = {**typed_in(client, ASK, body="Zie de foto"), "files": (io.BytesIO(pdf()), "plattegrond.pdf")}
    clock.shift(timedelta(minutes=31))
    page = next_of(client.post(ASK, data=data))
    sign_in_as(client, member)
    shown = client.get(page).text
    assert "Kies dit bestand opnieuw" in shown
    assert "plattegrond.pdf" in shown


@pytest.mark.parametrize("what", ["another site", "a part of a page", "a false mark"])
def test_nothing_is_kept_that_no_page_of_ours_sends(client, member, db, clock, what):
    data = typed_in(client)
    clock.shift(timedelta(minutes=31))
    headers = {
        "another site": {"Sec-Fetch-Site": "cross-site"},
        "a part of a page": {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"},
        "a false mark": {},
    }[what]
    if what == "a false mark":
        data["form_mark"] += "x"
    client.post(OWN_DATA, data=data, headers=headers)
    assert kept(db) == 0


def test_who_cannot_be_told_gets_the_text_back(client, member, db, clock):
    clock.shift(timedelta(minutes=31))
    page = client.post(ASK, data={"body": "Een heel verhaal <b>"})
    assert "Een heel verhaal &lt;b&gt;" in page.text
    assert kept(db) == 0


def test_a_form_that_is_too_long_to_keep_is_given_back(client, member, db, clock):
    data = typed_in(client, ASK, body="Een lang verhaal " * 20_000)
    clock.shift(timedelta(minutes=31))
    page = client.post(ASK, data=data)
    assert "Een lang verhaal" in page.text
    assert kept(db) == 0


def test_a_script_asks_to_keep_and_gets_the_page(client, member, db, clock, sign_in_as):
    data = typed_in(client)
    clock.shift(timedelta(minutes=31))
    page = client.post("/getypt/bewaren", data=data, headers={"Sec-Fetch-Mode": "cors"}).json["page"]
    sign_in_as(client, member)
    assert 'value="Zeist"' in client.get(page).text
    assert client.post("/getypt/bewaren", data={"city": "Zeist"}).status_code == 400


def test_another_language_takes_the_form_along(client, member):
    answer = client.post("/taal/en", data=typed_in(client))
    shown = client.get(answer.location).text
    assert 'lang="en"' in shown
    assert 'value="Zeist"' in shown
    assert "What you filled in is still here." in shown


def test_a_refused_form_comes_back_by_a_redirect_and_goes_when_it_is_right(client, member, db):
    answer = client.post(OWN_DATA, data=typed_in(client, birth_date="31-02-1960", city="Zeist"), headers=NAVIGATION)
    assert answer.status_code == 302
    assert urlsplit(answer.location).path == OWN_DATA
    page = client.get(answer.location)
    assert page.status_code == 200
    assert "error-summary" in page.text
    assert 'value="Zeist"' in page.text
    assert 'value="31-02-1960"' in page.text
    assert NOT_SENT not in page.text
    again = form_at(client, answer.location)
    client.post(again.action, data=again.values(birth_date="30-02-1960"), headers=NAVIGATION)
    assert kept(db) == 1  # one form, however often it is refused
    assert client.post(again.action, data=again.values(birth_date="28-02-1960"), headers=NAVIGATION).status_code == 302
    assert "error-summary" not in client.get(answer.location).text


def test_where_a_form_stands_no_more_the_text_is_shown_to_copy(client, member, db, clock, now):
    typed = Typed("/mijn-keuzes/", "AFormThatIsGone", Reason.ENDED, [("body", "Een heel verhaal")])
    token = kept_forms.keep_form(member.user_id, typed, now=now)
    db.session.commit()
    shown = client.get(f"/mijn-keuzes/?getypt={token}").text
    assert "kan op deze pagina niet meer ingevuld worden" in shown
    assert "Een heel verhaal</textarea>" in shown


def test_no_user_keeps_more_than_so_many(db, member, now):
    typed = Typed("/", "Form", Reason.ENDED, [])
    for _ in range(MOST_KEPT + 3):
        kept_forms.keep_form(member.user_id, typed, now=now)
    db.session.commit()
    assert kept(db) == MOST_KEPT


def test_the_same_form_is_carried_out_once_and_a_changed_one_again(client, member, db):
    form = form_at(client, OWN_DATA)
    client.post(OWN_DATA, data=form.values(city="Zeist"))
    again = client.post(OWN_DATA, data=form.values(city="Zeist"), follow_redirects=True)
    assert "Je had dit al verstuurd." in again.text
    client.post(OWN_DATA, data=form.values(city="Houten"))
    client.post(OWN_DATA, data=form.values(city="Zeist"))
    assert db.session.scalar(select(Member.city).where(Member.id == member.id)) == "Zeist"
    assert db.session.scalar(select(func.count(SentForm.nonce))) == 1


def test_of_two_at_the_same_moment_one_is_carried_out(app, client, member, db):
    data = typed_in(client, ASK, subject="Parkeren", body="Waar kan ik parkeren?")
    del data["do"]  # the button that asks for answers
    tabs = copies(app, client, 2)
    answers = at_once(*(lambda tab=tab: tab.post(ASK, data=data) for tab in tabs))
    assert [answer.status_code for answer in answers] == [302, 302]
    assert db.session.scalar(select(func.count(Thread.id))) == 1


def test_asking_how_long_there_is_is_no_sign_of_life(client, member, db, clock):
    clock.shift(timedelta(minutes=20))
    seen = db.session.scalar(select(UserSession.last_seen_at))
    left = client.get("/account/sessies/over", headers={"X-Live": "1"}).json["seconds"]
    assert left == 10 * 60
    assert db.session.scalar(select(UserSession.last_seen_at)) == seen
    assert client.post("/account/sessies/blijf").json["seconds"] == 30 * 60
    clock.shift(timedelta(minutes=31))
    assert client.get("/account/sessies/over", headers={"X-Live": "1"}).json["seconds"] == 0
