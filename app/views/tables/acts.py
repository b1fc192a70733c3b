"""Acts on rows of a generated list (FAB's @action): by POST only, on rows that the view's own filters leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext

from app import jobs
from app.i18n import translate
from app.phrases import RuleBroken

MOST_ROWS = 200  # the largest page; an act on more is a job with a page of its own


def in_order_of_declaration(view: type[Any], actions: dict[str, Any]) -> dict[str, Any]:
    """The acts as the classes write them, the usual one first; FAB finds them in the order of the alphabet."""
    written = [found._action[0] for base in view.__mro__ for found in vars(base).values() if hasattr(found, "_action")]
    return {name: actions[name] for name in dict.fromkeys(written) if name in actions}


class ActsOnRows:
    """The two action routes of FAB's ModelView, which in FAB take a GET and any row whatever the filters say.

    A role needs `can_act` for the routes and each act by its own name: `acts(view, …)` in `app.permissions`.
    """

    actions: dict[str, Any]
    queues_mail = False  # whether an act may: the worker is told at once

    @expose("/action/<string:name>/<pk>", methods=["POST"])
    @has_access
    @permission_name("act")
    def action(self, name: str, pk: str) -> Any:
        """Act on the row of a show page."""
        return self._act(name, [pk])

    @expose("/action_post", methods=["POST"])
    @has_access
    @permission_name("act")
    def action_post(self) -> Any:
        """Act on the rows that were ticked in the list, after a page that says which."""
        return self._act(request.form.get("action", ""), request.form.getlist("rowid")[:MOST_ROWS])

    def _act(self, name: str, keys: list[str]) -> Any:
        act = self.actions.get(name)
        view: Any = self
        if act is None or not view.appbuilder.sm.has_access(
            view.get_action_permission_name(name), view.class_permission_name
        ):
            abort(403)
        items = [view.find_row(key) for key in dict.fromkeys(keys)]
        if not items:
            flash(gettext("Choose in the list first."), "error")
            return redirect(view.get_redirect())
        if act.confirmation and request.form.get("sure") != "yes":
            return view._render("tables/sure.html", title=str(act.text), act=act, items=items, keys=keys)
        return self._do(act, items) or redirect(view.get_redirect())

    def each(self, items: list[Any], work: Callable[[Any], Any]) -> int:
        """Do it to each; what a rule refuses is named, the others go on. Gives how many were done."""
        done = 0
        for item in items:
            try:
                work(item)
                done += 1
            except RuleBroken as error:
                view: Any = self
                flash(f"{view.row_name(item)}: {translate(error.text)}", "error")
        return done

    def _do(self, act: Any, items: list[Any]) -> Any:
        answers: list[Any] = []
        view: Any = self
        is_done = view._commit_or_refuse(lambda: answers.append(act.func(items)), None)
        if self.queues_mail:
            jobs.deliver_mail()
        return answers[0] if is_done else None
