"""Nothing typed is lost, in a real browser: tabs, the end of a session, another language, Back, and no JavaScript."""

from __future__ import annotations

import os
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select, update

from app.clock import utc_now
from app.models import Member, Thread, UserSession
from tests.support.factories.people import make_member, make_staff
from tests.support.files.sample_files import pdf

OWN_DATA = "/mijn-gegevens/wijzigen"
ASK = "/berichtenbox/vraag"
KEPT = "Wat je typte is bewaard en niet verstuurd"
NOT_SENT = "Dit is niet verstuurd, omdat je uitgelogd was."


@pytest.fixture
def member(enter_as):
    found = make_member(city="Utrecht")
    enter_as(found)
    return found


@pytest.fixture
def plain(browser, browser_context_args):
    """A browser without JavaScript."""
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    yield context.new_page()
    context.close()


def main(page):
    return page.get_by_role("main")


def save(page):
    main(page).get_by_role("button", name="Opslaan").click()


def leave(db, seconds):
    """The session has so many seconds left, on the server."""
    seen = utc_now() - timedelta(minutes=30) + timedelta(seconds=seconds)
    db.session.execute(update(UserSession).values(last_seen_at=seen))
    db.session.commit()


def wake(page):
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def go_on_after_signing_in(page, enter_as, member):
    """Where the sign-in page leads to."""
    target = parse_qs(urlsplit(page.url).query)["next"][0]
    enter_as(member)
    page.goto(target)


def shot(page, name):
    if folder := os.environ.get("SHOTS"):
        width = page.viewport_size["width"]
        page.screenshot(path=f"{folder}/{name}_{width}.png", full_page=True)


def test_a_page_that_wakes_up_after_the_session_ended_keeps_what_was_typed_in_each_tab(
    page, check_page, enter_as, db, member
):
    other = page.context.new_page()
    for tab, town in ((page, "Zeist"), (other, "Houten")):
        tab.goto(OWN_DATA)
        tab.get_by_label("Woonplaats").fill(town)
    leave(db, -60)
    wake(page)
    for tab in (page, other):
        expect(main(tab)).to_contain_text(KEPT)
    shot(page, "ended_sign_in")
    check_page()
    for tab, town in ((page, "Zeist"), (other, "Houten")):
        go_on_after_signing_in(tab, enter_as, member)
        expect(main(tab)).to_contain_text(NOT_SENT)
        expect(tab.get_by_label("Woonplaats")).to_have_value(town)
    shot(page, "ended_came_back")
    check_page()
    save(page)  # signed in once more in the other tab: it is not sent, and is there again
    expect(main(page)).to_contain_text(NOT_SENT)
    expect(page.get_by_label("Woonplaats")).to_have_value("Zeist")
    save(page)
    expect(main(page)).to_contain_text("Je gegevens zijn opgeslagen")
    db.session.expire_all()
    assert db.session.scalar(select(Member.city).where(Member.id == member.id)) == "Zeist"
    other.close()


def test_the_warning_is_of_all_tabs_and_escape_and_the_button_extend(page, check_page, db, member):
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(OWN_DATA)
    leave(db, 100)
    for tab in (page, other):
        wake(tab)
        expect(tab.get_by_role("dialog")).to_be_visible()
    page.bring_to_front()
    shot(page, "warning")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(other.get_by_role("dialog")).to_have_count(0)
    seen = db.session.scalar(select(UserSession.last_seen_at).execution_options(populate_existing=True))
    assert utc_now() - seen < timedelta(seconds=30)
    leave(db, 100)
    wake(page)
    page.get_by_role("button", name="Ingelogd blijven").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    check_page()
    other.close()


def test_staying_signed_in_when_it_is_too_late_says_so(page, check_page, enter_as, db, member):
    page.goto(OWN_DATA)
    page.get_by_label("Woonplaats").fill("Zeist")
    leave(db, 100)
    wake(page)
    expect(page.get_by_role("dialog")).to_be_visible()
    leave(db, -5)
    page.get_by_role("button", name="Ingelogd blijven").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Je bent al uitgelogd")
    expect(dialog).to_contain_text(KEPT)
    shot(page, "too_late")
    check_page()
    dialog.get_by_role("link", name="Inloggen").click()
    go_on_after_signing_in(page, enter_as, member)
    expect(page.get_by_label("Woonplaats")).to_have_value("Zeist")


def test_typing_is_a_sign_of_life(page, db, member):
    page.clock.install()
    page.goto(OWN_DATA)
    leave(db, 300)
    page.clock.run_for(70_000)
    with page.expect_response("**/account/sessies/blijf"):
        page.get_by_label("Woonplaats").fill("Zeist")
    seen = db.session.scalar(select(UserSession.last_seen_at).execution_options(populate_existing=True))
    assert utc_now() - seen < timedelta(seconds=30)


def test_another_language_keeps_the_form(page, check_page, member):
    page.goto(OWN_DATA)
    page.get_by_label("Woonplaats").fill("Zeist")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_label("Town")).to_have_value("Zeist")
    shot(page, "language")
    page.get_by_role("button", name="Nederlands").click()
    expect(page.get_by_label("Woonplaats")).to_have_value("Zeist")
    check_page()


