"""On Dutch pages of the team and the console stands no English and no word of technicians."""

from __future__ import annotations

import re
from html import unescape

import pytest

from app.views.base import StaffView
from tests.support.factories.elections import make_open_election
from tests.support.factories.people import make_admin, make_member

ENGLISH = frozenset(
    word
    for line in (
        "the and of for with from this that there which who what when how your their has have been was were are is not",
        "add edit delete save search show hide back next previous name date state type value error warning failed done",
        "users member members message messages job jobs queue worker queued running retry lease token hash",
        "null none true false default undefined enabled disabled created updated row rows column columns field fields",
    )
    for word in line.split()
)
BY_DESIGN = {  # spelled the same in Dutch
    *("of", "was", "is", "are", "type", "hash", "token", "next"),
}
WORD = re.compile(r"[A-Za-z-]{2,}")
# What is no text of ours: scripts, the other language, names of files and what people typed.
LEFT_OUT = re.compile(
    r"<(script|style|code|noscript)\b.*?</\1>|<(\w+)[^>]*\blang=\"en\"[^>]*>.*?</\2>|<[^>]+>", re.DOTALL
)


def words_on(page: str) -> set[str]:
    body = page.partition("<body")[2]
    text = unescape(LEFT_OUT.sub(" ", f"<body{body}"))
    text = re.sub(r"\S*[@/]\S*|\S+\.\w{2,4}\b", " ", text)
    return {word.casefold() for word in WORD.findall(text)}


@pytest.fixture
def admin(db, client, sign_in_as):
    election = make_open_election()
    make_member()
    db.session.commit()
    return sign_in_as(client, make_admin(first_name="Bea", last_name="Beheer")), election


def addresses(app, election):
    for view in app.extensions["appbuilder"].baseviews:
        if isinstance(view, StaffView):
            base = view.route_base.replace("<code>", election.code)
            yield f"{base}/list/" if view.endpoint not in ("AnswersView", "ElectionsView") else f"{base}/"
            if f"{view.endpoint}.add" in app.view_functions:
                yield f"{base}/add"
    yield from ("/", "/leden-importeren/", "/zoeken/", "/mijn-account/", "/leden/show/1", "/leden/edit/1")
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/console") and "GET" in (rule.methods or ()) and not rule.arguments:
            yield rule.rule


def test_no_english_and_no_technical_word_on_dutch_pages(app, admin):
    client, election = admin
    found, seen = {}, 0
    for address in addresses(app, election):
        answer = client.get(address)
        if answer.status_code != 200:
            continue
        seen += 1
        strange = words_on(answer.text) & (ENGLISH - BY_DESIGN)
        if strange:
            found[address] = sorted(strange)
    assert found == {}
    assert seen > 40
