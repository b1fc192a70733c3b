"""Nothing that is typed in any form is lost or carried out twice; what is added later is walked too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select, update

from app.clock import utc_now
from app.models import KeptForm, User, UserSession
from app.models.base import Model
from tests.guards.input.walking import KEYS, pages_of
from tests.support.factories.people import make_admin, make_staff
from tests.support.odd_forms import Form, body_of, filled_in, read_forms
from tests.support.undone import undoing

FORMS = {"member": 8, "staff": 35, "admin": 1}  # at least so many are walked
TYPED = "Dit typte ik zelf"
# A choice of rows, and no more: pressed again in the list, which is where the person comes back to.
ONLY_TICKS = {"rowid", "scope"}
# A choice among rows that stand there again, and nothing typed.
CHOSEN_AGAIN = {"/indeling/1/stembureau/1/vullen", "/indeling/1/plek/1/ruilen", "/indeling/1/lid/1"}
NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}
# Rows that say that somebody came by, or that something was sent, and are no second thing.
TRACES = {"kept_form", "sent_form", "user_session", "attempt_counter"}


@dataclass(frozen=True, slots=True)
class Found:
    """A form, and what of it is never kept."""

    form: Form

    @property
    def secret(self) -> set[str]:
        """Its fields with a password, a code or a BSN, as a browser knows them."""
        return {name for name, field in self.form.fields.items() if field.is_secret}


def typed_forms(client: Any, paths: Iterable[str]) -> Iterator[Found]:
    """Each form by POST in which this person types or chooses something, once."""
    seen = set()
    for path in paths:
        page = client.get(path)
        if page.status_code != 200 or page.mimetype != "text/html":
            continue
        for form in read_forms(page.text, path):
            typed = {name for name, field in form.fields.items() if field.is_typed} - ONLY_TICKS
            shape = (form.action.rstrip("0123456789"), *form.fields)
            if form.method == "POST" and typed and shape not in seen:
                seen.add(shape)
                yield Found(form)


@pytest.fixture(params=["member", "staff", "admin"])
def person(request, app, client, sign_in_as, shown):
    """Somebody who is signed in, what is walked as this person, and where forms may be."""
    who = request.param
    pages = {} if who == "member" else shown(who)  # what is shown to a new member is little
    paths = [path for path, page in pages.items() if ' method="post"' in page] or list(pages_of(app, KEYS, who))
    member = request.getfixturevalue("member")
    found = {"member": lambda: member, "staff": make_staff, "admin": make_admin}[who]()
    sign_in_as(client, found)
    return who, found, paths


def fill(form: Form) -> dict[str, str]:
    """Something of one's own in each text field."""
    texts = {name: TYPED for name, field in form.fields.items() if field.is_typed and field.is_free}
    return form.values(**texts)


def shown_again(page: str, form: Form, address: str) -> Form | None:
    """The form on the page that comes back."""
    typed = {name for name, field in form.fields.items() if field.is_typed}
    found = [f for f in read_forms(page, address) if urlsplit(f.action).path == urlsplit(form.action).path]
    return next((f for f in found if typed & f.fields.keys()), None)


