"""Every form that changes a row refuses to be saved over what another changed; what is added later is walked too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.guards.input.test_no_crash import Browser
from tests.guards.input.walking import pages_of
from tests.support.factories.people import make_admin, make_staff
from tests.support.odd_forms import Form, filled_in, read_forms
from tests.support.undone import undoing

KEYS = ["1", "2", "3", "4", "GR2026_Voorbeeldstad"]
TRIED = {"member": 2, "staff": 14, "admin": 1}  # at least so many edit routes save what is typed here
TYPED = ("Anders gezegd", "12", "3-3-2027", "anders@post.example", "1234 AB")
PREFERENCE = re.compile(r"(function|station)_\d")
SAID = "terwijl jij het open had"
OWN_VERSION = {"PlanPlacesView.edit"}  # a place has a version, which its form sends (test_plan_board.py)
CHANGES_A_ROW = re.compile(r"\.(edit|open_period)$")


def edit_pages(app: Any, client: Any, who: str) -> Iterator[tuple[str, str, Form]]:
    """Each edit route, once: its endpoint, the address and the form."""
    seen = set()
    urls = app.url_map.bind("localhost")
    for path in pages_of(app, KEYS, who):
        endpoint = urls.match(path.partition("?")[0], method="GET")[0]
        if not CHANGES_A_ROW.search(endpoint) or endpoint in seen or endpoint in OWN_VERSION:
            continue
        page = client.get(path)
        forms = [form for form in read_forms(page.text, path) if form.method == "POST" and "form_mark" in form.fields]
        forms = [form for form in forms if any(field.is_typed for field in form.fields.values())]
        if page.status_code == 200 and forms:
            seen.add(endpoint)
            yield endpoint, path, forms[0]


def saved_with_a_change(browser: Browser, path: str, form: Form) -> dict[str, str] | None:
    """What a person could send of this form that changes something and is saved; taken back again."""
    no_doubles = {name: "" for name in form.fields if PREFERENCE.fullmatch(name)}
    full = filled_in(form, lambda asked, values: browser.send(asked, values | no_doubles))
    free = [name for name, field in full.fields.items() if field.is_typed and field.is_free and not field.is_secret]
    for name in free:
        for typed in TYPED:
            values = full.values(**{**no_doubles, name: typed})
            if typed != form.fields[name].value and browser.send(full, values).status_code == 302:
                return values
    return None


@pytest.mark.parametrize("who", ["member", "staff", "admin"])
def test_a_form_of_before_anothers_change_is_refused_on_every_edit_route(who, app, client, sign_in_as, member, db):
    make_staff()
    sign_in_as(client, {"member": lambda: member, "staff": make_staff, "admin": make_admin}[who]())
    pages = list(edit_pages(app, client, who))
    assert not [endpoint for endpoint, _path, form in pages if "form_seen" not in form.fields]
    tried, wrong = [], []
    with undoing(app, db) as undo:
        browser = Browser(client, undo)
        for endpoint, path, form in pages:
            values = saved_with_a_change(browser, path, form)
            if values is None:
                continue
            tried.append(endpoint)
            values["form_seen"] = re.sub(r"=[^ ]+", "=x", form.fields["form_seen"].value)
            answer = browser.send(form, values)
            if answer.status_code != 422 or SAID not in answer.text:
                wrong.append((endpoint, answer.status_code))
    assert not wrong
    assert len(tried) >= TRIED[who], (tried, [endpoint for endpoint, *_more in pages])
