"""Vragen na de verkiezing: thanks and questions per election, asked of who worked, and what was answered."""

from __future__ import annotations

from typing import Any, Final

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Query, joinedload
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app import jobs
from app.auth.visitor import current_actor
from app.extensions import db
from app.models import Election, Survey, SurveyState
from app.services.audit import record_event
from app.services.evaluation.surveys import results, surveys
from app.services.evaluation.surveys.surveys import (
    LONGEST_QUESTION,
    LONGEST_THANKS,
    MOST_QUESTIONS,
    QuestionText,
    SurveyText,
)
from app.views.forms.fields import MomentField
from app.views.forms.forms import PortalForm
from app.views.labels.evaluation import QUESTION_KINDS, SCALE, SURVEY_STATES, write_mean, write_share
from app.views.labels.planning.places import write_station
from app.views.parts.spreadsheets import download, wanted_kind
from app.views.staff.elections.parts import OfElectionView
from app.views.tables.converter import MOMENT_HINT
from app.views.tables.filters.by_election import elections_now

FIELDS: Final = ("kind", "words", "words_en")


class SurveyForm(PortalForm):
    """What is said, and until when members answer."""

    thanks = TextAreaField(
        _("Thanks, in Dutch (Markdown)"),
        [InputRequired(), Length(max=LONGEST_THANKS)],
        description=_("Above the questions."),
    )
    thanks_en = TextAreaField(_("Thanks, in English (Markdown)"), [Optional(), Length(max=LONGEST_THANKS)])
    closes_at = MomentField(_("Members answer before"), [InputRequired()], description=MOMENT_HINT)

    def wanted(self) -> SurveyText:
        """What was filled in."""
        return SurveyText(self.thanks.data or "", self.thanks_en.data or "", self.closes_at.data)


