"""Elections, on a generated screen; and the steps with a rule: import, ask for availability, the next state."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement
from werkzeug.exceptions import NotFound
from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import translate
from app.models import Election, ElectionState
from app.phrases import RuleBroken
from app.services.availability.answers import open_availability
from app.services.availability.lists import count_asked
from app.services.campaigns.asking import is_asked
from app.services.elections import elections
from app.services.elections.declarations import list_current_texts
from app.services.elections.elections import ElectionDetails
from app.services.elections.stations.stations import count_stations
from app.services.overview.next_steps import find_course
from app.services.planning import phases
from app.views.base import StaffView
from app.views.election_course import steps_with_places
from app.views.forms.fields import MomentField
from app.views.forms.forms import PortalForm
from app.views.forms.uploads import import_file
from app.views.labels.elections import COUNTINGS, ELECTION_STATES, ELECTION_TYPES, STEP_WARNINGS
from app.views.tables.converter import MOMENT_HINT
from app.views.typed.seen import start_watching

DETAILS = ["code", "name", "type", "voting_on", "nomination_on", "counting", "candidates_may_apply"]
FACTS = ["facts", "facts_en", "what_to_bring", "what_to_bring_en"]


class ElectionFileForm(PortalForm):
    """An EML 110a."""

    file = import_file(_("File of the election"), _("EML 110a of the Electoral Council, it ends in .eml.xml."))
    is_sure = BooleanField(
        _("Import it all the same"), description=_("Does the file not stand above any more? Then choose it again.")
    )

    def ask_only_when_needed(self) -> None:
        """The question stands there once it was asked."""
        if not (self.is_sure.errors or self.is_sure.data):
            del self.is_sure


class PeriodForm(PortalForm):
    """When members may answer."""

    places = {"closes_at": "closes_on"}
    opens_on = MomentField(_("From"), [InputRequired()], description=MOMENT_HINT)
    closes_on = MomentField(_("Until"), [InputRequired()], description=MOMENT_HINT)
    explanation = TextAreaField(_("Explanation for members (Markdown)"), [Optional(), Length(max=5000)])
    explanation_en = TextAreaField(
        _("Explanation in English (Markdown)"),
        [Optional(), Length(max=5000)],
        description=_("Without it readers of English get the Dutch text."),
    )


class ElectionsView(StaffView):
    """Verkiezingen. An address holds the code; a new one gets the usual days, functions, declarations and facts."""

    datamodel = SQLAInterface(Election)
    route_base = "/verkiezingen"
    covers = {"ElectionsView", "AnswersView", "StationImportView"}
    singular, plural = _("election"), _("elections")
    base_order = ("voting_on", "desc")
    quick_search = ("name", "code")
    choices = {"type": ELECTION_TYPES, "state": ELECTION_STATES, "counting": COUNTINGS}
    label_columns = {
        "code": _("Code"),
        "name": _("Name"),
        "type": _("Type of election"),
        "voting_on": _("Voting day"),
        "nomination_on": _("Nomination day"),
        "counting": _("Counting"),
        "candidates_may_apply": _("Candidates and sitting members may help at this election"),
        "state": _("State"),
        "availability_opens_at": _("Availability from"),
        "availability_closes_at": _("Availability until"),
        "facts": _("“Did you know?”, in Dutch (Markdown)"),
        "facts_en": _("“Did you know?”, in English (Markdown)"),
        "what_to_bring": _("What people with a place bring, in Dutch (Markdown)"),
        "what_to_bring_en": _("What people with a place bring, in English (Markdown)"),
    }
    description_columns = {"code": _("Such as GR2026_Utrecht.")}
    list_columns = ["name", "voting_on", "type", "state"]
    more_columns = ("code", "nomination_on", "counting", "availability_opens_at", "availability_closes_at")
    show_columns = [*DETAILS, "state", "availability_opens_at", "availability_closes_at"]
    add_columns = DETAILS
    edit_columns = [*DETAILS, *FACTS]
    search_columns = ["type", "state", "voting_on"]
    order_columns = ["name", "voting_on", "type", "state"]
    list_template = "staff/elections/list.html"
    show_template = "staff/elections/show.html"

    # --- the generated screen, by code -------------------------------------------------------------------------------

    def row_key(self, item: Election) -> str:
        """Its code."""
        return item.code

    def has_key(self, key: str) -> ColumnElement[bool]:
        """The code of an address."""
        return Election.code == key

    def can_edit(self, item: Election) -> bool:
        """Not once it is closed."""
        return super().can_edit(item) and item.state != ElectionState.CLOSED

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> ResponseReturnValue:
        """The latest voting day first."""
        return super().list()

    @expose("/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> ResponseReturnValue:
        """One election: days, stations, declarations and what can be done."""
        item = self.find_row(pk)
        step = phases.NEXT_STEPS.get(item.state)
        return self._show_page(
            item,
            pk=pk,
            stations=count_stations(item),
            texts=list_current_texts(item.id),
            step=step[0] if step else None,
            warnings=STEP_WARNINGS,
            course=find_course(item, g.now),
            steps_with_places=steps_with_places,
        )

    @expose("/nieuw", methods=["GET", "POST"])
    @has_access
    def add(self) -> ResponseReturnValue:
        """An election by hand."""
        return super().add()

    def create_row(self, form: Any) -> Election:
        """With all that is usual for its type."""
        return elections.create_election(_details(form), actor=current_actor(), now=g.now)

    def say_added(self, item: Election) -> str:
        """What came with it."""
        return str(gettext("The election has been added, with the usual days, functions and declarations."))

    def after_adding(self, item: Election) -> str:
        """To the election, to look at its days."""
        return url_for(".show", pk=item.code)

    @expose("/<pk>/wijzigen", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: str) -> ResponseReturnValue:
        """Change it."""
        return super().edit(pk)

    def change_row(self, item: Election, form: Any) -> None:
        """Change it; the days go with the voting day."""
        elections.update_election(item, _details(form, item), actor=current_actor(), now=g.now)

    @expose("/<pk>/verwijderen", methods=["GET", "POST"])
    @has_access
    def delete(self, pk: str) -> ResponseReturnValue:
        """Delete one that was only prepared."""
        return super().delete(pk)

    def check_goes(self, item: Election) -> None:
        """Only while it is prepared."""
        elections.check_election_goes(item)

    def delete_row(self, item: Election) -> None:
        """Never with an answer of a member."""
        elections.delete_election(item, actor=current_actor(), now=g.now)

    # --- steps with a rule -------------------------------------------------------------------------------------------

    @expose("/importeren", methods=["GET", "POST"])
    @has_access
    def upload(self) -> ResponseReturnValue:
        """An election from the file of the Electoral Council."""
        form, done = ElectionFileForm(), []

        def take() -> None:
            content, own = form.file.data.read(), current_app.config["MUNICIPALITY"]
            sure = form.is_sure.data
            done.append(
                elections.import_election(content, municipality=own, is_sure=sure, actor=current_actor(), now=g.now)
            )

        if form.validate_on_submit() and self._commit_or_refuse(take, form):
            flash(translate(done[0].summary), "success")
            return redirect(url_for(".show", pk=done[0].election.code))
        form.ask_only_when_needed()
        return self._form_page(form, gettext("Import an election"), gettext("Import"), upload=True)

    @expose("/<pk>/openstellen", methods=["GET", "POST"])
    @has_access
    def open_period(self, pk: str) -> ResponseReturnValue:
        """Ask members for their availability, after a look at what they will see."""
        item = self.find_row(pk)
        form = _period_form(item)
        start_watching(form)

        def change() -> None:
            self.require_seen(item, form, lambda: _period_form(item))
            _open(item, form)

        here = url_for(".show", pk=pk)
        if form.validate_on_submit() and "back" not in request.form:
            if request.form.get("sure") != "yes":
                if (page := self._preview_period(item, form)) is not None:
                    return page
            elif self._commit_or_refuse(change, form):
                return redirect(_after_opening(item))
        title = gettext("Ask for availability: %(name)s", name=item.name)
        return self._form_page(form, title, gettext("Look at it first"), back=here)

    def _preview_period(self, item: Election, form: PeriodForm) -> str | None:
        """What members will see and how many are asked; the rules were tried, nothing is kept."""
        opens = item.state == ElectionState.DRAFT
        try:
            _open(item, form)
            return self._render(
                "staff/elections/period_preview.html",
                title=gettext("Ask for availability: %(name)s", name=item.name),
                election=item,
                form=form,
                opens=opens,
                asked=count_asked(item),
                texts=list_current_texts(item.id),
            )
        except RuleBroken as error:
            form.refuse(error)
            return None
        finally:
            db.session.rollback()

    @expose("/<pk>/volgende-stap", methods=["POST"])
    @has_access
    def move(self, pk: str) -> ResponseReturnValue:
        """The next state."""
        item = self.find_row(pk)
        step = phases.NEXT_STEPS.get(item.state)
        if step is None:
            raise NotFound
        if item.state == ElectionState.PLANNING:  # what is published is looked at first
            return redirect(url_for("PublishView.preview", code=pk))
        self._commit_or_refuse(lambda: step[1](item, actor=current_actor(), now=g.now), None)
        return redirect(url_for(".show", pk=pk))

    def _form_page(self, form: PortalForm, title: str, label: str, **more: Any) -> str:
        return self._render("staff/form_page.html", form=form, title=title, label=label, **more)


def _period_form(item: Election) -> PeriodForm:
    """Filled in with the period that is known, or from now on."""
    form = PeriodForm(
        data={
            "opens_on": item.availability_opens_at or g.now,
            "closes_on": item.availability_closes_at,
            "explanation": item.availability_explanation,
            "explanation_en": item.availability_explanation_en,
        }
    )
    form.unwatched = () if item.availability_opens_at else ("opens_on",)
    return form


def _open(item: Election, form: PeriodForm) -> None:
    period = {"opens_at": form.data["opens_on"], "closes_at": form.data["closes_on"]}
    open_availability(
        item,
        **period,
        explanation=form.explanation.data or "",
        explanation_en=form.explanation_en.data or "",
        actor=current_actor(),
        now=g.now,
    )


def _after_opening(item: Election) -> str:
    """To the campaign that asks the members, unless one does: opening the period tells nobody."""
    if is_asked(item):
        flash(gettext("The period is saved. Members were told of it before; nothing new was sent."), "success")
        return url_for(".show", pk=item.code)
    flash(
        gettext(
            "Members can answer now, but nothing has been sent: nobody knows it yet. Below is what you can send them."
        ),
        "success",
    )
    return url_for("CampaignsView.add", election=item.id)


def _details(form: Any, known: Election | None = None) -> ElectionDetails:
    values = {name: form[name].data for name in DETAILS}
    if known is not None:
        values |= {"domain_id": known.domain_id, "domain_name": known.domain_name}
        values |= {name: (form[name].data or "").replace("\r\n", "\n") for name in FACTS}
    return ElectionDetails(**values)
