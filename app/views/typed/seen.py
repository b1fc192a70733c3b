"""What a form to change something showed when it was opened, so that who saves second sees what another changed.

A hidden field holds a keyed digest of each value, as a browser would send it untouched. On saving, inside the
transaction and with the row locked, the same form is made from the database once more and compared, field by field.
Where a form shows nothing but its row, a digest of the row comes first: as long as that is the same, so is the form.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import current_app, g, request
from flask_babel import gettext
from sqlalchemy import inspect
from wtforms import BooleanField, Field, FileField, MultipleFileField, SubmitField

from app.views.forms.widgets import kind_of
from app.views.typed.tokens import SEEN, is_secret

DIGEST_BYTES = 9  # a value that is guessed at cannot be tried without the key
ROW = ""  # no field has this name
LONGEST_SHOWN = 500  # characters of another's text in a message


class ChangedByAnother(Exception):
    """Somebody else changed what this form shows; nothing was saved."""

    def __init__(self, fields: list[Field], fresh: Any, authors: Mapping[str, str]) -> None:
        super().__init__("changed by another")
        self.fields, self.fresh, self.authors = fields, fresh, authors
        self.values = {field.name: _in_words(field) for field in fields}
        self.seen = write_seen(fresh)


@dataclass(frozen=True, slots=True)
class Shown:
    """When the form was opened, and the digest of each field."""

    at: datetime
    digests: Mapping[str, str]


def start_watching(form: Any, row: Any = None) -> None:
    """Let a form that was just made carry what it shows; one that was sent keeps what it carried. `row` is given where
    it shows nothing else.
    """
    if form.is_submitted():
        form.as_opened = request.form.get(SEEN, "")
    elif form.came_back is not None:
        form.as_opened = form.came_back.values.get(SEEN, "")
    else:
        form.as_opened = write_seen(form) if row is None else f"{write_seen(form)} {ROW}={_digest_of(row)}"


def as_stored(make: Callable[[], Any]) -> Any:
    """The form as it would be shown now to who opens it, whatever this request sends."""
    g.form_as_stored = True
    try:
        return make()
    finally:
        g.form_as_stored = False


def is_as_shown(row: Any, shown: Shown) -> bool:
    """Whether a form that shows nothing but its row would show the same now: none of its columns has changed."""
    return ROW in shown.digests and hmac.compare_digest(shown.digests[ROW], _digest_of(row))


def read_seen(form: Any) -> Shown | None:
    """What the sent form showed; None for one that does not say, such as a page of an earlier release."""
    at, *pairs = str(form.as_opened).split(" ")
    if not at.isdecimal() or len(at) > 11:
        return None
    return Shown(datetime.fromtimestamp(int(at), UTC), dict(pair.split("=", 1) for pair in pairs if "=" in pair))


def write_seen(form: Any) -> str:
    """The moment (seconds) and `name=digest` for each field."""
    digest = _digest_here()
    digests = (f"{field.name}={digest(field.name, _stored(form, field))}" for field in _watched(form))
    return " ".join([str(int(g.now.timestamp())), *digests])


def find_changed(form: Any, fresh: Any, shown: Shown) -> list[Field]:
    """The fields, as they are now, that another changed since into something else than was typed."""
    digest = _digest_here()
    known = (field for field in _watched(fresh) if field.name in shown.digests)
    changed = (field for field in known if shown.digests[field.name] != digest(field.name, _stored(fresh, field)))
    return [field for field in changed if field.name in fresh.unseen or _typed(field) != _tidy(as_sent(field))]


def tell_changed(form: Any, found: ChangedByAnother) -> None:
    """Say at each field what another did; what the person did not touch takes the other's value."""
    shown = read_seen(form)
    digests, digest = shown.digests if shown else {}, _digest_here()
    form.as_opened = found.seen
    form.sends_instead[SEEN] = [found.seen]
    form.add_fault(
        gettext("This was changed while you had it open, so nothing has been saved yet. Look below, and save again.")
    )
    for field in found.fields:
        name, author = field.name, found.authors.get(field.name, "")
        if name in found.fresh.unseen:
            message = _say_unseen(author)
        elif digest(name, _typed(field)) == digests[name]:
            _take_over(form, field)
            message = _say_taken(author)
        else:
            message = _say_both(author, found.values[name])
        form.add_fault(message, field=name)


