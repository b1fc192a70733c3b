"""Thanks after an election, and a few questions on a phone: answered once, kept without a name."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, TextAreaField
from wtforms.validators import Length, Optional

from app.auth.visitor import current_actor, signed_in_member
from app.models import QuestionKind, Survey, SurveyQuestion
from app.services.evaluation.surveys import replies, surveys
from app.services.evaluation.surveys.replies import LONGEST_REMARK
from app.services.evaluation.surveys.results import FEWEST
from app.views.base import Page
from app.views.forms.fields import read_key
from app.views.forms.forms import PortalForm
from app.views.labels.evaluation import SCALE
from app.views.parts.markdown import in_language

YES_NO = (("1", _("Yes")), ("0", _("No")))
FIELD = "answer_%s"


class MySurveyView(Page):
    """Vragen na de verkiezing."""

    route_base = "/mijn-ervaring/vragen"

    @expose("/<int:survey_id>", methods=["GET", "POST"])
    @has_access
    def show(self, survey_id: int) -> ResponseReturnValue:
        """The thanks, and the questions as long as they were not answered."""
        member = signed_in_member()
        survey = replies.find_own(member.id, survey_id)
        if survey is None:
            abort(404)
        form = _make_form(survey)

        def keep() -> None:
            replies.reply(survey, member, _read(survey, form), actor=current_actor(), now=g.now)

        if form.validate_on_submit() and self._commit_or_refuse(keep, form):
            flash(gettext("Thank you! Your answers are saved, without your name."), "success")
            return redirect(url_for(".show", survey_id=survey_id))
        return self.render_template(
            "member/survey.html",
            title=gettext("Thank you: %(election)s", election=survey.election.name),
            survey=survey,
            form=form,
            is_answered=replies.has_answered(member.id, survey.id),
            is_over=surveys.is_over(survey, g.now),
            fewest=FEWEST,
            breadcrumbs=[(gettext("My experience"), url_for("MyExperienceView.list"))],
        )


def _make_form(survey: Survey) -> Any:
    """A field for each question; none has to be answered."""
    fields = {FIELD % question.id: _make_field(question) for question in survey.questions}
    places = {f"given.{question.id}": FIELD % question.id for question in survey.questions}
    return type("SurveyForm", (PortalForm,), {**fields, "places": places})()


def _make_field(question: SurveyQuestion) -> Any:
    label = in_language(question, "words")
    if question.kind == QuestionKind.REMARK:
        return TextAreaField(
            label, [Optional(), Length(max=LONGEST_REMARK)], description=_("Write no names: the team reads this.")
        )
    choices = [*SCALE.items()] if question.kind == QuestionKind.SCALE else [*YES_NO]
    return RadioField(label, [Optional()], choices=choices, validate_choice=True)


def _read(survey: Survey, form: Any) -> dict[int, Any]:
    given: dict[int, Any] = {}
    for question in survey.questions:
        typed = form[FIELD % question.id].data
        is_number = question.kind != QuestionKind.REMARK and typed not in (None, "")
        given[question.id] = read_key(typed) if is_number else typed
    return given
