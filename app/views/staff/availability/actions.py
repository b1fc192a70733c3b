"""Answers that the team types in for a member who phoned, and answers that are opened again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.actions import action
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound
from wtforms.validators import InputRequired

from app import jobs
from app.auth.visitor import current_actor
from app.models import Member
from app.services.availability import answers
from app.services.availability.answers import By, Outcome
from app.services.availability.receipts import send_receipt
from app.services.campaigns.reopening import reopen_and_tell
from app.views.forms.availability import AvailabilityForm, PhonedForm, availability_form
from app.views.forms.fields import MomentField
from app.views.forms.forms import PortalForm
from app.views.member.availability import placed_within
from app.views.staff.availability.url_election import current_election
from app.views.tables.converter import MOMENT_HINT
from app.views.tables.lists.acts import MOST_ROWS


class ReopenForm(PortalForm):
    """Until when the chosen members may still answer."""

    places = {"until": "until_on"}
    until_on = MomentField(_("Until"), [InputRequired()], description=MOMENT_HINT)


class AnswerActs:
    """What the team does with the answers of `AnswersView`."""

    @expose("/<pk>/invullen", methods=["GET", "POST"])
    @has_access
    def edit(self: Any, pk: str) -> ResponseReturnValue:
        """Type in or correct the answer of a member who phoned."""
        item = self.find_row(pk)
        title = gettext("Availability of %(name)s", name=item.Member.full_name)
        return self._edit_page(item, title=title, pk=pk)

    def fill_form(self, item: Any) -> AvailabilityForm:
        """The form that members have, with the answer that is known."""
        election, member_id = current_election(), item.Member.id
        return availability_form(election, answers.find_availability(member_id, election.id), member_id, PhonedForm)

    def change_row(self: Any, item: Any, form: Any) -> Outcome:
        """Store it, by the rules that hold for members but the deadline."""
        answer, election = form.answer(), current_election()
        outcome = answers.record_answer(item.Member, election, answer, by=By.TEAM, **self.by_whom())
        send_receipt(item.Member, election, outcome, by=By.TEAM, within=placed_within(), now=g.now)
        return outcome

    def say_changed(self, item: Any, outcome: Any) -> str:
        """Also when the answer means that the member cannot help."""
        if outcome is Outcome.CANDIDACY:
            return str(gettext("It has been noted that this member is a candidate or a sitting member."))
        return str(gettext("The answer of %(name)s has been saved.", name=item.Member.full_name))

    @action("reopen", _("Reopen"))
    def choose_to_reopen(self, items: Sequence[Any]) -> Any:
        """To the page that asks until when."""
        return redirect(url_for(".reopen", lid=[item.Member.id for item in items]))

    def bulk_form(self, name: str) -> ReopenForm:
        """Until when."""
        return ReopenForm()

    def bulk_parameters(self, name: str, form: Any) -> dict[str, Any]:
        """Of which election, and until when."""
        return {"election_id": current_election().id, "until": form.until_on.data.isoformat()}

    @expose("/heropenen", methods=["GET", "POST"])
    @has_access
    def reopen(self: Any) -> ResponseReturnValue:
        """Let the chosen members answer after the deadline."""
        keys = [int(key) for key in request.args.getlist("lid")[:MOST_ROWS] if self.has_key(key) is not None]
        items, form = self.rows().filter(Member.id.in_(keys)).order_by(*Member.by_name()).all(), ReopenForm()
        if not items:
            raise NotFound

        def open_again() -> None:
            until, members = form.data["until_on"], [item.Member for item in items]
            reopen_and_tell(members, current_election(), until=until, actor=current_actor(), now=g.now)

        if form.validate_on_submit() and self._commit_or_refuse(open_again, form):
            jobs.deliver_mail()
            flash(
                gettext(
                    "%(names)s can answer again, and get a mail that says so.",
                    names=", ".join(map(self.row_name, items)),
                ),
                "success",
            )
            return redirect(url_for(".list"))
        title = gettext("Reopen the answer")
        return self._render("staff/availability/reopen.html", title=title, form=form, names=map(self.row_name, items))