class Walker:
    """Tries one form after another as one person; what each try changed is taken back."""

    def __init__(self, db: Any, client: Any, enter: Any, undo: Any) -> None:
        self.db, self.client, self.enter, self._undo = db, client, enter, undo
        self.cookies = dict(client._cookies)
        self.faults: list[tuple[str, str, Any]] = []
        self.walked = {"ended": 0, "refused": 0, "twice": 0}

    def undo(self) -> None:
        """As it was before."""
        self._undo()
        self.client._cookies = dict(self.cookies)

    def send(self, form: Form, values: dict[str, Any], **headers: str) -> Any:
        """As a browser does."""
        return self.client.post(form.action, **body_of(values, form), headers=headers)

    def note(self, what: str, found: Found, fault: Any) -> None:
        """Count it, and what is wrong."""
        self.walked[what] += 1
        if fault:
            self.faults.append((what, found.form.action, fault))
        self.undo()

    def end(self, found: Found) -> None:
        """The session ended on the server: after signing in the form is there, filled in, and nothing was done."""
        values = fill(found.form)
        self.db.session.execute(update(UserSession).values(last_seen_at=utc_now().replace(year=2001)))
        self.db.session.commit()
        before = count_rows(self.db)
        answer = self.send(found.form, values)
        is_undone = before == count_rows(self.db)
        if found.form.action in CHOSEN_AGAIN:
            self.note("ended", found, not is_undone and "it was done")
            return
        sealed = "".join(self.db.session.scalars(select(KeptForm.sealed_typed)))
        target = parse_qs(urlsplit(answer.location or "").query).get("next", [""])[0]
        if answer.status_code != 302 or "getypt=" not in target or not is_undone or not sealed or TYPED in sealed:
            self.note("ended", found, (answer.status_code, answer.location, is_undone))
            return
        self.enter()
        page = self.client.get(target)
        lost = self.lost(found, values, page, target)
        self.note("ended", found, lost or ("niet verstuurd" not in page.text and "nothing is said"))

    def refuse(self, found: Found) -> None:
        """Where a browser shows the answer, it is the page of the form: Back asks nothing and shows no old fault."""
        values = fill(found.form)
        refused = self.send(found.form, values)
        self.undo()
        if refused.status_code != 422 or 'autocomplete="one-time-code"' in refused.text:
            return
        answer = self.send(found.form, values, **NAVIGATION)
        if answer.status_code != 302:
            self.note("refused", found, answer.status_code)
            return
        page = self.client.get(answer.location)
        lost = self.lost(found, values, page, answer.location)
        self.note("refused", found, lost or ("error-summary" not in page.text and "nothing is said"))

    def twice(self, found: Found) -> None:
        """Sent twice, carried out once."""

        def guess(form: Form, values: dict[str, Any]) -> Any:
            answer = self.send(form, values)
            self.undo()
            return answer

        right = filled_in(found.form, guess)
        first = self.send(right, right.values())
        once = count_rows(self.db)
        second = self.send(right, right.values())
        if first.status_code == 302:
            is_once = count_rows(self.db) == once and second.status_code == 302
            self.note("twice", found, not is_once and second.status_code)
        self.undo()

    def lost(self, found: Found, values: dict[str, str], page: Any, address: str) -> Any:
        """What was typed and is not on the page; nothing, if all is there."""
        again = shown_again(page.text, found.form, address)
        typed = [name for name, value in values.items() if value == TYPED and name not in found.secret]
        if page.status_code not in (200, 403) or again is None:
            return page.status_code
        return [name for name in typed if again.fields[name].value != TYPED]


def test_no_form_loses_what_is_typed_or_is_carried_out_twice(app, db, client, sign_in_as, person):
    who, somebody, paths = person
    user_id = getattr(somebody, "user_id", None) or somebody.id
    forms = list(typed_forms(client, paths))
    with undoing(app, db) as undo:
        walker = Walker(db, client, lambda: sign_in_as(client, db.session.get(User, user_id)), undo)
        for found in forms:
            walker.end(found)
            walker.refuse(found)
            walker.twice(found)
    assert walker.faults == []
    assert walker.walked["ended"] == len(forms) >= FORMS[who]
    assert min(walker.walked["refused"], walker.walked["twice"]) >= FORMS[who] // 3, walker.walked


def count_rows(db: Any) -> dict[str, int]:
    """How many rows each table has."""
    names = sorted(set(Model.metadata.tables) - TRACES)
    counts = select(*(select(func.count()).select_from(Model.metadata.tables[n]).scalar_subquery() for n in names))
    return dict(zip(names, db.session.execute(counts).one(), strict=True))
