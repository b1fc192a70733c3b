"""Wherever a file can be chosen: one that is refused is told at its field which kinds are taken, and how large."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from lxml import html

from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.documents import documents
from app.services.documents.documents import DocumentText
from tests.guards.input.walking import KEYS, pages_of
from tests.support.factories.documents import keep
from tests.support.factories.people import make_staff
from tests.support.files import sample_files as files
from tests.support.odd_forms import Form, read_forms

REFUSED = {
    "of another kind": (b"<html><script>alert(1)</script></html>", "gids.exe"),
    "empty": (b"", "gids.pdf"),
    "broken": (files.pdf()[:200], "gids.pdf"),
    "an archive": (files.zipped({"a.txt": "x"}), "gids.zip"),
    "damaged": (files.jpeg()[:20], "foto.jpg"),
    "another ending": (files.png(), "foto.pdf"),
}
OTHER_BUTTONS = {"do", "insert"}  # of the form, that do something else than send it
TYPED = {"title": "Een titel", "subject": "Een vraag", "body": "Een tekst", "caption": "Een foto"}
IN_A_REPORT = "/persoonlijke-documenten/"  # which says of each file of a batch what became of it
FORMS = {"member": 2, "staff": 8}  # at least so many forms take a file


def file_forms(client: Any, paths: Iterable[str]) -> Iterator[tuple[Form, str]]:
    """Each form with a field for files, and the name of that field."""
    seen = set()
    for path in paths:
        page = client.get(path)
        if page.status_code != 200 or page.mimetype != "text/html":
            continue
        for form in read_forms(page.text, path):
            name = next((field.name for field in form.fields.values() if field.is_file), None)
            shape = (form.action.rstrip("0123456789"), *form.fields)
            if name and form.method == "POST" and shape not in seen and form.action != IN_A_REPORT:
                seen.add(shape)
                yield form, name


def said_at(page: str, name: str) -> tuple[str, str]:
    """The error and the hint of the field for files."""
    tree = html.fromstring(page)
    error, hint = (tree.xpath(f"//*[@id='{name}-{part}']") for part in ("error", "hint"))
    return " ".join(part.text_content() for part in error), " ".join(part.text_content() for part in hint)


def send(client: Any, form: Form, name: str, *chosen: tuple[bytes, str]) -> tuple[str, str]:
    """What is said at the field after these files were sent."""
    texts = {field: typed for field, typed in TYPED.items() if field in form.fields}
    questions = {field.name: field.options[-1] for field in form.fields.values() if field.options}
    sent = {**form.values(**{**questions, **texts}), name: [(io.BytesIO(data), called) for data, called in chosen]}
    data = {key: value for key, value in sent.items() if value != "" and key not in OTHER_BUTTONS}
    answer = client.post(form.action, data=data)
    assert answer.status_code == 422, (form.action, chosen[0][1], answer.status_code)
    return said_at(answer.text, name)


@pytest.mark.parametrize("who", FORMS)
def test_a_refused_file_is_told_at_its_field_which_ones_are_taken(
    app: Any,
    db: Any,
    client: Any,
    sign_in_as: Any,
    now: Any,
    shown: Any,
    request: pytest.FixtureRequest,
    who: str,
) -> None:
    pages = {} if who == "member" else shown(who)  # what is shown to a new member is little
    paths = [path for path, page in pages.items() if 'type="file"' in page] or list(pages_of(app, KEYS, who))
    member = request.getfixturevalue("member")
    wanted = DocumentText(title="Gids", category="manual", group=groups.everybody())
    documents.add_documents(wanted, [keep(now)], actor=COMMAND, now=now)
    db.session.commit()
    sign_in_as(client, member if who == "member" else make_staff())
    TYPED["member_number"] = member.member_number
    found, faults = list(file_forms(client, [*paths, *pages_of(app, ["2"], who)])), []  # also of this document
    for form, name in found:
        for why, chosen in REFUSED.items():
            error, hint = send(client, form, name, chosen)
            if "MB" not in error or (hint and not error.strip().endswith(hint.strip().split(". ")[-1])):
                faults.append((form.action, why, error, hint))
    assert faults == []
    assert len(found) >= FORMS[who], [form.action for form, _name in found]
