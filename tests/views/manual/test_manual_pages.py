"""The manual: a page for each task in two languages, found by the search, and true to the words of the screens."""

from __future__ import annotations

import re

import pytest

from app.views.staff.manual.chapters import LANGUAGES, list_chapters
from tests.support.factories.people import make_admin, make_member, make_staff

BOLD = re.compile(r"\*\*(.+?)\*\*")
LINK = re.compile(r"\]\((/[^)]*)\)")
EXPLAINED = {  # words that the manual explains, and no button has
    *("algemeen bericht", "verzending", "doelgroep", "Persoonlijke documenten", "Beschikbaarheid"),
    *("general message", "mailing", "audience", "Personal documents"),
}


@pytest.fixture
def team(db, client, sign_in_as):
    return sign_in_as(client, make_staff())


def test_both_languages_have_the_same_chapters():
    numbers = [[chapter.number for chapter in list_chapters(language)] for language in LANGUAGES]
    assert numbers[0] == numbers[1]
    assert len(numbers[0]) >= 9
    assert all(len(chapter.body) > 200 for language in LANGUAGES for chapter in list_chapters(language))


def test_every_chapter_is_a_page_in_the_language_of_the_reader(team):
    for chapter in list_chapters("nl"):
        page = team.get(f"/handleiding/{chapter.number}").text
        assert f"<h1>{chapter.title}</h1>" in page
        assert "**" not in page
    assert list_chapters("nl")[0].title in team.get("/handleiding/").text
    assert team.get("/handleiding/99").status_code == 404


def test_every_link_of_the_manual_leads_somewhere(app, db, client, sign_in_as):
    admin = sign_in_as(client, make_admin())
    for language in LANGUAGES:
        for chapter in list_chapters(language):
            for address in LINK.findall(chapter.body):
                assert admin.get(address).status_code == 200, (chapter.title, address)


def test_the_manual_calls_things_as_the_screens_do(app):
    from babel.messages.pofile import read_po

    with open("app/translations/nl/LC_MESSAGES/messages.po", "rb") as file:
        catalog = read_po(file, locale="nl")
    said = {"nl": set[str](), "en": set[str]()}
    for message in catalog:
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        said["nl"].update(str(string).casefold() for string in strings)
        said["en"].update(str(string).casefold() for string in ids)
    for language in LANGUAGES:
        everything = "\n".join(said[language])
        for chapter in list_chapters(language):
            for words in BOLD.findall(chapter.body):
                parts = [part.strip().casefold() for part in re.split(r"…|:", words) if part.strip()]
                assert words in EXPLAINED or all(part in everything for part in parts), (chapter.title, words)


def test_the_search_finds_chapters(team):
    page = team.get("/zoeken/?q=import+terugdraaien").text
    assert "Handleiding" in page
    assert "/handleiding/3" in page
    found = team.get("/handleiding/?q=brief").text
    assert "Uitnodigen en brieven" in found
    assert "Als er iets misgaat" not in found
    assert "Er is niets gevonden" in team.get("/handleiding/?q=xyzzy").text


def test_the_team_finds_the_manual_at_the_foot_and_members_do_not(team, app, db, sign_in_as):
    assert 'href="/handleiding/"' in team.get("/").text
    member = sign_in_as(app.test_client(), make_member())
    assert 'href="/handleiding/"' not in member.get("/").text
    assert member.get("/handleiding/").status_code == 403
