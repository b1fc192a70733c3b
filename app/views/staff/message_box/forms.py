"""The team's forms of the message box."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from app.models import Thread
from app.services.message_box import threads
from app.services.message_box.offered import Offered, list_offered
from app.views.forms.asked import AskedField
from app.views.forms.fields import read_key
from app.views.forms.forms import PortalForm
from app.views.forms.lookup import LookupField
from app.views.forms.lookup_sources import MEMBERS
from app.views.forms.message_files import MessageFilesField


class SeenForm(PortalForm):
    """What acts on a thread says which version was on screen."""

    seen = HiddenField(render_kw={"id": False})  # several forms of a page have one

    @property
    def version(self) -> int:
        """The version that was on screen; 0, which is none, for what is no number."""
        try:
            return read_key(self.seen.data or "0")
        except ValueError:
            return 0

    def look_again(self, item: Thread) -> None:
        """The page that comes back shows the thread as it is now."""
        self.seen.data = item.version


def _offered(item: Thread) -> Offered:
    """What the forms of this page offer, read once for all of them."""
    if g.get("offered_at") != item.id:
        g.offered_at, g.offered = item.id, list_offered(item, g.now)
    offered: Offered = g.offered
    return offered


class AnswerForm(SeenForm):
    """The answer to a member."""

    canned = SelectField(_("Standard answer"), coerce=read_key, validate_choice=False, default=0)
    body = TextAreaField(_("Answer to the member"), [InputRequired()])
    files = MessageFilesField(_("Files"), [Optional()])
    document_id = SelectField(_("Document from the library"), coerce=read_key, validate_choice=False, default=0)

    def __init__(self, item: Thread, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document_id.choices = [(0, _("(none)")), *_offered(item).documents]
        self.canned.choices = [(0, _("Choose…")), *_offered(item).answers]


class NoteForm(PortalForm):
    """A note for colleagues."""

    places = {"body": "note"}
    note = TextAreaField(_("Note for colleagues"), [InputRequired()], description=_("The member never sees this."))


class AssignForm(SeenForm):
    """Who has it from now on."""

    colleague = AskedField(_("Give to"), coerce=read_key)

    def __init__(self, item: Thread, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleague.choices = _offered(item).colleagues


class MergeForm(PortalForm):
    """Which question is the same."""

    duplicate = RadioField(_("Which question is the same?"), coerce=read_key)

    def __init__(self, item: Thread, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.duplicate.choices = _offered(item).duplicates


class StartForm(PortalForm):
    """A message of the team that starts a thread with one member."""

    member_number = LookupField(
        _("Member"),
        [InputRequired()],
        source=MEMBERS,
        description=_("Type a name, member number, user name or telephone number."),
    )
    subject = StringField(_("Subject"), [InputRequired()])
    election_id = SelectField(_("About the election"), coerce=read_key)
    body = TextAreaField(_("Message to the member"), [InputRequired()])
    files = MessageFilesField(_("Files"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.election_id.choices = [
            (0, _("No choice")),
            *((election.id, election.name) for election in threads.list_elections()),
        ]
