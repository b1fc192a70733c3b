"""No form answers a question for the person: a list or a row of buttons has nothing chosen until somebody chose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html

from tests.support.factories.people import make_member, make_staff

ELECTION = "GR2026_Voorbeeldstad"
NOTHING = {"", "0", "__None"}
STORED = (
    "/edit/",
    "/verplaatsen",
    "/wijzigen",
    "/leden/tags/",
    "/mijn-keuzes/",
)  # pages that show what somebody chose before
LISTS = "/list/"  # the columns that are shown, and how many rows
# What is filled in although nobody chose it, and why that answers no question.
SETTINGS = {
    "audience_match": "counts only when more than one thing is asked, and the preview says how many that are",
    "scope": "a step with rows does nothing until a row is ticked, or the other choice is made",
    "column": "the columns that the list shows now",
    "size": "the rows that the list shows now",
    "is_active": "what is new is in use",
    "needs_training": "the safe side: nobody is sent without a training",
    "is_required": "the safe side: a declaration that nobody reads is none",
    "is_mailed": "who is told hears of it; the preview says how many e-mails go",
    "is_announced": "a personal document is told to whom it is for",
}
PROPOSED = {
    "/indeling/1/stembureau/1/vullen": "the best for each open place, one list to look through; warnings are asked",
    "/indeling/1/lid/1": "the best place that is open, as at an open place the best member",
    "/leden-importeren/1/kolommen": "the columns as their headings say, to be looked at",
    "/verkiezingen/GR2026_Voorbeeldstad/indeling/bestanden": "the most complete file; a download changes nothing",
    "/verkiezingen/GR2026_Voorbeeldstad/voorstellen/": "all stations, and what is published stays; nothing changes yet",
}


def answers_given(page: str) -> Iterator[tuple[str, str]]:
    """(field, value) of everything that is chosen in the forms of the page."""
    for form in html.fromstring(page).xpath("//main//form"):
        for choice in form.xpath(".//input[@type='radio' or @type='checkbox'][@checked]"):
            yield choice.get("name"), choice.get("value", "y")
        for question in form.xpath(".//select"):
            options = question.xpath(".//option")
            chosen = question.xpath(".//option[@selected]") or options[:1]
            yield from ((question.get("name"), option.get("value")) for option in chosen)


def _is_fresh(path: str) -> bool:
    return path not in PROPOSED and not any(part in path for part in STORED)


@pytest.mark.parametrize("who", ["nobody", "member", "staff", "admin"])
def test_nothing_is_chosen_before_somebody_chooses(shown: Any, who: str) -> None:
    walked, faults = 0, []
    pages = shown(who)
    for path in filter(_is_fresh, pages):
        for name, value in answers_given(pages[path]):
            walked += 1
            if value not in NOTHING and name not in SETTINGS:
                faults.append((path, name, value))
    assert faults == []
    assert walked > {"nobody": -1, "member": 3, "staff": 100, "admin": 10}[who]


def test_the_questions_of_an_election_are_met_unanswered(app: Any, db: Any, client: Any, sign_in_as: Any, member: Any):
    """By the member, and by the colleague who fills it in for somebody who phones."""
    fresh = make_member()
    db.session.commit()
    for person, path in (
        (fresh, f"/beschikbaarheid/{ELECTION}/invullen"),
        (make_staff(), f"/verkiezingen/{ELECTION}/antwoorden/{fresh.id}/invullen"),
    ):
        sign_in_as(client, person)
        page = client.get(path)
        assert page.status_code == 200, path
        assert "shift_" in page.text
        assert [(name, value) for name, value in answers_given(page.text) if value not in NOTHING] == []
