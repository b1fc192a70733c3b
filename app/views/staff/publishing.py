"""The steps of a screen of what is published: who gets it before it is, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access

from app import jobs
from app.services.audiences import groups
from app.services.notifications.digest_mail import end_of_quarter
from app.services.publishing import Publisher
from app.views.base import StaffView
from app.views.staff.audiences.reach import show_reach


class PublishedView(StaffView):
    """A StaffView of a Publishable. `withdrawn` is what staff are told when it is taken back."""

    publisher: Publisher
    withdrawn: Any
    publish_template: str

    def publish_or_look(
        self, items: Sequence[Any], publish: Callable[[], Any], *, title: str, done: str, back: str
    ) -> ResponseReturnValue:
        """To how many members each goes, and when; a POST publishes all of them."""
        if request.method == "POST":
            if self.do_step(publish, done):
                jobs.start_campaigns()
            return redirect(back)
        reached = {item.group: show_reach(item) for item in items}
        return self._render(
            self.publish_template,
            title=title,
            items=[(item, reached[item.group], _mails_leave_at(item)) for item in items],
            words=[word for group in reached for word in groups.describe(group)],
            here=back,
        )

    @expose("/intrekken/<pk>", methods=["POST"])
    @has_access
    def withdraw(self, pk: str) -> ResponseReturnValue:
        """Nobody sees it any more."""
        item = self.find_row(pk)
        self.do_step(lambda: self.publisher.withdraw(item, **self.by_whom()), self.withdrawn)
        return redirect(url_for(f"{self.endpoint}.show", pk=pk))


def _mails_leave_at(item: Any) -> datetime:
    return end_of_quarter(max(item.publish_from or g.now, g.now))
