"""Two members that are one person: choose the other one, look at both side by side, and make one of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField
from wtforms.validators import InputRequired

from app import jobs
from app.auth.visitor import current_actor
from app.extensions import db
from app.models import Account, Member
from app.phrases import RuleBroken, phrase
from app.services.audit import record_event
from app.services.members.one_person import merging
from app.services.members.one_person.merging import Question, Side
from app.services.members.one_person.moving import count_kept
from app.services.members.search import find_by_name_or_number
from app.views.base import Page
from app.views.forms.forms import PortalForm
from app.views.forms.lookup import LookupField
from app.views.forms.lookup_sources import MEMBERS
from app.views.labels.members import TEAM_FIELD_LABELS, say_value

LABELS: dict[str, Any] = {**TEAM_FIELD_LABELS, merging.ACCOUNT: _("Account (user name) that stays")}


class OtherForm(PortalForm):
    """The other one."""

    other = LookupField(
        _("The other member"), [InputRequired()], source=MEMBERS, description=_("A name, member number or user name.")
    )


class MergeForm(PortalForm):
    """Which value stays, for each field that differs; and how both were when they were looked at."""

    def chosen(self) -> dict[str, str]:
        """Field → side."""
        return {name: self[name].data for name in self.asked}

    asked: tuple[str, ...] = ()


def merge_form(questions: list[Question]) -> MergeForm:
    """A choice of two for each question, with what is proposed filled in."""
    fields: dict[str, Any] = {
        question.field: RadioField(
            LABELS[question.field],
            choices=[(Side.KEPT.value, ""), (Side.GONE.value, "")],
            default=question.proposed.value,
            validators=[InputRequired(_("Choose which of the two stays."))],
        )
        for question in questions
    }
    cls = type("FieldsForm", (MergeForm,), {**fields, "asked": tuple(fields)})
    form: MergeForm = cls()
    return form


class MergeView(Page):
    """Merging. Reading both is in the audit trail, as the page of a member is."""

    route_base = "/leden-samenvoegen"
    default_view = "choose"

    @expose("/<int:pk>", methods=["GET", "POST"])
    @has_access
    def choose(self, pk: int) -> ResponseReturnValue:
        """Who the other one is."""
        member, form = _find(pk), OtherForm()
        try:
            if form.validate_on_submit():
                other = find_by_name_or_number(form.other.data or "")
                if other.id == member.id:
                    raise RuleBroken(phrase("Choose another member."), field="other")
                return redirect(url_for(".compare", pk=pk, other=other.id))
        except RuleBroken as error:
            form.refuse(RuleBroken(error.text, field="other"))
        return self.render_template(
            "staff/members/merge_choose.html", member=member, form=form, suggested=merging.suggest(member)
        )

    @expose("/<int:pk>/<int:other>", methods=["GET", "POST"])
    @has_access
    def compare(self, pk: int, other: int) -> ResponseReturnValue:
        """Both side by side; make one of them."""
        kept, gone = _find(pk), _find(other)
        if kept.id == gone.id:
            abort(404)
        questions = merging.compare(kept, gone)
        form = merge_form(questions)
        if form.validate_on_submit() and self._commit_or_refuse(lambda: _merge(kept, gone, form), form):
            jobs.deliver_mail()
            flash(gettext("The two are one member now."), "success")
            return redirect(url_for("MembersView.show", pk=pk))
        if not form.is_submitted():
            for member in (kept, gone):
                record_event(current_actor(), "member.read", now=g.now, subject=member, member_id=member.id)
            db.session.commit()
        return self.render_template(
            "staff/members/merge.html",
            kept=kept,
            gone=gone,
            form=form,
            rows=[(question, _say(question)) for question in questions],
            accounts={member.id: db.session.get(Account, member.user_id) for member in (kept, gone)},
            counts=[count_kept(member.id) for member in (kept, gone)],
            seen=[kept.changed_at.isoformat(), gone.changed_at.isoformat()],
            labels=LABELS,
        )


def _say(question: Question) -> tuple[Any, Any]:
    """What people read of both sides."""
    if question.field == merging.BSN:
        return gettext("the BSN of this one"), gettext("the BSN of this one")
    if question.field in (merging.ACCOUNT, merging.IBAN):
        return question.kept or gettext("empty"), question.gone or gettext("empty")
    kept, gone = (say_value(question.field, value) or gettext("empty") for value in (question.kept, question.gone))
    return kept, gone


def _merge(kept: Member, gone: Member, form: MergeForm) -> None:
    try:
        first, second = (datetime.fromisoformat(moment) for moment in request.form.getlist("seen"))
    except ValueError:
        raise RuleBroken(phrase("One of the two was changed in the meantime. Look at the differences again.")) from None
    seen = (first, second)
    merging.merge_members(kept.id, gone.id, form.chosen(), seen=seen, actor=current_actor(), now=g.now)


def _find(pk: int) -> Member:
    return db.session.get(Member, pk) or abort(404)
