"""For who presided at a station: a note to the team on a phone, of the station or of somebody there."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.auth.visitor import current_actor, signed_in_member
from app.models import ElectionState, PollingStation
from app.services.evaluation import chair_notes
from app.services.evaluation.chair_notes import LONGEST
from app.views.base import Page
from app.views.forms.fields import read_key
from app.views.forms.forms import PortalForm
from app.views.labels.planning.places import write_station


class ChairNoteForm(PortalForm):
    """What the team should know."""

    body = TextAreaField(
        _("What should the election team know?"),
        [InputRequired(), Length(max=LONGEST)],
        description=_("Such as: the room was cold, or somebody did very well. Only the election team reads this."),
    )


class NewChairNoteForm(ChairNoteForm):
    """The same, and whom it is about."""

    about = SelectField(_("Is it about somebody?"), [Optional()], coerce=read_key)


class MyChairNotesView(Page):
    """Notities van de voorzitter."""

    route_base = "/mijn-ervaring/notities"
    default_view = "write"

    @expose("/<int:station_id>", methods=["GET", "POST"])
    @has_access
    def write(self, station_id: int) -> ResponseReturnValue:
        """A new note, above those that I wrote."""
        member, station = signed_in_member(), _find_station(station_id)
        form = NewChairNoteForm()
        people = chair_notes.list_colleagues(station, member)
        form.about.choices = [(0, gettext("No, about the polling station")), *((who.id, who.name) for who in people)]

        def keep() -> None:
            about_id = form.about.data or None
            by: dict[str, Any] = {"actor": current_actor(), "now": g.now}
            chair_notes.write_note(station, member, about_id, form.body.data or "", **by)

        if form.validate_on_submit() and self._commit_or_refuse(keep, form):
            flash(gettext("Thank you. Only the election team reads your note."), "success")
            return redirect(url_for(".write", station_id=station_id))
        return self.render_template(
            "member/chair_notes.html",
            title=gettext("Notes: %(name)s", name=write_station(station)),
            station=station,
            form=form,
            notes=chair_notes.list_own(member.id, station.id),
            names={who.id: who.name for who in people},
            breadcrumbs=[(gettext("My experience"), url_for("MyExperienceView.list"))],
        )

    @expose("/wijzig/<int:note_id>", methods=["GET", "POST"])
    @has_access
    def change(self, note_id: int) -> ResponseReturnValue:
        """Other words."""
        note = chair_notes.find_own(signed_in_member().id, note_id)
        if note is None or note.election.state == ElectionState.CLOSED:
            abort(404)
        form = ChairNoteForm(obj=note)
        here = url_for(".write", station_id=note.station_id)

        def keep() -> None:
            chair_notes.change_note(note, form.body.data or "", actor=current_actor(), now=g.now)

        if form.validate_on_submit() and self._commit_or_refuse(keep, form):
            flash(gettext("The note is saved."), "success")
            return redirect(here)
        return self.render_template(
            "staff/form_page.html", title=gettext("Change my note"), form=form, label=gettext("Save"), back=here
        )


def _find_station(station_id: int) -> PollingStation:
    member = signed_in_member()
    found = chair_notes.find_presided(member.id, station_id, g.now)
    return found or abort(404)
