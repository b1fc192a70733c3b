"""The base of every form: native HTML that is tied to its label, hint and error, and answers that are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from textwrap import shorten
from typing import Any, ClassVar

from flask import g
from flask_babel import get_translations
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field

from app.auth.visitor import current_visitor
from app.i18n import translate
from app.phrases import RuleBroken
from app.views.forms.kept_lines import known_line
from app.views.forms.widgets import Look, is_optional, kind_of, look_of, render
from app.views.typed.coming_back import ComingBack, came_back_as
from app.views.typed.tokens import SEEN, hidden_input, make_mark

LONGEST_LABEL = 90  # characters of a question in the list of faults; a declaration is a text


class PortalTranslations:
    """WTForms' own messages, from our catalogue (`form_messages`). WTForms itself fills in the values."""

    @staticmethod
    def gettext(string: str) -> str:
        """The message in the reader's language."""
        return str(get_translations().ugettext(string))

    @staticmethod
    def ngettext(singular: str, plural: str, n: int) -> str:
        """The message in the reader's language, by number."""
        return str(get_translations().ungettext(singular, plural, n))


class PortalForm(FlaskForm):
    """A form with CSRF token. Templates render it with the macros of `forms.html`.

    A form that is refused answers with status 422 (`app.views.frame`) and comes back as it was filled in; so does one
    that was sent after the session ended (`app.views.typed`). Nothing is to be done for that in a form or a view.
    """

    places: ClassVar[Mapping[str, str]] = {}  # what a rule refuses → its field here, where that has another name
    came_back: ComingBack | None = None  # what was kept of it, which this page shows
    as_opened = ""  # what it showed when it was opened, for a form that changes what is there (app.views.typed.seen)
    unseen: Mapping[str, Sequence[str]] = {}  # what is stored for a field that never shows it, such as an IBAN
    unwatched: Collection[str] = ()  # fields that show a proposal, nothing that is stored

    class Meta(FlaskForm.Meta):  # noqa: D106 (WTForms wants this name)
        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Any:
            """Every widget, FAB's Bootstrap ones too, as native HTML."""
            return render(field, render_kw)

        def kind_of(self, field: Field) -> str:
            """How a template lays the field out: hidden, box, options or line."""
            return kind_of(field)

        def is_optional(self, field: Field) -> bool:
            """Whether the label says that it may stay empty."""
            return is_optional(field)

        def look_of(self, field: Field) -> Look:
            """What a template writes around the field."""
            return look_of(field, is_optional=self.is_optional(field))

        def known_line(self, field: Field) -> Markup | None:
            """The whole field, where it was written before."""
            return known_line(field)

        def get_translations(self, form: Any) -> PortalTranslations:
            """Our catalogue: WTForms' Dutch says "u"."""
            return PortalTranslations()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent, or what was kept of this form and comes back on the page of this request."""
            if g.get("form_as_stored"):
                return None
            given = super().wrap_formdata(form, formdata)
            if given is None:
                form.came_back = came_back_as(type(form).__name__)
            return form.came_back.values if form.came_back else given

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.sends_instead: dict[str, list[str]] = {}  # when it comes back, in place of what was sent
        super().__init__(*args, **kwargs)
        if self.came_back is not None:
            self._say_again(self.came_back)

    def _say_again(self, kept: ComingBack) -> None:
        """What was not right when it was sent."""
        kept.is_shown = True
        for name, messages in kept.typed.errors:
            g.form_refused = True
            field = next((field for field in self if field.name == name), None)
            if field is None:
                self.form_errors.extend(messages)
            else:
                field.errors = list(messages)

    def beside(self, groups: Collection[tuple[Any, Mapping[str, Any]]]) -> list[Field]:
        """The fields that somebody sees and that stand in none of these groups."""
        grouped = {name for _heading, group in groups for name in group["fields"]}
        return [field for field in self if kind_of(field) != "hidden" and field.name not in grouped]

    @property
    def was_sent(self) -> bool:
        """Whether the page shows what somebody filled in: in this request, or in one before the page came back."""
        return self.is_submitted() or self.came_back is not None

    @property
    def is_marked(self) -> bool:
        """Whether what is typed can be kept: for who is signed in."""
        return current_visitor() is not None

    def hidden_tag(self, *fields: Any) -> Markup:
        """The hidden fields, and the mark by which what is typed can be kept for who typed it."""
        mark = make_mark(type(self).__name__, self, came_back=self.came_back.token if self.came_back else "")
        seen = hidden_input(SEEN, self.as_opened) if self.as_opened else ""
        return Markup(super().hidden_tag(*fields)) + mark + seen  # noqa: S704 (WTForms escapes)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all fields are right; a refusal is noted for the title and the status of the page.

        When the database refused what a form wanted, the page is made once more (`app.views.pages.errors`): then no
        form is right, and each says why nothing was saved.
        """
        g.form_checked = True
        super().validate(extra_validators)
        for field in self:
            if field.flags.required and not field.errors and _is_blank(field):
                self.add_fault(field.gettext("This field is required."), field=field.short_name)
        if "not_saved" in g:
            self.add_fault(g.not_saved)
        if self.errors:
            self._note_refusal()
        return not self.errors

    def refuse(self, error: RuleBroken) -> None:
        """Put the sentence of each rule that was broken at its field, or above the form where it has none."""
        for fault in error.together:
            self.add_fault(translate(fault.text), field=self.name_of(fault.field) if fault.field else None)

    def name_of(self, place: str) -> str:
        """The field in which the value is filled in that a rule calls `place`."""
        return self.places.get(place, place)

    def add_fault(self, message: str, *, field: str | None = None) -> None:
        """Put a message at a field, or above the form."""
        self._note_refusal()
        if field is not None and field in self._fields:
            target = self._fields[field]
            target.errors = [*target.errors, _with_limits(target, message)]
        else:
            self.form_errors.append(message)

    def _note_refusal(self) -> None:
        g.form_refused = True
        g.refused_form = self

    @property
    def faults(self) -> list[tuple[str | None, str]]:
        """Every fault as (id of the field to go to, or None; label and message), in the order of the form."""
        above = [(None, str(message)) for message in self.form_errors]
        found = [fault for field in self for fault in _faults_of(field)]
        times = Counter(message for _field, message in found)
        return [*above, *(_write_fault(field, message, is_alone=times[message] == 1) for field, message in found)]


def _with_limits(field: Field, message: str) -> str:
    """A refused file is told once which ones are taken."""
    limits = str(getattr(field, "limits", ""))
    return message if not limits or any(limits in said for said in field.errors) else f"{message} {limits}"


def _is_blank(field: Field) -> bool:
    """What is needed is more than spaces; a choice of nothing is None."""
    return field.data is None or (isinstance(field.data, str) and not field.data.strip())


def _faults_of(field: Field) -> Iterator[tuple[Field, str]]:
    if hasattr(field, "entries") or field.type == "FormField":
        for inner in field:
            yield from _faults_of(inner)
        return
    for message in field.errors:
        yield field, str(message)


def _write_fault(field: Field, message: str, *, is_alone: bool) -> tuple[str | None, str]:
    """Where it leads and what it says: a box says a whole sentence, which needs no label where it `is_alone`."""
    kind = kind_of(field)
    if kind == "hidden":
        return None, message
    label = shorten(str(field.label.text).removesuffix("."), LONGEST_LABEL, placeholder="…")
    message = message.removesuffix(str(getattr(field, "limits", ""))).rstrip()  # which stand at the field
    return f"{field.id}-0" if kind == "options" else field.id, (
        message if kind == "box" and is_alone else f"{label}: {message}"
    )
