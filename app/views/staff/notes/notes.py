"""Notes of the team on members: the list of them all, and writing and deleting one from the page of a member."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from app.auth.visitor import current_actor
from app.extensions import db
from app.models import Member, MemberNote
from app.services.notes import notes
from app.views.base import StaffView
from app.views.forms.forms import PortalForm
from app.views.tables.filters.by_member import member_filter

LONGEST_NAME = 60  # characters of a note where it stands for the whole


class NoteForm(PortalForm):
    """A note on a member."""

    body = TextAreaField(
        _("Note"),
        [InputRequired()],
        description=_("Only the team reads it. The member may ask what we keep, so write it with respect."),
    )


class MemberNotesView(StaffView):
    """Notities. A note is not changed: who wrote something wrong deletes it and writes another one."""

    datamodel = SQLAInterface(MemberNote)
    member_of = "member_id"
    route_base = "/notities"
    include_route_methods = {"list", "show", "delete", "write"}
    singular, plural = _("note"), _("notes")
    base_order = ("id", "desc")
    quick_search = ("body",)
    quick_label = _("Search in the notes")
    label_columns = {
        "beginning": _("Note"),
        "body": _("Whole note"),
        "member": _("Member"),
        "author": _("Written by"),
        "created_at": _("Written on"),
    }
    list_columns = ["beginning", "member", "author", "created_at"]
    more_columns = ("body",)
    show_columns = ["member", "author", "created_at"]
    cells = {
        "beginning": lambda note: _beginning(note),
        "member": lambda note: note.member.full_name,
        "author": lambda note: note.author or "",
    }
    show_template = "staff/notes/show.html"
    search_columns = ["created_at"]
    order_columns: list[str] = []

    def _init_forms(self) -> None:
        super()._init_forms()
        self.filters += [member_filter(lambda ids: MemberNote.member_id.in_(ids))]

    def row_name(self, item: MemberNote) -> str:
        """How it begins."""
        return _beginning(item)

    def delete_row(self, item: MemberNote) -> None:
        """Any colleague may; the audit trail says who."""
        notes.delete_note(item, actor=current_actor(), now=g.now)

    @expose("/schrijven/<int:member_id>", methods=["GET", "POST"])
    @has_access
    def write(self, member_id: int) -> ResponseReturnValue:
        """A form for a note on this member."""
        member = db.session.get(Member, member_id)
        if member is None:
            raise NotFound
        form, back = NoteForm(), f"{url_for('MembersView.show', pk=member_id)}#notities"

        def add() -> Any:
            return notes.add_note(member, form.body.data, actor=current_actor(), now=g.now)

        if form.validate_on_submit() and self._commit_or_refuse(add, form):
            flash(gettext("The note has been saved."), "success")
            return redirect(back)
        title = gettext("Note on %(name)s", name=member.full_name)
        return self._render("staff/form_page.html", title=title, form=form, label=gettext("Save"), back=back)


def _beginning(note: MemberNote) -> str:
    line = " ".join(note.body.split())
    return line if len(line) <= LONGEST_NAME else f"{line[:LONGEST_NAME].rstrip()}…"
