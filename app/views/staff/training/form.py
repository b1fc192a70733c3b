"""The form of a session."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.extensions import db
from app.models import Election, ElectionState, Function, TrainingSession
from app.services.training.sessions import FURTHEST_REMINDER, MOST_PLACES, USUAL_REMINDER, USUAL_TERM, SessionText
from app.views.forms.fields import MomentField, WholeNumberField, read_key
from app.views.forms.forms import PortalForm
from app.views.labels.training import SESSION_KINDS
from app.views.staff.news.form import WRITING
from app.views.tables.converter import MOMENT_HINT

LONGEST_TEXT = 20_000
TYPED = (
    *("title", "title_en", "kind", "place", "link", "explanation", "explanation_en", "capacity"),
    *("starts_at", "ends_at", "sign_up_until", "valid_months", "remind_days"),
)


class SessionForm(PortalForm):
    """What, when, where, for whom, and how many."""

    title = StringField(
        _("Title"),
        [InputRequired(), Length(max=160)],
        description=_("Sessions with the same title are the same training: members choose one of them."),
    )
    starts_at = MomentField(_("Begins"), [InputRequired()], description=MOMENT_HINT)
    ends_at = MomentField(_("Ends"), [InputRequired()], description=MOMENT_HINT)
    kind = RadioField(_("Where"), [InputRequired()], choices=[*SESSION_KINDS.items()])
    place = StringField(
        _("Building and address"),
        [Optional(), Length(max=300)],
        description=_("Of a session at a place. For example: Stadhuis, kamer 2, Dorpsstraat 1, Voorbeeldstad"),
    )
    link = StringField(
        _("Address of the online meeting"),
        [Optional(), Length(max=500)],
        description=_("Of a session online. Only who has a place sees it."),
    )
    capacity = WholeNumberField(
        _("Number of places"), [InputRequired()], description=_("At most %(most)s.", most=MOST_PLACES)
    )
    sign_up_until = MomentField(
        _("Members choose until"),
        [Optional()],
        description=_("Empty: until it begins. The team can add somebody until it ends."),
    )
    election_id = SelectField(
        _("Election"),
        [Optional()],
        coerce=read_key,
        description=_("Then it is for who takes part in it. None: for everybody."),
    )
    function_ids = SelectMultipleField(
        _("For which functions"),
        [Optional()],
        coerce=read_key,
        description=_("None: for all. Who has no function yet and named no preference sees every session."),
    )
    valid_months = WholeNumberField(
        _("The certificate counts for so many months"),
        [Optional()],
        description=_("Empty: without an end. Who is not trained on voting day any more is told."),
    )
    remind_days = WholeNumberField(
        _("Remind so many days before"),
        [Optional()],
        description=_("At most %(most)s. Empty: nobody is reminded.", most=FURTHEST_REMINDER),
    )
    explanation = TextAreaField(_("Explanation"), [Optional(), Length(max=LONGEST_TEXT)], description=WRITING)
    title_en = StringField(_("Title in English"), [Optional(), Length(max=160)])
    explanation_en = TextAreaField(_("Explanation in English"), [Optional(), Length(max=LONGEST_TEXT)])

    def __init__(self, *args: Any, obj: TrainingSession | None = None, **kwargs: Any) -> None:
        if obj is not None:
            known = {name: getattr(obj, name) for name in TYPED}
            functions = [function.id for function in obj.functions]
            kwargs["data"] = {**known, "election_id": obj.election_id or 0, "function_ids": functions}
        else:
            kwargs.setdefault("data", {"valid_months": USUAL_TERM, "remind_days": USUAL_REMINDER})
        super().__init__(*args, **kwargs)
        self._offer(obj)

    def _offer(self, obj: TrainingSession | None) -> None:
        """Elections that go on, and functions in use; with what the session has."""
        has = obj.election_id if obj is not None else None
        going_on = Election.state.not_in((ElectionState.SETTLING, ElectionState.CLOSED)) | (Election.id == has)
        elections = db.session.execute(
            select(Election.id, Election.name).where(going_on).order_by(Election.voting_on.desc())
        )
        self.election_id.choices = [(0, _("(none)")), *map(tuple, elections)]
        known = [function.id for function in obj.functions] if obj is not None else []
        in_use = Function.is_active.is_(True) | Function.id.in_(known)
        functions = select(Function.id, Function.name).where(in_use).order_by(Function.position, Function.id)
        self.function_ids.choices = [*map(tuple, db.session.execute(functions))]

    def wanted(self) -> SessionText:
        """What was filled in."""
        texts: dict[str, Any] = {
            name: (self[name].data or "").replace("\r\n", "\n").strip()
            for name in ("title", "title_en", "kind", "place", "link", "explanation", "explanation_en")
        }
        others: dict[str, Any] = {
            name: self[name].data
            for name in ("starts_at", "ends_at", "capacity", "sign_up_until", "valid_months", "remind_days")
        }
        return SessionText(
            **texts,
            **others,
            election_id=self.election_id.data or None,
            function_ids=tuple(self.function_ids.data or ()),
        )
