"""The team's side of the message box: a generated inbox with search and filters, and the page of one question."""

from __future__ import annotations

from typing import Any

from flask import flash, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.actions import action
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import format_timedelta, gettext, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Query
from wtforms import SelectField

from app.auth.visitor import current_actor, signed_in_visitor
from app.extensions import db
from app.models import Thread, ThreadState
from app.services.audit import record_event
from app.services.members import search
from app.services.message_box import search as thread_search
from app.services.message_box import team, threads
from app.services.message_box.writing import drafts
from app.views.base import StaffView
from app.views.labels.messages.message_box import THREAD_STATES
from app.views.staff.message_box.forms import AnswerForm, AssignForm, MergeForm, NoteForm, StartForm
from app.views.staff.message_box.steps import ThreadSteps
from app.views.tables.filters.by_column import ANY, Filter
from app.views.tables.filters.by_member import member_filter


class ThreadsView(ThreadSteps, StaffView):
    """Vragen van leden. What is unread and waits longest is on top."""

    datamodel = SQLAInterface(Thread)
    member_of = "member_id"
    route_base = "/vragen"
    include_route_methods = {
        "list",
        "show",
        "add",
        "edit",
        "action",
        "action_post",
        "read",
        "answer",
        "note",
        "take",
        "release",
        "assign",
        "close",
        "merge",
        "save_draft",
        "drop_draft",
    }
    singular, plural = _("question"), _("questions")
    base_order = ("last_message_at", "desc")
    quick_search = ("search_text",)
    short_search = thread_search.ONLY_BEGINNINGS
    choices = {"state": THREAD_STATES}
    label_columns = {
        "subject": _("Subject"),
        "member.sort_name": _("Member"),
        "member.email": _("E-mail address"),
        "member.mobile": _("Mobile number"),
        "member.phone": _("Telephone number"),
        "state": _("State"),
        "assignee": _("Colleague"),
        "election": _("Election"),
        "subject_choice": _("Subject from the list"),
        "waiting_since": _("Waits"),
        "last_message_at": _("Last message"),
        "created_at": _("Asked on"),
        "is_unread_by_team": _("Unread"),
        "is_from_team": _("Started by the team"),
        "search_text": _("Subject, text or member"),
    }
    list_columns = [
        "subject",
        "is_unread_by_team",
        "member.sort_name",
        "state",
        "assignee",
        "election",
        "waiting_since",
        "last_message_at",
    ]
    show_columns = [
        "member.sort_name",
        "state",
        "assignee",
        "election",
        "subject_choice",
        "waiting_since",
        "created_at",
    ]
    more_columns = (
        *("subject_choice", "is_from_team", "created_at"),
        *("member.email", "member.mobile", "member.phone"),  # for who is called
    )
    add_columns = edit_columns = ["subject", "election", "subject_choice"]
    search_columns = ["state", "is_unread_by_team", "is_from_team", "waiting_since"]
    order_columns = ["subject", "state", "waiting_since", "last_message_at", "created_at"]
    list_template = "staff/message_box/threads.html"
    add_template = "staff/message_box/thread_start.html"
    show_template = "staff/message_box/thread.html"

    def _init_forms(self) -> None:
        super()._init_forms()
        self.filters += [
            member_filter(Thread.member_id.in_),
            _choice_filter("assignee", _("Colleague"), _colleagues, _has_colleague),
            _choice_filter("election", _("Election"), _elections, lambda v: Thread.election_id == int(v)),
        ]

    def rows(self) -> Query[Any]:
        """One that was merged is part of another."""
        return super().rows().filter(Thread.merged_into_id.is_(None))

    # --- reading -----------------------------------------------------------------------------------------------------

    def find_quickly(self, typed: str) -> ColumnElement[bool] | None:
        """Each word is in the subject, a message, a note, or the name of the member."""
        return thread_search.contains_words(typed)

    def _page_of(
        self, query: Query[Any], order: tuple[str, str], size: int, counted: int | None = None
    ) -> dict[str, Any]:
        if request.args.get("sort", "") == "":
            waits_longest = (Thread.waiting_since.is_(None), Thread.waiting_since)
            query = query.order_by(Thread.is_unread_by_team.desc(), *waits_longest)
        return super()._page_of(query, order, size, counted)

    def _render(self, template: str, **values: Any) -> str:
        if template == self.list_template:
            values["typing"] = drafts.list_drafts(signed_in_visitor().user.id)
        return super()._render(template, **values)

    def cell(self, item: Thread, name: str) -> Any:
        """How long it waits instead of since when; nothing where it is read."""
        if name == "waiting_since":
            return format_timedelta(g.now - item.waiting_since, threshold=1) if item.waiting_since else ""
        if name == "is_unread_by_team":
            return gettext("unread") if item.is_unread_by_team else ""
        if name == "state" and item.is_from_team and item.state == ThreadState.ANSWERED:
            return gettext("asked by the team")
        return super().cell(item, name)

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> ResponseReturnValue:
        """The conversation. Looking at it is in the audit trail (SECURITY §4)."""
        item = self.find_row(pk)
        page = self.thread_page(item, next_url=self._next_url(item) if "done" in request.args else None)
        record_event(current_actor(), "thread.read", now=g.now, subject=item, member_id=item.member_id)
        db.session.commit()
        return page

    def _next_url(self, item: Thread) -> str | None:
        """Where one goes on after an answer: to the question that waits longest."""
        following = threads.find_next_waiting(signed_in_visitor().user.id, after=item.id)
        return url_for(".show", pk=following) if following else None

    def thread_page(self, item: Thread, **more: Any) -> str:
        """The page of a question with what was being typed; `more` holds a form that comes back instead."""
        me, messages = signed_in_visitor().user.id, threads.list_messages(item)
        typed = drafts.typed_at(me, item)
        body, note = typed.get(drafts.place_of(item), ""), typed.get(drafts.note_place_of(item), "")
        forms = {
            "answer": AnswerForm(item, formdata=None, data={"seen": item.version, "body": body}),
            "note": NoteForm(formdata=None, data={"note": note}),
            "assign": AssignForm(item, formdata=None, data={"seen": item.version}),
            "merge": MergeForm(item, formdata=None),
        }
        has_draft = bool(body) and "answer" not in more
        forms.update({name: more.pop(name) for name in list(forms) if name in more})
        return self._show_page(
            item,
            pk=item.id,
            messages=messages,
            last_id=messages[-1].id if messages else 0,
            notes=team.list_notes(item),
            forms_of=forms,
            is_mine=item.assignee_user_id == me,
            has_draft=has_draft,
            draft_url=url_for(".save_draft", pk=item.id),
            **more,
        )

    # --- starting and changing ---------------------------------------------------------------------------------------

    def add_form(self) -> StartForm:
        """For the member of the address, with what was being typed."""
        draft = drafts.find_draft(signed_in_visitor().user.id, drafts.NEW)
        typed = {"subject": draft.subject, "body": draft.body} if draft else {}
        return StartForm(data={"member_number": request.args.get("member", ""), **typed})

    def create_row(self, form: Any) -> Thread:
        """A thread with one member that the team starts."""
        member = search.find_by_name_or_number(form.member_number.data)
        files = form.files.keep(actor=current_actor(), now=g.now)
        wanted = {"election_id": form.election_id.data or None, "actor": current_actor(), "now": g.now, "files": files}
        return team.start_thread(member, form.subject.data, form.body.data, **wanted)

    def change_row(self, item: Thread, form: Any) -> Any:
        """What it is about."""
        outcome = super().change_row(item, form)
        item.search_text = thread_search.text_of_subject(item.subject)
        db.session.flush()
        return outcome

    # --- with the chosen ones ----------------------------------------------------------------------------------------

    @action("take_chosen", _("Take"), None)
    def take_chosen(self, items: list[Thread]) -> None:
        """They are mine."""
        self._say(self.each(items, lambda thread: team.claim(thread, **self.by_whom())))

    @action("close_chosen", _("Close without answer"), _("The members are not told. They can still reply."))
    def close_chosen(self, items: list[Thread]) -> None:
        """Nothing more is to be said."""
        self._say(self.each(items, lambda thread: team.close(thread, seen=thread.version, **self.by_whom())))

    @staticmethod
    def _say(done: int) -> None:
        flash(ngettext("%(num)s question done.", "%(num)s questions done.", done), "success")


def _choice_filter(name: str, label: Any, offer: Any, criterion: Any) -> Filter:
    """A filter whose choices are rows, read when the form is made."""
    field = SelectField(label, choices=lambda: [("", ANY), *offer().items()], default="")
    return Filter(name, label, field, criterion, lambda value: str(offer().get(value, value)))


def _colleagues() -> dict[str, Any]:
    people = {str(key): name for key, name in _choices()[0].items()}
    return {"nobody": _("nobody"), "me": _("me"), **people}


def _has_colleague(value: str) -> ColumnElement[bool]:
    if value == "nobody":
        return Thread.assignee_user_id.is_(None)
    return Thread.assignee_user_id == (signed_in_visitor().user.id if value == "me" else int(value))


def _elections() -> dict[str, Any]:
    return {str(key): name for key, name in _choices()[1].items()}


def _choices() -> tuple[dict[int, str], dict[int, str]]:
    """Colleagues and elections, read once for a page."""
    if "inbox_choices" not in g:
        g.inbox_choices = team.list_filter_choices()
    known: tuple[dict[int, str], dict[int, str]] = g.inbox_choices
    return known
