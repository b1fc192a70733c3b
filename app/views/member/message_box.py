"""The message box for members: ask, read the conversation, reply. Whose thread it is, the session says."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound

from app.auth.visitor import current_actor, signed_in_member
from app.body_limits import takes_uploads
from app.extensions import db
from app.models import Thread
from app.services.audit import record_event
from app.services.message_box import for_member, read_receipts, threads
from app.services.message_box.writing import drafts, faqs
from app.services.overview.inbox import MessageKind
from app.views.base import MemberModelView
from app.views.forms.fields import read_key
from app.views.forms.message_files import REQUEST_MEGABYTES
from app.views.labels.messages.kinds import OWN_THREAD_STATES
from app.views.member.box_forms import AskForm, ReplyForm
from app.views.member.inbox import show_messages
from app.views.typed.drafts import RecoversDrafts


def _asked_about() -> dict[str, Any]:
    subject = " ".join(request.args.get("subject", "").split())[: threads.LONGEST_SUBJECT]
    return {"subject": subject, "election_id": request.args.get("election", 0, type=read_key)}


def _say_when() -> str:
    """That the question left, and when there is an answer."""
    words = ngettext(
        "Your question has been sent. You get an e-mail when there is an answer, usually within one day.",
        "Your question has been sent. You get an e-mail when there is an answer, usually within %(num)s days.",
        current_app.config["ANSWER_WITHIN_DAYS"],
    )
    return str(words)


class MessageBoxView(RecoversDrafts, MemberModelView):
    """Berichtenbox."""

    datamodel = SQLAInterface(Thread)
    route_base = "/berichtenbox"
    include_route_methods = {"list", "show", "open", "ask", "reply", "suggest", "save_draft", "drop_draft"}
    singular, plural = _("question"), _("message box")
    base_order = ("last_message_at", "desc")
    choices = {"state": OWN_THREAD_STATES}
    label_columns = {"state": _("State"), "last_message_at": _("Last message"), "election": _("Election")}
    list_columns = ["state", "last_message_at"]
    show_columns = ["state", "election"]
    edit_columns = ["subject"]  # there is no such route; without any, FAB names all and each page would load them
    show_template = "member/question.html"

    # --- reading -----------------------------------------------------------------------------------------------------

    def find_row(self, key: str) -> Any:
        """The member's thread, or the one that it went into; else 404 and a row in the audit trail: somebody tried an
        address.
        """
        try:
            item = super().find_row(key)
            return super().find_row(str(item.merged_into_id)) if item.merged_into_id else item
        except NotFound:
            if self.has_key(key) is not None:
                record_event(current_actor(), "thread.refused", now=g.now, thread=int(key))
                db.session.commit()
            raise

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> ResponseReturnValue:
        """Of the messages the conversations."""
        return show_messages(self, MessageKind.CONVERSATION, gettext("Message box"))

    @expose("/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> ResponseReturnValue:
        """The conversation."""
        item = self.find_row(pk)
        if str(item.id) != pk:
            return redirect(url_for(".show", pk=item.id))
        draft = drafts.find_draft(signed_in_member().user_id, drafts.place_of(item))
        form = ReplyForm(data={"body": draft.body} if draft else None)
        return self._thread_page(item, form, has_draft=draft is not None)

    @expose("/<pk>/openen", methods=["POST"])
    @has_access
    def open(self, pk: str) -> ResponseReturnValue:
        """Note that it was read (docs/decisions/0010), and show it."""
        item = self.find_row(pk)
        read_receipts.mark_read_by_member(item, g.now, until_id=request.form.get("until", type=read_key))
        db.session.commit()
        return redirect(url_for(".show", pk=item.id))

    def _thread_page(self, item: Thread, form: ReplyForm, **more: Any) -> str:
        messages, draft_url = threads.list_messages(item), url_for(".save_draft")
        last_id = messages[-1].id if messages else 0
        is_asked = for_member.is_to_answer(item, messages)
        return self._show_page(
            item,
            form=form,
            messages=messages,
            last_id=last_id,
            awaits_answer=is_asked,
            draft_url=draft_url,
            pk=item.id,
            **more,
        )

    # --- asking and replying -----------------------------------------------------------------------------------------

    @expose("/vraag", methods=["GET", "POST"])
    @has_access
    @takes_uploads(REQUEST_MEGABYTES)
    def ask(self) -> ResponseReturnValue:
        """A new question; the step before it shows answers that are known already. A link may fill in what it is about:
        `subject` and `election`.
        """
        draft = drafts.find_draft(signed_in_member().user_id, drafts.NEW)
        form = AskForm(data={"body": draft.body, "subject": draft.subject} if draft else _asked_about())
        wants_answers = form.is_submitted() and request.form.get("do") == "suggest"
        asked: list[Thread] = []
        is_to_be_sent = form.is_submitted() and not wants_answers and form.validate()
        if is_to_be_sent and self._commit_or_refuse(lambda: asked.append(self._carry_out_ask(form)), form):
            flash(_say_when(), "success")
            return redirect(url_for(".show", pk=asked[0].id))
        if form.is_submitted():
            self.save_typed(drafts.NEW, None)
        return self._render(
            "member/question_ask.html",
            title=gettext("Ask a question"),
            form=form,
            has_draft=draft is not None and not form.was_sent,
            draft_url=url_for(".save_draft"),
            looked=wants_answers,
            faqs=faqs.suggest_answers(form.subject.data or "", form.about) if wants_answers else [],
        )

    @staticmethod
    def _carry_out_ask(form: AskForm) -> Thread:
        files = form.files.keep(actor=current_actor(), now=g.now)
        wanted = {"files": files, "per_hour": current_app.config["MESSAGES_PER_HOUR"]}
        return threads.ask_question(signed_in_member(), form.wanted(), actor=current_actor(), now=g.now, **wanted)

    @expose("/<pk>/antwoord", methods=["POST"])
    @has_access
    @takes_uploads(REQUEST_MEGABYTES)
    def reply(self, pk: str) -> ResponseReturnValue:
        """Go on with a thread."""
        item, form = self.find_row(pk), ReplyForm()

        def carry_out() -> None:
            files = form.files.keep(actor=current_actor(), now=g.now)
            threads.reply(
                item,
                form.body.data,
                files=files,
                seen_id=request.form.get("until", type=read_key),
                per_hour=current_app.config["MESSAGES_PER_HOUR"],
                actor=current_actor(),
                now=g.now,
            )

        if form.validate_on_submit() and self._commit_or_refuse(carry_out, form):
            flash(gettext("Your message has been sent."), "success")
            return redirect(url_for(".show", pk=item.id))
        self.save_typed(drafts.place_of(item), item.id)
        return self._thread_page(item, form)

    @expose("/antwoorden", methods=["GET"])
    @has_access
    def suggest(self) -> ResponseReturnValue:
        """Answers that are known already, as a part of the page; asked while the subject is typed."""
        found = faqs.suggest_answers(request.args.get("subject", ""), request.args.get("choice_id", 0, type=read_key))
        return self.render_template("member/faqs.html", faqs=found, looked=True)

    # --- drafts ------------------------------------------------------------------------------------------------------

    @expose("/concept", methods=["POST"])
    @has_access
    def save_draft(self) -> ResponseReturnValue:
        """Keep what is being typed."""
        place, thread_id = self._place(request.form.get("thread", ""))
        self.save_typed(place, thread_id)
        return "", 204

    @expose("/concept/weg", methods=["POST"])
    @has_access
    def drop_draft(self) -> ResponseReturnValue:
        """Throw away what was being typed."""
        place, thread_id = self._place(request.form.get("thread", ""))
        drafts.forget_draft(signed_in_member().user_id, place)
        db.session.commit()
        return redirect(url_for(".show", pk=thread_id) if thread_id else url_for(".ask"))

    def _place(self, key: str) -> tuple[str, int | None]:
        if not key:
            return drafts.NEW, None
        item = self.find_row(key)
        return drafts.place_of(item), item.id