def as_sent(field: Field) -> list[str]:
    """The values that a browser sends of this field when nobody touches it."""
    if getattr(field, "is_lookup", False):
        return [str(field.typed)]
    if isinstance(field, BooleanField):
        return ["y"] if field.data else []
    if hasattr(field, "iter_choices"):
        choices = list(field.iter_choices())
        chosen = [str(choice[0]) for choice in choices if choice[2]]
        is_list = kind_of(field) == "line"  # a browser sends the first of a list of which none is chosen
        return chosen or ([str(choices[0][0])] if is_list and choices else [])
    return [str(field._value())]


def _watched(form: Any) -> Iterator[Field]:
    for field in form:
        is_value = not isinstance(field, (FileField, MultipleFileField, SubmitField)) and kind_of(field) != "hidden"
        is_told = field.name in form.unseen or not is_secret(field)
        if is_value and is_told and field.name not in form.unwatched:
            yield field


def _typed(field: Field) -> list[str]:
    sent = request.form.getlist(field.name)
    return (["y"] if sent else []) if isinstance(field, BooleanField) else _tidy(sent)


def _tidy(values: Sequence[str]) -> list[str]:
    return [value.replace("\r\n", "\n").strip() for value in values]


def _stored(form: Any, field: Field) -> list[str]:
    return [*_tidy(as_sent(field)), *form.unseen.get(field.name, ())]


def _digest_here() -> Callable[[str, list[str]], str]:
    """What makes the digest of a field of this page, by its name and values."""
    key, path = str(current_app.config["SECRET_KEY"]).encode(), request.path

    def digest(name: str, values: list[str]) -> str:
        made = hmac.digest(key, repr(("form seen", path, name, values)).encode(), "sha256")
        return base64.urlsafe_b64encode(made[:DIGEST_BYTES]).decode()

    return digest


def _digest_of(row: Any) -> str:
    state = inspect(row)
    read = state.dict  # a column that was not read is not shown either
    columns = state.mapper.columns.keys()
    return _digest_here()(ROW, [repr({key: read[key] for key in columns if key in read})])


def _take_over(form: Any, field: Field) -> None:
    form._fields[field.name] = field
    setattr(form, field.name, field)
    form.sends_instead[field.name] = as_sent(field)
    if getattr(field, "is_lookup", False):
        form.sends_instead[f"{field.name}-key"] = [str(field.chosen_key)]


def _in_words(field: Field) -> str:
    if isinstance(field, BooleanField):
        return str(gettext("yes") if field.data else gettext("no"))
    if hasattr(field, "iter_choices"):
        written = ", ".join(str(choice[1]) for choice in field.iter_choices() if choice[2])
    else:
        written = as_sent(field)[0].strip()
    if len(written) > LONGEST_SHOWN:
        written = f"{written[:LONGEST_SHOWN]}…"
    return f"“{written}”" if written else str(gettext("(nothing)"))


def _say_unseen(author: str) -> str:
    if author:
        return str(
            gettext("%(name)s changed this in the meantime. Leave it empty to keep it as it is now.", name=author)
        )
    return str(gettext("This was changed in the meantime. Leave it empty to keep it as it is now."))


def _say_taken(author: str) -> str:
    if author:
        return str(gettext("%(name)s changed this in the meantime. The new value is filled in here.", name=author))
    return str(gettext("This was changed in the meantime. The new value is filled in here."))


def _say_both(author: str, value: str) -> str:
    if author:
        return str(
            gettext(
                "%(name)s changed this in the meantime into %(value)s. What you filled in is still here.",
                name=author,
                value=value,
            )
        )
    return str(
        gettext("This was changed in the meantime into %(value)s. What you filled in is still here.", value=value)
    )
