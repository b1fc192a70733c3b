"""Questions of the team to an audience: written, looked at, asked once, and the answers per member."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app import jobs
from app.auth.visitor import current_actor
from app.i18n import write_moment
from app.models import TeamQuestion
from app.services.audiences import groups
from app.services.message_box import team_questions, threads
from app.services.message_box.team_questions import TeamQuestionText
from app.services.notifications.digest_mail import end_of_quarter
from app.views.base import StaffView
from app.views.forms.audience import AudienceForm
from app.views.forms.fields import MomentField
from app.views.parts.paging import Listed, page_of
from app.views.staff.audiences.audiences import preview
from app.views.staff.audiences.reach import show_reach
from app.views.staff.lists.member_files import download_members
from app.views.tables.lists.export import MOST_EXPORTED
from app.views.tables.lists.found_members import take_members
from app.views.tables.saved_then_shown import SavedThenShown

ANSWERS_ON_A_PAGE = 50


class TeamQuestionForm(AudienceForm):
    """What is asked, and whom."""

    subject = StringField(_("Subject"), [InputRequired(), Length(max=threads.LONGEST_SUBJECT)])
    body = TextAreaField(_("Question"), [InputRequired()])
    election_id = SelectField(_("About the election"), coerce=int)
    due_at = MomentField(
        _("To be answered before"),
        [Optional()],
        description=_("For example 31-12-2026 17:00. Members see it with the question and in the mail."),
    )

    def __init__(self, *args: Any, obj: TeamQuestion | None = None, **kwargs: Any) -> None:
        if obj is not None:
            known = {name: getattr(obj, name) for name in ("subject", "body", "due_at")}
            kwargs.update(group=obj.group, data={**known, "election_id": obj.election_id or 0})
        super().__init__(*args, **kwargs)
        self.election_id.choices = self.audience_election.choices

    def wanted(self) -> TeamQuestionText:
        """What was filled in. Raises RuleBroken for an audience that cannot be read."""
        return TeamQuestionText(
            self.subject.data or "",
            self.body.data or "",
            self.group(),
            self.election_id.data or None,
            self.due_at.data,
        )


class TeamQuestionsView(SavedThenShown, StaffView):
    """Vragen aan een doelgroep."""

    datamodel = SQLAInterface(TeamQuestion)
    route_base = "/vragen-aan-leden"
    include_route_methods = {"list", "show", "add", "edit", "delete", "ask", "withdraw", "take_asked", "export_answers"}
    singular, plural = _("question to members"), _("questions to members")
    base_order = ("created_at", "desc")
    quick_search = ("subject", "body")
    label_columns = {
        "subject": _("Subject"),
        "body": _("Question"),
        "election": _("About the election"),
        "due_at": _("To be answered before"),
        "created_at": _("Made on"),
        "created_by": _("Made by"),
        "sent_at": _("Asked on"),
        "withdrawn_at": _("Taken back on"),
    }
    list_columns = ["subject", "election", "created_by", "created_at", "sent_at", "due_at"]
    show_columns = ["body", "election", "due_at", "created_by", "sent_at", "withdrawn_at"]
    add_columns = edit_columns = ["subject"]
    search_columns = ["sent_at"]
    order_columns = ["subject", "created_at", "sent_at"]
    add_form = edit_form = TeamQuestionForm
    add_template = edit_template = "staff/message_box/team_question_form.html"
    show_template = "staff/message_box/team_question.html"

    def can_edit(self, item: TeamQuestion) -> bool:
        """Until it is asked."""
        return item.sent_at is None and super().can_edit(item)

    def create_row(self, form: Any) -> TeamQuestion:
        """Not asked yet."""
        made = team_questions.write_team_question(form.wanted(), None, actor=current_actor(), now=g.now)
        self.show_after(made)
        return made

    def change_row(self, item: TeamQuestion, form: Any) -> None:
        """Until it is asked."""
        team_questions.write_team_question(form.wanted(), item, actor=current_actor(), now=g.now)
        self.show_after(item)

    def check_goes(self, item: TeamQuestion) -> None:
        """Until it is asked."""
        team_questions.check_question_goes(item)

    def delete_row(self, item: TeamQuestion) -> None:
        """Until it is asked."""
        team_questions.delete_team_question(item, actor=current_actor(), now=g.now)

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> ResponseReturnValue:
        """Whom it is for; once it was asked, what each member answered."""
        item = self.find_row(pk)
        if item.sent_at is None:
            return self._show_page(item, pk=pk, audience=preview(item))
        counts = team_questions.count_answers(item)
        only_answered = "answered" in request.args
        listing = Listed(
            partial(team_questions.list_answers, item, only_answered=only_answered),
            counts[2 if only_answered else 0][1],
            size=ANSWERS_ON_A_PAGE,
            page_url=page_of(".show", pk=pk, answered=1 if only_answered else None),
        )
        answers = listing.items
        return self._show_page(
            item,
            pk=pk,
            counts=counts,
            answers=answers,
            only_answered=only_answered,
            listing=listing,
            reach=show_reach(item),
        )

    @expose("/gevonden/<pk>", methods=["POST"])
    @has_access
    @permission_name("show")
    def take_asked(self, pk: str) -> ResponseReturnValue:
        """Take who was asked, or answered, to where one writes to them or acts on them."""
        item = self.find_row(pk)
        keys = team_questions.select_member_ids(item, only_answered="answered" in request.args)
        return take_members(self, keys, back=url_for(".show", pk=pk))

    @expose("/antwoorden/<pk>", methods=["POST"])
    @has_access
    @permission_name("export")
    def export_answers(self, pk: str) -> ResponseReturnValue:
        """Who was asked, and what they answered first, as a file."""
        item = self.find_row(pk)
        only_answered = "answered" in request.args
        rows = team_questions.list_answers(item, only_answered=only_answered, limit=MOST_EXPORTED)
        lines = [
            (row.thread.member, [write_moment(row.answered_at) if row.answered_at else "", row.answer]) for row in rows
        ]
        more = [gettext("Answered on"), gettext("Answer")]
        return download_members(f"antwoorden-{item.id}", type(self).__name__, more, lines)

    @expose("/ask/<pk>", methods=["GET", "POST"])
    @has_access
    def ask(self, pk: str) -> ResponseReturnValue:
        """To how many it goes; the POST asks it."""
        item = self.find_row(pk)
        here = url_for(".show", pk=pk)
        if request.method == "POST":
            done: list[int] = []
            if self._commit_or_refuse(
                lambda: done.append(team_questions.ask_audience(item, actor=current_actor(), now=g.now)), None
            ):
                jobs.deliver_mail()
                flash(ngettext("%(num)s member was asked.", "%(num)s members were asked.", done[0]), "success")
            return redirect(here)
        return self._render(
            "staff/message_box/team_question_ask.html",
            title=gettext("Ask: %(subject)s", subject=item.subject),
            item=item,
            reach=show_reach(item),
            words=groups.describe(item.group),
            leaves_at=end_of_quarter(g.now),
            here=here,
        )

    @expose("/withdraw/<pk>", methods=["POST"])
    @has_access
    def withdraw(self, pk: str) -> ResponseReturnValue:
        """Take it back from who did not answer."""
        item = self.find_row(pk)
        done: list[int] = []
        if self._commit_or_refuse(
            lambda: done.append(team_questions.withdraw_team_question(item, actor=current_actor(), now=g.now)), None
        ):
            flash(
                ngettext(
                    "The question is taken back: %(num)s member does not see it any more.",
                    "The question is taken back: %(num)s members do not see it any more.",
                    done[0],
                ),
                "success",
            )
        return redirect(url_for(".show", pk=pk))
