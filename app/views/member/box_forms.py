"""The forms of a member in the message box; their hints tell every limit."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from app.phrases import RuleBroken
from app.services.message_box import threads
from app.services.message_box.threads import NewQuestion
from app.views.forms.asked import CHOOSE, SOMETHING_ELSE
from app.views.forms.forms import PortalForm
from app.views.forms.message_files import MessageFilesField
from app.views.parts.markdown import spoken_choice


class ReplyForm(PortalForm):
    """A message in a thread."""

    body = TextAreaField(_("Your message"), [InputRequired()])
    files = MessageFilesField(_("Files"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body.description = gettext(
            "At most %(length)s characters. You can send %(count)s messages an hour.",
            length=f"{threads.LONGEST_BODY:_}".replace("_", "." if str(get_locale()).startswith("nl") else ","),
            count=current_app.config["MESSAGES_PER_HOUR"],
        )


class AskForm(ReplyForm):
    """A new question: a subject from the list, or one's own."""

    choice_id = SelectField(_("What is your question about?"), coerce=int, default=0)
    subject = StringField(
        _("Your question in a few words"),
        [Optional()],
        description=_("For example: when is the training? If we know the answer already, you see it below."),
    )
    election_id = SelectField(_("Which election is it about?"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices, elections = threads.list_choices(), threads.list_elections()
        self.choice_id.choices = [
            (0, CHOOSE),
            *(spoken_choice(choice.id, choice, "name") for choice in choices),
            (SOMETHING_ELSE, _("Something else")),
        ]
        self.election_id.choices = [
            (0, _("None in particular")),
            *((election.id, election.name) for election in elections),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Also asks at once for a subject, of the list or one's own."""
        is_valid = super().validate(extra_validators)
        try:
            threads.clean_subject(self.subject.data or str(self.about or ""))
        except RuleBroken as fault:
            self.refuse(fault)
            return False
        return is_valid

    @property
    def about(self) -> int | None:
        """The key of the subject that was chosen; None where it is not one of the list."""
        return None if self.choice_id.data in (None, 0, SOMETHING_ELSE) else self.choice_id.data

    def wanted(self) -> NewQuestion:
        """What was filled in."""
        return NewQuestion(
            subject=self.subject.data or "",
            body=self.body.data or "",
            choice_id=self.about,
            election_id=self.election_id.data or None,
        )
