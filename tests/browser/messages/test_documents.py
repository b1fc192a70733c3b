"""Documents in the browser: the team uploads and publishes, a member reads a new manual; wrong files change nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.clock import utc_now
from app.models import Document, DocumentReading
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.documents import documents
from app.services.documents.documents import DocumentText
from tests.browser.checks import PageWatch
from tests.support.factories.documents import keep
from tests.support.factories.people import make_member, make_staff
from tests.support.files import sample_files as files


def choose(page: Page, *chosen: tuple[str, bytes]) -> None:
    given: Any = [{"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in chosen]
    page.locator("input[type=file]").set_input_files(given)


def button(page: Page, name: str) -> Any:
    return page.get_by_role("main").get_by_role("button", name=name)


def say_what_it_is(page: Page) -> None:
    """The questions that have no answer beforehand."""
    page.locator("#category").select_option("manual")
    page.locator("#language").select_option("nl")


def stored(app: Flask) -> set[Path]:
    return {path for path in (app.config["INSTANCE_DIR"] / "files").rglob("*") if path.is_file()}


def test_the_team_uploads_several_files_sees_who_gets_them_and_publishes(page, check_page, enter_as, db):
    make_member()
    enter_as(make_staff())
    page.goto("/documentbeheer/list/")
    page.get_by_role("main").get_by_role("link", name="toevoegen").first.click()
    check_page()
    choose(page, ("Handleiding.pdf", files.pdf()), ("Rooster.xlsx", files.xlsx()))
    expect(page.locator(".chosen-files")).to_contain_text("Handleiding.pdf (1 kB)")
    page.get_by_label("Alle actieve leden").check()
    check_page()
    say_what_it_is(page)
    button(page, "Opslaan en bekijken").click()
    expect(page.get_by_role("status")).to_contain_text("2 documenten geplaatst.")
    check_page()
    button(page, "Publiceren").click()
    expect(page.get_by_role("main")).to_contain_text("2 documenten zijn gepubliceerd.")
    check_page()
    page.locator("main").get_by_role("link", name="Handleiding", exact=True).click()
    check_page()
    page.get_by_role("link", name="Wie het heeft gelezen").click()
    check_page()
    page.goto(f"/documentbeheer/nieuwe-versie/{db.session.scalars(select(Document.id)).first()}")
    choose(page, ("Nieuw.pdf", files.pdf("Nieuw")))
    button(page, "Bestand vervangen").click()
    expect(page.get_by_role("main")).to_contain_text("Leden lezen vanaf nu versie 2.")
    check_page()


def test_a_member_reads_a_new_manual(page: Page, check_page, enter_as, db, asking_now):
    now = utc_now()
    wanted = DocumentText(title="Handleiding", category="manual", group=groups.everybody())
    made = documents.add_documents(wanted, [keep(now)], actor=COMMAND, now=now)
    documents.publish_documents(made, actor=COMMAND, now=now)
    db.session.commit()
    member = make_member()
    enter_as(member)
    page.goto("/")
    expect(page.get_by_role("heading", name="Nieuw voor je")).to_be_visible()
    check_page()
    page.goto("/documenten/")
    expect(page.get_by_role("main")).to_contain_text("nieuw")
    check_page()
    reader = page.context.new_page()  # the browser shows or keeps the PDF in a page of its own, which is none of ours
    reader.goto("/documenten/")
    with reader.expect_response("**/bestanden/**") as answer:
        reader.get_by_role("main").get_by_role("link", name="Lezen").click()
    assert answer.value.ok
    reader.close()
    page.reload()
    expect(page.locator(".card .badge").first).to_have_text("gelezen")
    check_page()
    assert db.session.scalars(select(DocumentReading.member_id)).all() == [member.id]


@pytest.mark.parametrize(
    ("name", "make_content", "reason"),
    [
        ("Pagina.pdf", lambda: b"%PDF-1.4\n<html><script>alert(1)</script></html>", "geen pdf"),
        ("Bom.docx", lambda: files.bomb(300_000_000), "te groot als het wordt uitgepakt"),
        ("Tekening.png", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "HTML of SVG"),
    ],
)
def test_a_wrong_file_is_refused_in_place_with_the_choice_kept_and_the_disk_as_it_was(
    app: Flask, page: Page, check_page, enter_as, watch: PageWatch, db, name, make_content, reason
):
    before = stored(app)
    enter_as(make_staff())
    page.goto("/documentbeheer/add")
    choose(page, (name, make_content()))
    page.locator("#title").fill("Mijn titel")
    page.get_by_label("Alle actieve leden").check()
    say_what_it_is(page)
    button(page, "Opslaan en bekijken").click()
    expect(page.locator(".error-summary")).to_contain_text(reason)
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#title")).to_have_value("Mijn titel")
    expect(page.locator(".chosen-files")).to_contain_text(name)
    watch.errors.clear()  # the answer 422 to the script
    check_page()
    assert stored(app) == before
    assert db.session.query(Document).count() == 0


def test_a_file_that_is_too_large_is_told_before_it_is_sent(page: Page, check_page, enter_as, db, tmp_path):
    film = tmp_path / "Film.pdf"
    with film.open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    enter_as(make_staff())
    page.goto("/documentbeheer/add")
    page.locator("input[type=file]").set_input_files(film)
    expect(page.locator(".chosen-files")).to_contain_text("Film.pdf (21 MB) – te groot: hoogstens 20 MB")
    say_what_it_is(page)
    button(page, "Opslaan en bekijken").click()
    expect(page.locator("input[type=file]")).to_be_focused()
    check_page()


def test_files_can_be_dropped(page: Page, enter_as, db):
    enter_as(make_staff())
    page.goto("/documentbeheer/add")
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["x"], "Een.pdf"));
          data.items.add(new File(["y"], "Twee.pdf"));
          const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true });
          document.querySelector(".drop-zone").dispatchEvent(drop);
        }"""
    )
    expect(page.locator(".chosen-files li")).to_have_count(2)


def test_letters_are_matched_looked_at_and_given(page: Page, check_page: Callable[[], None], enter_as, db):
    make_member(member_number="10023")
    enter_as(make_staff())
    page.goto("/persoonlijke-documenten/")
    check_page()
    choose(page, ("brieven.zip", files.zipped({"10023_brief.pdf": files.pdf(), "99999.pdf": files.pdf()})))
    page.locator("#title").fill("Benoemingsbrief")
    say_what_it_is(page)
    button(page, "Plaatsen en controleren").click()
    expect(page.get_by_role("main")).to_contain_text("Geen lid heeft het nummer")
    check_page()
    page.get_by_role("link", name="Verder met 1 bestand").click()
    check_page()
    button(page, "Publiceren").click()
    expect(page.get_by_role("main")).to_contain_text("Het document is gepubliceerd.")
    check_page()
