"""A browser is told what each personal field is (WCAG 1.3.5), and fills in nothing where it is about somebody else."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html
from wtforms import PasswordField, StringField
from wtforms.fields.core import UnboundField

from app.views.forms.forms import PortalForm
from app.views.forms.members import BsnForm, OwnDataForm

# What is asked of the person who fills it in → the words of HTML's "autofill".
WORDS = {
    "user_name": "username",
    "password": None,  # current or new, see below
    "current": "current-password",
    "code": "one-time-code",
    "initials": "additional-name",
    "first_name": "given-name",
    "surname": "family-name",
    "birth_date": "bday",
    "email": "email",
    "mobile": "mobile tel",
    "phone": "home tel",
    "street": "address-line1",
    "house_number": "address-line2",
    "house_number_suffix": "address-line3",
    "postcode": "postal-code",
    "city": "address-level2",
    "iban": "off",
    "bsn": "off",
}
# Asked of the person, and HTML has no word for it; or nothing about the person.
NO_WORD = {
    "infix",
    "languages",
    "body",
    "subject",
    "remark",
    "reason",
}
OTHERWISE = {("LetterForm", "code"): "off", ("NewPasswordForm", "password"): "new-password"}
OTHERWISE |= {("ChangePasswordForm", "password"): "new-password", ("SignInForm", "password"): "current-password"}
OF_THE_PERSON = ("app.views.account", "app.views.member")
ADDRESS = ("street", "house_number", "postcode", "city")  # of a polling station as well
# Fields about another person in forms of the team, where the browser knows only the colleague.
OF_ANOTHER = {name for name in WORDS if name not in ("password", "current", "code", *ADDRESS)}
OF_ANOTHER |= {"last_name", "infix", "house_number_suffix"}


def own_forms() -> Iterator[type[PortalForm]]:
    """The forms in which somebody fills in something of the own."""
    for name in OF_THE_PERSON:
        for module in pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."):
            importlib.import_module(module.name)
    waiting, seen = [PortalForm], set()
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        is_own = form.__module__.startswith(OF_THE_PERSON) or form in (OwnDataForm, BsnForm)
        if is_own and form not in seen:
            seen.add(form)
            yield form


def typed_fields(form: type[PortalForm]) -> Iterator[tuple[str, str | None]]:
    """Name and autocomplete of each field in which one types."""
    for name in dir(form):
        field = getattr(form, name)
        if isinstance(field, UnboundField) and issubclass(field.field_class, (StringField, PasswordField)):
            yield name, (field.kwargs.get("render_kw") or {}).get("autocomplete")


def test_each_field_about_oneself_says_what_it_is() -> None:
    found = {(form.__name__, name): word for form in own_forms() for name, word in typed_fields(form)}
    assert {name for _form, name in found} <= WORDS.keys() | NO_WORD, "a new field: which word has HTML for it?"
    wrong = {
        place: word
        for place, word in found.items()
        if word != (OTHERWISE.get(place) or (None if place[1] in NO_WORD else WORDS[place[1]]))
    }
    assert wrong == {}
    assert {name for _form, name in found} >= WORDS.keys()


@pytest.mark.parametrize("who", ["staff", "admin"])
def test_a_browser_does_not_fill_in_the_colleagues_own_in_a_form_about_somebody_else(shown: Any, who: str) -> None:
    wrong, seen = set(), set()
    for path, page in shown(who).items():
        if path.startswith("/account"):
            continue
        for field in html.fromstring(page).xpath("//main//form[@method='post']//input[@name]"):
            if field.get("name") in OF_ANOTHER and field.get("type") in ("text", "email"):
                seen.add(field.get("name"))
                wrong |= {(path, field.get("name"))} if field.get("autocomplete") != "off" else set()
    assert wrong == set()
    assert seen
