"""General messages (algemene berichten) of the team: a generated screen, and the steps with a rule."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.auth.visitor import current_actor
from app.models import NewsItem
from app.services.campaigns import progress
from app.services.news import files, news
from app.views.labels.messages.news import NEWS_STATES
from app.views.parts.news import parts_of
from app.views.staff.audiences.audiences import preview as preview_audience
from app.views.staff.news.form import LONGEST_BODY, NewsFileForm, NewsForm
from app.views.staff.publishing import PublishedView
from app.views.tables.saved_then_shown import SavedThenShown


class NewsItemsView(SavedThenShown, PublishedView):
    """Written as a draft, looked at with the names of who gets it, then published; withdrawn at any moment."""

    datamodel = SQLAInterface(NewsItem)
    route_base = "/berichtenbeheer"
    publisher = news.NEWS
    withdrawn = _("The message is withdrawn.")
    singular, plural = _("general message"), _("general messages")
    base_order = ("created_at", "desc")
    quick_search = ("search_text",)
    quick_label = _("Search by title or text")
    choices = {"state": NEWS_STATES}
    label_columns = {
        "title": _("Title"),
        "body": _("Message"),
        "state": _("State"),
        "publish_from": _("Can be read from"),
        "publish_until": _("Can be read until"),
        "is_pinned": _("On top of the list"),
        "is_announced": _("Members are told"),
        "announced_at": _("Members were told"),
        "created_by": _("Made by"),
        "created_at": _("Made on"),
        "changed_at": _("Changed"),
    }
    list_columns = ["title", "state", "publish_from", "publish_until", "is_pinned"]
    more_columns = ("announced_at", "created_by", "created_at", "changed_at")
    show_columns = [
        "state",
        "publish_from",
        "publish_until",
        "is_pinned",
        "is_announced",
        "announced_at",
        "created_by",
        "created_at",
        "changed_at",
    ]
    add_columns = edit_columns = ["title"]
    search_columns = ["state", "is_pinned", "publish_from"]
    order_columns = ["title", "state", "publish_from", "publish_until", "created_at"]
    add_form = edit_form = NewsForm
    add_template = edit_template = "staff/news/form.html"
    show_template = "staff/news/show.html"
    publish_template = "staff/news/publish.html"

    def create_row(self, form: Any) -> NewsItem:
        """A draft."""
        item = news.write_news(form.wanted(), None, actor=current_actor(), now=g.now)
        self.show_after(item)
        return item

    def change_row(self, item: NewsItem, form: Any) -> None:
        """By the rules of the service: what was published keeps its audience."""
        news.write_news(form.wanted(), item, actor=current_actor(), now=g.now)
        self.show_after(item)

    def check_goes(self, item: NewsItem) -> None:
        """Only a draft."""
        news.check_news_goes(item)

    def delete_row(self, item: NewsItem) -> None:
        """Only a draft."""
        news.delete_news(item, actor=current_actor(), now=g.now)

    def _render(self, template: str, **values: Any) -> str:
        if template == self.show_template:
            item = values["item"]
            values["audience"] = preview_audience(item)
            values["readers"], announcement = news.find_reach(item)
            values["parts"] = parts_of(item.id, item.body, item.body_en)
            values["told"] = progress.find_progress(announcement) if announcement and item.announced_at else None
        return super()._render(template, **values)

    @expose("/voorbeeld", methods=["POST"])
    @has_access
    def preview(self) -> ResponseReturnValue:
        """What was typed as members will see it; keeps nothing. With `part`, only that part, for the live preview."""
        typed = {name: request.form.get(name, "")[:LONGEST_BODY] for name in ("title", "body", "title_en", "body_en")}
        item = request.form.get("item")
        parts = parts_of(self.find_row(item).id, typed["body"], typed["body_en"]) if item else None
        template = "staff/news/preview_part.html" if "part" in request.form else "staff/news/preview.html"
        return super()._render(template, title=gettext("Preview"), typed=typed, parts=parts)

    @expose("/publiceren/<pk>", methods=["GET", "POST"])
    @has_access
    def publish(self, pk: str) -> ResponseReturnValue:
        """To how many members it goes, and when; the POST publishes."""
        item = self.find_row(pk)
        return self.publish_or_look(
            [item],
            lambda: news.publish_news(item, **self.by_whom()),
            title=gettext("Publish: %(name)s", name=item.title),
            done=gettext("The message is published."),
            back=url_for(f"{self.endpoint}.show", pk=pk),
        )

    @expose("/bestand/<pk>", methods=["GET", "POST"])
    @has_access
    def add_file(self, pk: str) -> ResponseReturnValue:
        """An image or attachment."""
        item, form = self.find_row(pk), NewsFileForm()
        here = url_for(f"{self.endpoint}.show", pk=pk)
        if form.validate_on_submit() and self._commit_or_refuse(lambda: self._keep(item, form), form):
            flash(gettext("The file is added."), "success")
            return redirect(here)
        title = gettext("Add an image or attachment: %(name)s", name=item.title)
        return super()._render(
            "staff/form_page.html", title=title, form=form, label=gettext("Add"), back=here, upload=True
        )

    @staticmethod
    def _keep(item: NewsItem, form: NewsFileForm) -> None:
        given = {"actor": current_actor(), "now": g.now}
        for file in form.files.keep(**given):
            files.add_file(item, file, form.caption.data or "", **given)

    @expose("/bestand/<pk>/<int:file>/weg", methods=["POST"])
    @has_access
    def remove_file(self, pk: str, file: int) -> ResponseReturnValue:
        """Take a file away."""
        item = self.find_row(pk)
        self.do_step(lambda: files.remove_file(item, file, **self.by_whom()), gettext("The file is taken away."))
        return redirect(url_for(f"{self.endpoint}.show", pk=pk))
