"""The lists of the message box that the team keeps: often asked questions, standard answers and subjects."""

from __future__ import annotations

from typing import Any

from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import lazy_gettext as _

from app.extensions import db
from app.models import CannedAnswer, Faq, SubjectChoice
from app.services.message_box.writing import canned_answers, faqs
from app.views.base import StaffView
from app.views.parts.markdown import render_markdown

MARKDOWN_HINT = _("You can use Markdown: **bold**, lists with - and links as [words](https://…).")


class FaqsView(StaffView):
    """Veelgestelde vragen: members see them while they type a subject."""

    datamodel = SQLAInterface(Faq)
    route_base = "/veelgestelde-vragen"
    singular, plural = _("frequently asked question"), _("frequently asked questions")
    base_order = ("question", "asc")
    quick_search = ("search_text",)
    label_columns = {
        "question": _("Question"),
        "question_en": _("Question in English"),
        "answer": _("Answer"),
        "answer_en": _("Answer in English"),
        "subject_choice": _("Subject"),
        "is_active": _("Shown to members"),
        "search_text": _("Text"),
    }
    list_columns = ["question", "subject_choice", "is_active"]
    show_columns = add_columns = edit_columns = [
        "question",
        "answer",
        "question_en",
        "answer_en",
        "subject_choice",
        "is_active",
    ]
    description_columns = {"answer": MARKDOWN_HINT}
    formatters_columns = {"answer": render_markdown, "answer_en": render_markdown}
    search_columns = ["is_active"]
    order_columns = ["question", "is_active"]

    def create_row(self, form: Any) -> Faq:
        """Found by its words from now on."""
        item: Faq = super().create_row(form)
        item.search_text = faqs.make_search_text(item)
        db.session.flush()
        return item

    def change_row(self, item: Faq, form: Any) -> Any:
        """Found by its new words."""
        outcome = super().change_row(item, form)
        item.search_text = faqs.make_search_text(item)
        db.session.flush()
        return outcome


class CannedAnswersView(StaffView):
    """Standaardantwoorden, with places that are filled in."""

    datamodel = SQLAInterface(CannedAnswer)
    route_base = "/standaardantwoorden"
    singular, plural = _("standard answer"), _("standard answers")
    base_order = ("title", "asc")
    quick_search = ("title", "body")
    label_columns = {"title": _("Title"), "body": _("Text"), "is_active": _("In use")}
    list_columns = ["title", "is_active"]
    show_columns = add_columns = edit_columns = ["title", "body", "is_active"]
    description_columns = {
        "body": _(
            "Filled in for you: {voornaam} and {naam} of the member, {onderwerp}, {verkiezing}, {medewerker} (you)."
        )
    }
    search_columns = ["is_active"]
    order_columns = ["title", "is_active"]

    def create_row(self, form: Any) -> CannedAnswer:
        """Only with places that the portal knows."""
        canned_answers.check_fill_ins(form.body.data)
        item: CannedAnswer = super().create_row(form)
        return item

    def change_row(self, item: CannedAnswer, form: Any) -> Any:
        """Only with places that the portal knows."""
        canned_answers.check_fill_ins(form.body.data)
        return super().change_row(item, form)


class SubjectChoicesView(StaffView):
    """Onderwerpen that members choose from."""

    datamodel = SQLAInterface(SubjectChoice)
    route_base = "/onderwerpen"
    singular, plural = _("subject"), _("subjects")
    base_order = ("position", "asc")
    label_columns = {
        "name": _("Name"),
        "name_en": _("Name in English"),
        "position": _("Place in the order"),
        "is_active": _("In use"),
    }
    list_columns = ["name", "name_en", "position", "is_active"]
    show_columns = add_columns = edit_columns = ["name", "name_en", "position", "is_active"]
    search_columns = ["is_active"]
    order_columns = ["name", "position", "is_active"]