class NewSurveyForm(SurveyForm):
    """The same, for an election that is chosen."""

    election = SelectField(_("Election"), [InputRequired()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        asked = request.args.get("election", "")
        chosen = db.session.get(Election, int(asked)) if asked.isascii() and asked.isdecimal() and asked else None
        if chosen is not None:
            known = surveys.propose(chosen)
            data = {"thanks": known.thanks, "thanks_en": known.thanks_en, "election": str(chosen.id)}
            kwargs.setdefault("data", data)
        super().__init__(*args, **kwargs)
        names = [(str(key), name) for key, name, _code in elections_now()]
        self.election.choices = [("", gettext("Choose…")), *names]


class SurveysView(OfElectionView):
    """Per election a round of questions."""

    datamodel = SQLAInterface(Survey)
    route_base = "/vragen-achteraf"
    include_route_methods = {"list", "show", "add", "edit", "questions", "open", "close", "answers"}
    singular, plural = _("round of questions"), _("questions after an election")
    base_order = ("id", "desc")
    choices = {"state": SURVEY_STATES}
    label_columns = {
        "election": _("Election"),
        "state": _("State"),
        "opened_at": _("Asked on"),
        "closes_at": _("Members answer before"),
        "thanks": _("Thanks, in Dutch (Markdown)"),
        "thanks_en": _("Thanks, in English (Markdown)"),
    }
    list_columns = ["election", "state", "opened_at", "closes_at"]
    show_columns = ["election", "state", "opened_at", "closes_at", "thanks", "thanks_en"]
    add_columns = edit_columns = ["thanks"]
    search_columns = ["state"]
    order_columns: list[str] = []
    add_form, edit_form = NewSurveyForm, SurveyForm
    show_template = "staff/evaluation/survey.html"

    def row_name(self, item: Survey) -> str:
        """The election."""
        return item.election.name

    def rows(self) -> Query[Any]:
        """With their elections."""
        return super().rows().options(joinedload(Survey.election))

    def can_edit(self, item: Survey) -> bool:
        """Not once it was asked."""
        return super().can_edit(item) and item.state == SurveyState.DRAFT

    def create_row(self, form: Any) -> Survey:
        """With the questions of the election before, or the standard ones."""
        election = db.session.get_one(Election, int(form.election.data))
        return surveys.add_survey(election, form.wanted(), actor=current_actor(), now=g.now)

    def say_added(self, item: Survey) -> str:
        """What comes next."""
        return str(gettext("The round is made. Now look at its questions."))

    def after_adding(self, item: Survey) -> str:
        """To its page."""
        return url_for(".show", pk=item.id)

    def change_row(self, item: Survey, form: Any) -> None:
        """By the rules of the service."""
        surveys.change_survey(item, form.wanted(), actor=current_actor(), now=g.now)

    def _render(self, template: str, **values: Any) -> str:
        if template == self.show_template:
            values = {**self._look(values["item"]), **values}
        return super()._render(template, **values)

    def _look(self, item: Survey) -> dict[str, Any]:
        """What the page of a round shows beside it: whom it would reach, or what was answered."""
        is_over = surveys.is_over(item, g.now)
        asked, replied = surveys.count_replies(item)
        return {
            "is_over": is_over,
            "asked": asked,
            "replied": replied,
            "results": results.read_results(item, replied) if is_over else None,
            "kinds": QUESTION_KINDS,
            "scale": SCALE,
            "fewest": results.FEWEST,
            "say": _say,
            "write_station": write_station,
            "write_share": write_share,
            "number_of": results.number_of,
        }

    @expose("/vragen/<pk>", methods=["GET", "POST"])
    @has_access
    def questions(self, pk: str) -> ResponseReturnValue:
        """All questions on one page; an empty line is no question."""
        item = self.find_row(pk)
        form = _make_questions_form(item)
        here = url_for(".show", pk=pk)

        def keep() -> None:
            surveys.write_questions(item, _read_questions(form), actor=current_actor(), now=g.now)

        if form.validate_on_submit() and self._commit_or_refuse(keep, form):
            flash(gettext("The questions are saved."), "success")
            return redirect(here)
        title = gettext("Questions: %(name)s", name=item.election.name)
        return self._render("staff/form_page.html", title=title, form=form, label=gettext("Save"), back=here)

    @expose("/stel/<pk>", methods=["POST"])
    @has_access
    def open(self, pk: str) -> ResponseReturnValue:
        """Thank and ask who worked; the page before it said how many."""
        item = self.find_row(pk)
        asked: list[int] = []
        if self._commit_or_refuse(lambda: asked.append(surveys.open_survey(item, **self.by_whom())), None):
            jobs.deliver_mail()
            words = ngettext("%(num)s member is thanked and asked.", "%(num)s members are thanked and asked.", asked[0])
            flash(words, "success")
        return redirect(url_for(".show", pk=pk))

    @expose("/sluit/<pk>", methods=["POST"])
    @has_access
    def close(self, pk: str) -> ResponseReturnValue:
        """Ask no more, and read what was answered."""
        item = self.find_row(pk)
        self.do_step(lambda: surveys.close_survey(item, **self.by_whom()), gettext("The round is closed."))
        return redirect(url_for(".show", pk=pk))

    @expose("/antwoorden/<pk>", methods=["POST"])
    @has_access
    def answers(self, pk: str) -> ResponseReturnValue:
        """What was answered as a file, once it is over. By POST: the trail notes it."""
        item = self.find_row(pk)
        _asked, replied = surveys.count_replies(item)
        found = results.read_results(item, replied) if surveys.is_over(item, g.now) else None
        if found is None or not found.is_enough:
            return redirect(url_for(".show", pk=pk))
        rows = [*_write_rows(found)]
        record_event(current_actor(), "survey.exported", now=g.now, subject=item, rows=len(rows), kind=wanted_kind())
        db.session.commit()
        header = [gettext("Question"), gettext("Polling station"), gettext("Answers"), gettext("Result")]
        return download(f"antwoorden-{item.election.code}", header, rows)


def _make_questions_form(item: Survey) -> Any:
    """Lines for as many questions as there may be."""
    fields: dict[str, Any] = {}
    for number in range(1, MOST_QUESTIONS + 1):
        values = {"number": number}
        kinds = [("", gettext("Choose…")), *QUESTION_KINDS.items()]
        fields[f"kind_{number}"] = SelectField(
            gettext("Kind of question %(number)s", **values), [Optional()], choices=kinds
        )
        fields[f"words_{number}"] = StringField(
            gettext("Question %(number)s in Dutch", **values), [Optional(), Length(max=LONGEST_QUESTION)]
        )
        fields[f"words_en_{number}"] = StringField(
            gettext("Question %(number)s in English", **values), [Optional(), Length(max=LONGEST_QUESTION)]
        )
    known = {
        f"{name}_{number}": getattr(question, name)
        for number, question in enumerate(item.questions, 1)
        for name in FIELDS
    }
    places = {f"{name}.{number}": f"{name}_{number}" for name in FIELDS for number in range(1, MOST_QUESTIONS + 1)}
    return type("QuestionsForm", (PortalForm,), {**fields, "places": places})(data=known)


def _read_questions(form: Any) -> list[QuestionText]:
    lines = ((form[f"{name}_{number}"].data or "" for name in FIELDS) for number in range(1, MOST_QUESTIONS + 1))
    return [QuestionText(*line) for line in lines]


def _say(kind: str, counts: dict[int, int]) -> str:
    """The mean of a scale, or how many say yes; a dash where too few answered."""
    if kind == "scale":
        return write_mean(results.mean_of(counts))
    return write_share(results.share_of_yes(counts))


def _write_rows(found: results.Results) -> Any:
    for question in found.questions:
        for remark in found.remarks.get(question.id, []):
            yield [question.words, "", "1", remark]
        if question.kind == "remark":
            continue
        whole = found.totals.get(question.id, {})
        yield [question.words, gettext("All together"), str(results.number_of(whole)), _say(question.kind, whole)]
        for place in found.places:
            counts = place.answers.get(question.id, {})
            name = write_station(place.station) if place.station else gettext("Other polling stations together")
            yield [question.words, name, str(results.number_of(counts)), _say(question.kind, counts)]
