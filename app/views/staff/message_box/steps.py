"""The steps on one question: answer, note, take, give back, hand over, close, merge. Each over one service.

A form that is refused comes back on the page of the question, filled in, and its text is kept as draft.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext

from app.auth.visitor import current_actor, signed_in_visitor
from app.body_limits import takes_uploads
from app.extensions import db
from app.i18n import translate
from app.models import Thread
from app.phrases import RuleBroken
from app.services.message_box import merging, read_receipts, team
from app.services.message_box.writing import canned_answers, drafts
from app.views.forms.fields import read_key
from app.views.forms.message_files import REQUEST_MEGABYTES
from app.views.frame import name_of
from app.views.staff.message_box.forms import AnswerForm, AssignForm, MergeForm, NoteForm, SeenForm
from app.views.typed.drafts import RecoversDrafts


class ThreadSteps(RecoversDrafts):
    """The routes of `ThreadsView` that change a question."""

    find_row: Callable[[str], Thread]
    thread_page: Callable[..., str]
    _commit_or_refuse: Callable[[Callable[[], Any], Any], bool]
    do_step: Callable[[Callable[[], Any], Any], bool]

    @expose("/read/<pk>", methods=["POST"])
    @has_access
    def read(self, pk: str) -> ResponseReturnValue:
        """Note that the team read it; the member sees when."""
        item = self.find_row(pk)
        read_receipts.mark_read_by_team(item, g.now, until_id=request.form.get("until", type=read_key))
        db.session.commit()
        return redirect(url_for(".show", pk=pk))

    @expose("/answer/<pk>", methods=["POST"])
    @has_access
    @takes_uploads(REQUEST_MEGABYTES)
    def answer(self, pk: str) -> ResponseReturnValue:
        """Answer it, and close it with that; or put a standard answer into what is being typed."""
        item, wish = self.find_row(pk), request.form.get("do", "")
        form = AnswerForm(item)
        if wish == "canned":
            return self._put_in(item, form)

        def carry_out() -> None:
            files = form.files.keep(actor=current_actor(), now=g.now)
            team.answer(
                item,
                form.body.data,
                seen=form.version,
                files=files,
                document_id=form.document_id.data or 0,
                is_last=wish == "answer_and_close",
                actor=current_actor(),
                now=g.now,
            )

        if form.validate() and self._commit_or_refuse(carry_out, form):
            flash(gettext("Your answer has been sent."), "success")
            return redirect(url_for(".show", pk=pk, done=1))
        self.save_typed(drafts.place_of(item), item.id)
        item = self.find_row(pk)
        form.look_again(item)
        return self.thread_page(item, answer=form)

    def _put_in(self, item: Thread, form: AnswerForm) -> Any:
        """The standard answer goes below what was typed, in the draft; the page shows it again."""
        typed = (form.body.data or "").strip()
        try:
            canned = canned_answers.find_active(form.canned.data or 0)
            filled = canned_answers.fill_in(canned, item, name_of(signed_in_visitor()))
            typed = f"{typed}\n\n{filled}".strip()
        except RuleBroken as error:
            flash(translate(error.text), "error")
        drafts.save_draft(signed_in_visitor().user.id, drafts.place_of(item), body=typed, thread_id=item.id, now=g.now)
        db.session.commit()
        return redirect(url_for(".show", pk=item.id, _anchor="answer"))

    @expose("/note/<pk>", methods=["POST"])
    @has_access
    def note(self, pk: str) -> ResponseReturnValue:
        """A note for colleagues."""
        item, form = self.find_row(pk), NoteForm()
        if form.validate() and self._commit_or_refuse(
            lambda: team.add_note(item, form.note.data, actor=current_actor(), now=g.now), form
        ):
            flash(gettext("The note is kept. The member does not see it."), "success")
            return redirect(url_for(".show", pk=pk, _anchor="notes"))
        self.save_typed(drafts.note_place_of(item), item.id)
        return self.thread_page(self.find_row(pk), note=form)

    @expose("/take/<pk>", methods=["POST"])
    @has_access
    def take(self, pk: str) -> ResponseReturnValue:
        """It is mine."""
        item = self.find_row(pk)
        return self._step(item, lambda: team.claim(item, actor=current_actor(), now=g.now))

    @expose("/release/<pk>", methods=["POST"])
    @has_access
    def release(self, pk: str) -> ResponseReturnValue:
        """It is nobody's."""
        item, seen = self.find_row(pk), SeenForm().version
        return self._step(item, lambda: team.release(item, seen=seen, actor=current_actor(), now=g.now))

    @expose("/assign/<pk>", methods=["POST"])
    @has_access
    def assign(self, pk: str) -> ResponseReturnValue:
        """It is a colleague's."""
        item = self.find_row(pk)
        form = AssignForm(item)

        def carry_out() -> None:
            team.assign(item, form.colleague.data, seen=form.version, actor=current_actor(), now=g.now)

        return self._step(item, carry_out)

    @expose("/close/<pk>", methods=["POST"])
    @has_access
    def close(self, pk: str) -> ResponseReturnValue:
        """No answer is needed."""
        item, seen = self.find_row(pk), SeenForm().version
        done = self.do_step(lambda: team.close(item, seen=seen, actor=current_actor(), now=g.now), gettext("Done."))
        return redirect(url_for(".show", pk=pk, done=1 if done else None))  # the next question is one click away

    @expose("/merge/<pk>", methods=["POST"])
    @has_access
    def merge(self, pk: str) -> ResponseReturnValue:
        """Put another question of this member into this one."""
        item = self.find_row(pk)
        form = MergeForm(item)

        def carry_out() -> None:
            merging.merge_threads(item, form.duplicate.data or 0, actor=current_actor(), now=g.now)

        if form.validate() and self._commit_or_refuse(carry_out, form):
            flash(gettext("The questions are one now."), "success")
            return redirect(url_for(".show", pk=pk))
        return self.thread_page(self.find_row(pk), merge=form)

    def _step(self, item: Thread, work: Callable[[], Any]) -> Any:
        self.do_step(work, gettext("Done."))
        return redirect(url_for(".show", pk=item.id))

    # --- drafts ------------------------------------------------------------------------------------------------------

    @expose("/draft/<pk>", methods=["POST"])
    @has_access
    def save_draft(self, pk: str) -> ResponseReturnValue:
        """Keep what is being typed for a question, or for a new one (`pk` is "new")."""
        item = None if pk == drafts.NEW else self.find_row(pk)
        self.save_typed(_place_of(item) if item else drafts.NEW, item.id if item else None)
        return "", 204

    @expose("/drop-draft/<pk>", methods=["POST"])
    @has_access
    def drop_draft(self, pk: str) -> ResponseReturnValue:
        """Throw away what was being typed."""
        item = self.find_row(pk)
        drafts.forget_draft(signed_in_visitor().user.id, _place_of(item))
        db.session.commit()
        return redirect(url_for(".show", pk=pk))


def _place_of(item: Thread) -> str:
    """Where the text of this request belongs: it is an answer, or a note for colleagues."""
    return drafts.note_place_of(item) if "note" in request.form else drafts.place_of(item)
