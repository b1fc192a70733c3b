"""How an election appoints: a generated screen with its settings, the logo, and the ways on."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.auth.visitor import current_actor
from app.extensions import db
from app.models import AppointmentSetup, Election, ElectionState
from app.services.appointments import setups
from app.services.appointments.letters.texts import list_texts
from app.services.appointments.setups import SetupText
from app.views.forms.fields import MomentField
from app.views.forms.forms import PortalForm
from app.views.forms.uploads import import_file
from app.views.labels.appointments import LETTER_LANGUAGES
from app.views.staff.elections.parts import OfElectionView
from app.views.tables.converter import MOMENT_HINT
from app.views.tables.filters.by_election import elections_now

TYPED = ("series", "mandate", "signatory_name", "signatory_role", "sender_address", "answer_until")


class SetupForm(PortalForm):
    """Who decides, who signs, and until when members answer."""

    series = StringField(
        _("Series of the decisions"),
        [InputRequired(), Length(max=20)],
        description=_("Stands in front of each number: SB-GR2026 gives SB-GR2026-0001, SB-GR2026-0002 and so on."),
    )
    mandate = StringField(
        _("Mandate"),
        [Optional(), Length(max=300)],
        description=_("The decision by which the signatory may sign, such as Mandaatbesluit 2025, artikel 4."),
    )
    signatory_name = StringField(_("Who signs"), [InputRequired(), Length(max=120)])
    signatory_role = StringField(_("Function of who signs"), [InputRequired(), Length(max=120)])
    sender_address = TextAreaField(
        _("Address on the letter"),
        [Optional(), Length(max=400)],
        description=_("A few lines. Name of the team, telephone and e-mail address come by themselves."),
    )
    answer_until = MomentField(_("Members answer before"), [Optional()], description=MOMENT_HINT)

    def wanted(self) -> SetupText:
        """What was filled in."""
        return SetupText(**{name: self[name].data or "" for name in TYPED[:-1]}, answer_until=self.answer_until.data)


class NewSetupForm(SetupForm):
    """The same, for an election that is chosen."""

    election = SelectField(_("Election"), [InputRequired()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        asked = request.args.get("election", "")
        chosen = db.session.get(Election, int(asked)) if asked.isascii() and asked.isdecimal() and asked else None
        if chosen is not None:
            known = setups.propose(chosen)
            kwargs.setdefault("data", {name: getattr(known, name) for name in TYPED} | {"election": str(chosen.id)})
        super().__init__(*args, **kwargs)
        names = [(str(key), name) for key, name, _code in elections_now()]
        self.election.choices = [("", gettext("Choose…")), *names]


class LogoForm(PortalForm):
    """A picture."""

    file = import_file(_("Logo"), _("PNG or JPEG. It is made to fit on the letter."), max_bytes=setups.MAX_LOGO_BYTES)


class AppointmentSetupsView(OfElectionView):
    """Benoemen: per election the series of decisions, mandate, signatory and paper."""

    datamodel = SQLAInterface(AppointmentSetup)
    route_base = "/benoemen"
    include_route_methods = {"list", "show", "add", "edit", "logo", "remove_logo"}
    singular, plural = _("settings of appointments"), _("appointing")
    base_order = ("id", "desc")
    label_columns = {
        "election": _("Election"),
        "series": _("Series of the decisions"),
        "next_number": _("Next number"),
        "mandate": _("Mandate"),
        "signatory_name": _("Who signs"),
        "signatory_role": _("Function of who signs"),
        "sender_address": _("Address on the letter"),
        "answer_until": _("Members answer before"),
        "changed_at": _("Changed"),
    }
    list_columns = ["election", "series", "next_number", "signatory_name", "answer_until"]
    show_columns = [
        *("election", "series", "next_number", "mandate", "signatory_name", "signatory_role", "sender_address"),
        "answer_until",
    ]
    add_columns = edit_columns = ["series"]
    search_columns: list[str] = []
    order_columns: list[str] = []
    add_form, edit_form = NewSetupForm, SetupForm
    show_template = "staff/appointments/setup.html"

    def row_name(self, item: AppointmentSetup) -> str:
        """The election."""
        return item.election.name

    def can_edit(self, item: AppointmentSetup) -> bool:
        """Not once the election is closed."""
        return super().can_edit(item) and item.election.state != ElectionState.CLOSED

    def create_row(self, form: Any) -> AppointmentSetup:
        """With the texts of the letter."""
        election = db.session.get_one(Election, int(form.election.data))
        return setups.add_setup(election, form.wanted(), actor=current_actor(), now=g.now)

    def say_added(self, item: AppointmentSetup) -> str:
        """What comes next."""
        return str(gettext("The settings are saved. Now look at the text of the letter."))

    def after_adding(self, item: AppointmentSetup) -> str:
        """To its page."""
        return url_for(".show", pk=item.id)

    def change_row(self, item: AppointmentSetup, form: Any) -> None:
        """By the rules of the service."""
        setups.change_setup(item, form.wanted(), actor=current_actor(), now=g.now)

    def _render(self, template: str, **values: Any) -> str:
        if template == self.show_template:
            texts = [(text, LETTER_LANGUAGES[text.language]) for text in list_texts(values["item"].election_id)]
            values = {"texts": texts, **values}
        return super()._render(template, **values)

    @expose("/logo/<pk>", methods=["GET", "POST"])
    @has_access
    def logo(self, pk: str) -> ResponseReturnValue:
        """Another logo on the letters of this election."""
        item, form = self.find_row(pk), LogoForm()
        here = url_for(".show", pk=pk)

        def keep() -> None:
            setups.set_logo(
                item, form.file.data.stream, form.file.data.filename or "", actor=current_actor(), now=g.now
            )

        if form.validate_on_submit() and self._commit_or_refuse(keep, form):
            flash(gettext("The logo is saved. Look at a letter to see it."), "success")
            return redirect(here)
        title = gettext("Logo on the letters: %(name)s", name=item.election.name)
        return self._render(
            "staff/form_page.html", title=title, form=form, label=gettext("Save"), back=here, upload=True
        )

    @expose("/logo/<pk>/weg", methods=["POST"])
    @has_access
    def remove_logo(self, pk: str) -> ResponseReturnValue:
        """The name of the municipality stands in its place."""
        item = self.find_row(pk)
        self.do_step(lambda: setups.set_logo(item, None, **self.by_whom()), gettext("The logo is taken away."))
        return redirect(url_for(".show", pk=pk))
