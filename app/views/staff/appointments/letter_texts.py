"""The text of the letter of appointment: written with a preview on a real member, as words or as PDF."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, g, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.auth.visitor import current_actor
from app.i18n import translate
from app.letters.markdown import LONGEST_TEXT
from app.letters.press import Press
from app.models import ElectionState, LetterText, Member
from app.phrases import RuleBroken
from app.services.appointments import setups
from app.services.appointments.letters import preview, texts
from app.services.appointments.letters.fill_ins import OF_BLOCKS, OF_WORDS
from app.services.appointments.office import Office
from app.services.members.lookup import find_member
from app.views.forms.forms import PortalForm
from app.views.forms.lookup import LONGEST, LookupField
from app.views.forms.lookup_sources import MEMBERS
from app.views.labels.appointments import LETTER_LANGUAGES
from app.views.pages.files import send_pdf
from app.views.staff.elections.parts import OfElectionView

WRITING = _(
    "A line that starts with ## is a heading, with - a point of a list. **Bold**, *italic*. What stands between {{ and "
    "}} is filled in for each member."
)


class LetterTextForm(PortalForm):
    """The text, and on whom it is shown."""

    unwatched = ("member",)
    title = StringField(_("Title"), [InputRequired(), Length(max=140)])
    body = TextAreaField(_("Text"), [InputRequired(), Length(max=LONGEST_TEXT)], description=WRITING)
    member = LookupField(
        _("Show it on this member"),
        [Optional()],
        source=MEMBERS,
        description=_("Type a name or member number. Empty: the first member with a place."),
    )


class LetterTextsView(OfElectionView):
    """Benoemingsbrief: the text per election and language."""

    datamodel = SQLAInterface(LetterText)
    route_base = "/benoemingsbrief"
    include_route_methods = {"list", "show", "edit", "preview"}
    singular, plural = _("text of the letter"), _("texts of the letter")
    base_order = ("id", "desc")
    choices = {"language": LETTER_LANGUAGES}
    label_columns = {
        "election": _("Election"),
        "language": _("Language"),
        "title": _("Title"),
        "body": _("Text"),
        "changed_at": _("Changed"),
        "changed_by": _("Changed by"),
    }
    list_columns = ["title", "language", "election", "changed_at"]
    show_columns = ["election", "language", "title", "changed_at", "changed_by"]
    edit_columns = ["title"]
    search_columns = ["language"]
    order_columns: list[str] = []
    edit_form = LetterTextForm
    edit_template = "staff/appointments/letter_text.html"
    show_template = "staff/appointments/letter_text_show.html"

    def row_name(self, item: LetterText) -> str:
        """The election and the language."""
        return f"{item.election.name}, {LETTER_LANGUAGES[item.language]}"

    def can_edit(self, item: LetterText) -> bool:
        """Not once the election is closed."""
        return super().can_edit(item) and item.election.state != ElectionState.CLOSED

    def change_row(self, item: LetterText, form: Any) -> None:
        """Fill-ins that are not known are refused with their line."""
        texts.change_text(item, form.title.data or "", form.body.data or "", actor=current_actor(), now=g.now)

    def _render(self, template: str, **values: Any) -> str:
        if template == self.edit_template:
            values = {"of_words": OF_WORDS, "of_blocks": OF_BLOCKS, **values}
        if template == self.show_template:
            values = {**_look(values["item"], values["item"].title, values["item"].body, ""), **values}
        return super()._render(template, **values)

    @expose("/voorbeeld/<pk>", methods=["POST"])
    @has_access
    def preview(self, pk: str) -> ResponseReturnValue:
        """What was typed, on a member; keeps nothing. With `part` only the letter, with `pdf` as it is printed."""
        item = self.find_row(pk)
        title = request.form.get("title", "")[:140]
        body = request.form.get("body", "")[:LONGEST_TEXT].replace("\r\n", "\n")
        looked = _look(item, title, body, request.form.get("member-key", "") or request.form.get("member", ""))
        if "pdf" in request.form and looked["shown"] is not None:
            return _as_pdf(item, looked)
        template = "staff/appointments/letter_part.html" if "part" in request.form else "staff/appointments/letter.html"
        return self._render(template, title=gettext("Preview"), item=item, **looked)


def _look(item: LetterText, title: str, body: str, typed: str) -> dict[str, Any]:
    """The letter with what was typed, on the member that was typed; or the faults."""
    setup, example = preview.find_example(item.election_id) or (None, None)
    member = _find_member(typed) or example
    try:
        texts.check(title, body)
        if setup is None or member is None:
            return {"shown": None, "faults": [gettext("There is no member yet to show it on.")]}
        wanted = LetterText(election_id=item.election_id, language=item.language, title=title, body=body)
        office = Office.read(current_app.config)
        return {"shown": preview.make_preview(setup, wanted, member, office, now=g.now), "faults": [], "setup": setup}
    except RuleBroken as error:
        return {"shown": None, "faults": [translate(fault.text) for fault in error.together]}


def _find_member(typed: str) -> Member | None:
    found = find_member(typed[:LONGEST].replace("\x00", "").strip()) if typed else None
    return found[1] if found else None


def _as_pdf(item: LetterText, looked: dict[str, Any]) -> Response:
    """As it is printed. Raises nothing: what cannot be printed is a page that says why."""
    try:
        with Press(setups.read_logo(looked["setup"])) as press:
            pdf = press.print(looked["shown"].letter)
    except RuleBroken as error:
        return make_response(translate(error.text), 422, {"Content-Type": "text/plain; charset=utf-8"})
    return send_pdf(pdf, gettext("Preview") + ".pdf")


def link_of(text: LetterText) -> str:
    """Where a text is changed, and back."""
    return url_for("LetterTextsView.edit", pk=text.id)
