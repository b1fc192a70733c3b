"""The message box end to end: a member asks with a photo, two colleagues collide, the member is mailed and reads."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from app import jobs
from app.clock import utc_now
from app.models import Faq, OutboundMail, Thread, UserSession
from app.services.message_box.writing import faqs
from tests.support.client import sign_in
from tests.support.factories.message_box import ask
from tests.support.factories.people import make_member, make_staff
from tests.support.files.sample_files import jpeg


@pytest.fixture
def second(app, page, browser, browser_context_args, base_url):
    """Another browser: `second(person)` gives its page."""
    contexts = []

    def open_as(person):
        context = browser.new_context(**browser_context_args)
        contexts.append(context)
        name = app.config["SESSION_COOKIE_NAME"]
        cookie = sign_in(app.test_client(), person).get_cookie(name)
        context.add_cookies([{"name": name, "value": cookie.value, "url": base_url}])
        return context.new_page()

    yield open_as
    for context in contexts:
        context.close()


def main(page):
    return page.get_by_role("main")


def leave_now(db):
    """The mail leaves at the end of the quarter: that is now."""
    db.session.execute(update(OutboundMail).values(next_attempt_at=OutboundMail.created_at))
    db.session.commit()
    jobs.deliver_mail()


def ask_with_photo(page, check_page):
    page.goto("/berichtenbox/")
    check_page()
    main(page).get_by_role("link", name="Een vraag stellen").click()
    page.locator("#subject").fill("parkeren")
    expect(page.locator("#suggestions")).to_contain_text("Waar kan ik parkeren?")
    check_page()
    page.locator("#subject").fill("De deur bij het stadhuis")
    page.locator("#body").fill("Is dit de goede ingang?")
    page.locator("#files").set_input_files({"name": "ingang.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    main(page).get_by_role("button", name="Mijn vraag versturen").click()
    expect(main(page)).to_contain_text("Je vraag is verstuurd")
    expect(main(page).get_by_role("link", name="ingang.jpg")).to_be_visible()
    check_page()


def claim_and_collide(page, other, check_page, db):
    page.goto("/vragen/list/")
    check_page()
    page.get_by_role("link", name="De deur bij het stadhuis", exact=True).click()
    address = page.url
    other.goto(address)
    main(page).get_by_role("button", name="Deze vraag oppakken").click()
    expect(main(page)).to_contain_text("Anna Eerst")
    main(other).get_by_role("button", name="Deze vraag oppakken").click()
    expect(main(other)).to_contain_text("Anna Eerst pakte deze vraag het eerst op")
    page.locator("#note").fill("Ik bel de portier even.")
    main(page).get_by_role("button", name="Notitie bewaren").click()
    expect(main(page)).to_contain_text("Ik bel de portier even.")
    other.locator("#body").fill("Ja hoor, en dit typte ik ook nog.")
    page.locator("#body").fill("Ja, dat is de goede ingang.")
    main(page).get_by_role("button", name="Antwoord versturen").click()
    expect(main(page)).to_contain_text("Je antwoord is verstuurd")
    check_page()
    main(other).get_by_role("button", name="Antwoord versturen").click()
    expect(main(other)).to_contain_text("Anna Eerst beantwoordde deze vraag")
    expect(other.locator("#body")).to_have_value("Ja hoor, en dit typte ik ook nog.")
    other.goto(address)
    expect(other.locator("#body")).to_have_value("Ja hoor, en dit typte ik ook nog.")


def read_answer(page, check_page):
    page.goto("/")
    check_page()
    main(page).get_by_role("button", name="De deur bij het stadhuis").click()
    expect(main(page)).to_contain_text("Ja, dat is de goede ingang.")
    expect(main(page)).not_to_contain_text("Anna Eerst")
    expect(main(page)).not_to_contain_text("portier")
    check_page()


def test_a_member_asks_two_colleagues_collide_and_the_member_reads_the_answer(
    page, check_page, enter_as, second, next_mail, db
):
    row = Faq(question="Waar kan ik parkeren?", answer="Achter het stadhuis.")
    row.search_text = faqs.make_search_text(row)
    db.session.add(row)
    member = make_member(email="fatma@post.example")
    first = make_staff(first_name="Anna", last_name="Eerst")
    other = second(make_staff(first_name="Bea", last_name="Tweede"))
    enter_as(member)
    ask_with_photo(page, check_page)
    page.context.clear_cookies()

    enter_as(first)
    claim_and_collide(page, other, check_page, db)
    page.context.clear_cookies()

    leave_now(db)
    mail = next_mail("fatma@post.example")
    assert "goede ingang" not in str(mail)
    enter_as(member)
    read_answer(page, check_page)
    assert db.session.scalars(select(Thread.state)).all() == ["answered"]


def test_what_is_typed_is_there_again_after_the_session_ended(page, check_page, enter_as, db, watch):
    member = make_member()
    thread = ask(member)
    enter_as(member)
    page.goto(f"/berichtenbox/{thread.id}")
    page.locator("#body").fill("Dit typte ik.")
    expect(page.locator("[data-draft-status]")).to_have_text("Je tekst is bewaard als concept.", timeout=8000)
    page.locator("#body").fill("Dit typte ik, en nog meer.")
    db.session.execute(update(UserSession).values(last_seen_at=utc_now() - timedelta(hours=1)))
    db.session.commit()
    main(page).get_by_role("button", name="Versturen").click()
    expect(main(page)).to_contain_text("Wat je typte is bewaard en niet verstuurd")
    check_page()
    target = parse_qs(urlsplit(page.url).query)["next"][0]
    enter_as(member)
    page.goto(target)
    expect(page.locator("#body")).to_have_value("Dit typte ik, en nog meer.")
    check_page()


def test_an_answer_being_typed_is_kept_when_another_button_of_the_page_is_pressed(page, check_page, enter_as, db):
    thread = ask(make_member())
    enter_as(make_staff())
    page.goto(f"/vragen/show/{thread.id}")
    page.locator("#body").fill("Dit typte ik net.")
    page.locator("#note").fill("En dit ook.")
    main(page).get_by_role("button", name="Deze vraag oppakken").click()
    expect(main(page).get_by_role("button", name="Teruggeven aan het team")).to_be_visible()
    expect(page.locator("#body")).to_have_value("Dit typte ik net.")
    expect(page.locator("#note")).to_have_value("En dit ook.")
    check_page()


def test_what_is_typed_after_an_upload_that_failed_is_kept(page, enter_as, db):
    enter_as(make_member())
    page.goto("/berichtenbox/vraag")
    page.locator("#subject").fill("De deur")
    page.locator("#files").set_input_files({"name": "deur.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    page.route("**/berichtenbox/vraag", lambda route: route.abort())
    main(page).get_by_role("button", name="Mijn vraag versturen").click()
    expect(main(page).get_by_role("button", name="Mijn vraag versturen")).to_be_enabled()
    page.locator("#body").fill("Is dit de goede ingang?")
    expect(page.locator("[data-draft-status]")).to_have_text("Je tekst is bewaard als concept.", timeout=8000)