def test_back_after_a_refusal_and_a_good_form_shows_the_form_and_no_old_fault(page, check_page, member):
    page.goto(OWN_DATA)
    page.get_by_label("Geboortedatum").fill("31-02-1960")
    page.get_by_label("Woonplaats").fill("Zeist")
    save(page)
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.get_by_label("Woonplaats")).to_have_value("Zeist")
    shot(page, "refused")
    check_page()
    page.reload()
    expect(page.locator(".error-summary")).to_be_visible()
    page.get_by_label("Geboortedatum").fill("28-02-1960")
    save(page)
    expect(main(page)).to_contain_text("Je gegevens zijn opgeslagen")
    page.go_back()
    expect(page.get_by_label("Woonplaats")).to_have_value("Zeist")
    expect(page.locator(".error-summary")).to_have_count(0)
    check_page()


def test_a_button_that_is_pressed_twice_sends_once_and_says_that_it_sends(page, check_page, db, member):
    page.goto(ASK)
    page.get_by_label("Je vraag in een paar woorden").fill("Parkeren")
    page.locator("#body").fill("Waar kan ik parkeren?")
    page.route("**" + ASK, lambda route: page.wait_for_timeout(1000) or route.continue_())
    button, told = page.evaluate(
        """async () => {
          const button = document.querySelector("main form .buttons [type=submit]:not([name])");
          button.click();
          button.click();
          await new Promise((done) => setTimeout(done, 200));
          return [button.disabled, document.getElementById("sending").textContent];
        }"""
    )
    assert (button, told) == (True, "Bezig met versturen…")
    expect(main(page)).to_contain_text("Je vraag is verstuurd")
    assert db.session.scalar(select(func.count(Thread.id))) == 1
    check_page()


def test_a_button_that_gives_a_file_is_there_again_when_it_came(page, enter_as, db):
    make_member()
    enter_as(make_staff())
    page.goto("/leden/list/")
    page.locator(".more-acts > summary").click()
    button = page.get_by_role("button", name="Download .xlsx")
    for _time in range(2):
        with page.expect_download() as came:
            button.click()
        assert came.value.suggested_filename.endswith(".xlsx")
        expect(button).to_be_enabled(timeout=3000)
        expect(page.locator("#sending")).to_be_empty()
    assert not [cookie for cookie in page.context.cookies() if cookie["name"] == "file_came"]


def test_a_chosen_file_can_be_taken_away(page, check_page, member):
    page.goto(ASK)
    page.locator("#files").set_input_files(
        [{"name": name, "mimeType": "application/pdf", "buffer": pdf()} for name in ("een.pdf", "twee.pdf")]
    )
    shot(page, "files")
    check_page()
    page.get_by_role("button", name="Weghalen: een.pdf").click()
    expect(page.locator(".chosen-files li")).to_have_count(1)
    assert page.evaluate("[...document.querySelector('#files').files].map((file) => file.name)") == ["twee.pdf"]
    page.get_by_role("button", name="Weghalen: twee.pdf").click()
    assert page.evaluate("document.querySelector('#files').files.length") == 0


def test_without_javascript_all_of_it_holds(plain, enter_as, db, member, page):
    cookies = page.context.cookies()
    plain.context.add_cookies(cookies)
    plain.goto(OWN_DATA)
    plain.get_by_label("Woonplaats").fill("Zeist")
    main(plain).get_by_role("button", name="English").click()
    expect(plain.get_by_label("Town")).to_have_value("Zeist")
    shot(plain, "plain_language")
    main(plain).get_by_role("button", name="Nederlands").click()
    plain.get_by_label("Geboortedatum").fill("31-02-1960")
    save(plain)
    expect(plain.locator(".error-summary")).to_be_visible()
    plain.get_by_label("Geboortedatum").fill("")
    leave(db, -60)
    save(plain)
    expect(main(plain)).to_contain_text(KEPT)
    target = parse_qs(urlsplit(plain.url).query)["next"][0]
    enter_as(member)
    plain.context.add_cookies(page.context.cookies())
    plain.goto(target)
    expect(main(plain)).to_contain_text(NOT_SENT)
    expect(plain.get_by_label("Woonplaats")).to_have_value("Zeist")
    shot(plain, "plain_came_back")
    save(plain)
    expect(main(plain)).to_contain_text("Je gegevens zijn opgeslagen")
    plain.go_back()
    expect(plain.locator(".error-summary")).to_have_count(0)
    expect(plain.get_by_label("Woonplaats")).to_have_value("Zeist")


def test_without_javascript_a_question_that_is_sent_twice_is_asked_once(plain, db, member, page):
    plain.context.add_cookies(page.context.cookies())
    plain.goto(ASK)
    plain.get_by_label("Je vraag in een paar woorden").fill("Parkeren")
    plain.locator("#body").fill("Waar kan ik parkeren?")
    main(plain).get_by_role("button", name="Mijn vraag versturen").dblclick()
    expect(main(plain)).to_contain_text("Parkeren")  # the question, or the list when the second press came later
    plain.go_back()
    plain.get_by_label("Je vraag in een paar woorden").fill("Parkeren")
    assert db.session.scalar(select(func.count(Thread.id))) == 1
