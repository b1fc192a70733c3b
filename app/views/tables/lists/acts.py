"""Acts on rows of a generated list (FAB's @action): by POST only, on rows that the view's own filters leave.

On the rows that were ticked at once; on all that search and filters leave after a preview, in a job
(services.bulk_runs).
What was found travels as the search in the address, never as keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext
from sqlalchemy import Select, select

from app import jobs
from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import translate
from app.phrases import RuleBroken
from app.services import bulk_acts, bulk_runs
from app.services.bulk_acts import BulkAct, Preview
from app.views.tables.lists.found_members import take_members
from app.views.tables.lists.view_choice import search_in

FITS = -1  # the place of a reason that is none (services.bulk_acts)
MOST_ROWS = 200  # more than the largest page; an act on more is a job with a page of its own


def in_order_of_declaration(view: type[Any], actions: dict[str, Any]) -> dict[str, Any]:
    """The acts as the classes write them, the usual one first; FAB finds them in the order of the alphabet."""
    written = [found._action[0] for base in view.__mro__ for found in vars(base).values() if hasattr(found, "_action")]
    return {name: actions[name] for name in dict.fromkeys(written) if name in actions}


class ActsOnRows:
    """The two action routes of FAB's ModelView, which in FAB take a GET and any row whatever the filters say.

    A role needs `can_act` for the routes and each act by its own name: `acts(view, …)` in `app.permissions`.
    """

    actions: dict[str, Any]
    member_of = ""  # the column that says whose a row is, where the rows are members or belong to them

    # --- what a subclass may replace ---------------------------------------------------------------------------------

    def bulk_form(self, name: str) -> Any:
        """The questions before an act on all that is found; None where there are none."""
        return None

    def bulk_parameters(self, name: str, form: Any) -> Mapping[str, Any]:
        """What the act must know beside the rows: plain values, for the worker."""
        return {}

    def mail_of_act(self, name: str, keys: Select[Any]) -> Any:
        """The mail that the act sends, as the first of these rows gets it; None where it sends none."""
        return None

    def acts_on_list(self) -> dict[str, Any]:
        """What the visitor may do with rows that are ticked, or with all that is found."""
        return {name: act for name, act in self.actions.items() if act.multiple and self._may(name)}

    def acts_on_row(self) -> list[Any]:
        """What the visitor may do with the row of a show page."""
        return [act for name, act in self.actions.items() if act.single and self._may(name)]

    # --- routes ------------------------------------------------------------------------------------------------------

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
        """Act on the rows that were ticked in the list, or on all that it found, after a page that says which."""
        name = request.form.get("action", "")
        if request.form.get("scope") == "found":
            return self._act_on_found(name)
        return self._act(name, request.form.getlist("rowid")[:MOST_ROWS])

    def _find_act(self, name: str) -> Any:
        if not self._may(name):
            abort(403)
        return self.actions[name]

    def _may(self, name: str) -> bool:
        """Whether the visitor may do the act of this name."""
        view: Any = self
        pair = (view.get_action_permission_name(name), view.class_permission_name) if name in self.actions else None
        return pair is not None and bool(view.appbuilder.sm.has_access(*pair))

    def _act(self, name: str, keys: list[str]) -> Any:
        act = self._find_act(name)
        view: Any = self
        items = self._narrow([view.find_row(key) for key in dict.fromkeys(keys)])
        if not items:
            flash(gettext("Choose in the list first."), "error")
            return redirect(view.get_redirect())
        if act.confirmation and request.form.get("sure") != "yes":
            return self._ask_about(act, items)
        return self._do(act, items) or redirect(view.get_redirect())

    def _narrow(self, items: list[Any]) -> list[Any]:
        """Of ticked rows those that another act left out, where the form says so (`_only`)."""
        if not request.form.get("only"):
            return items
        key_of: Callable[[Any], Any] = self.row_key  # type: ignore[attr-defined]
        chosen = bulk_acts.select_keys(self._find_bulk_act(request.form["action"]), [key_of(item) for item in items])
        kept = set(db.session.scalars(self._only(chosen)))
        return [item for item in items if key_of(item) in kept]

    def _ask_about(self, act: Any, items: list[Any]) -> Any:
        """A page that names the rows, and says to which it is not done and why."""
        view: Any = self
        bulk_act, keys = self._find_bulk_act(act.name), [view.row_key(item) for item in items]
        chosen = bulk_acts.select_keys(bulk_act, keys)
        told = self._told(act.name, bulk_act, chosen, bulk_acts.preview(bulk_act, chosen))
        reached = set(db.session.scalars(bulk_acts.select_left_out(bulk_act, chosen, FITS)))
        fitting = [item for item, key in zip(items, keys, strict=True) if key in reached]
        return view._render("tables/sure.html", title=str(act.text), act=act, items=fitting, keys=keys, **told)

    def _told(self, name: str, bulk_act: BulkAct, keys: Select[Any], look: Preview) -> dict[str, Any]:
        """What both pages before an act say: whom it reaches, what helps the others, and the mail that is sent."""
        helping = {left.act for left in look.left_out if left.act and self._may(left.act)}
        mail = self.mail_of_act(name, bulk_acts.select_left_out(bulk_act, keys, FITS)) if look.reached else None
        return {"look": look, "helping": helping, "mail": mail, "only": request.form.get("only", "")}

    def _only(self, keys: Select[Any]) -> Select[Any]:
        """These rows, or of them those to which another act was not done for one reason: "invite.4"."""
        name, _dot, place = request.form.get("only", "").partition(".")
        if not name:
            return keys
        if not (place.isascii() and place.isdecimal() and len(place) < 3):
            abort(404)
        return bulk_acts.select_left_out(self._find_bulk_act(name), keys, int(place))

    def _find_bulk_act(self, name: str) -> BulkAct:
        return bulk_acts.ACTS.get(f"{type(self).__name__}.{name}") or abort(404)

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
        return answers[0] if is_done else None

    # --- all that is found -------------------------------------------------------------------------------------------

    def found_keys(self) -> Select[Any]:
        """The keys of all rows that search and filters of the address leave."""
        view: Any = self
        found = view.found_rows().rows.order_by(None).with_entities(view.datamodel.get_pk())
        return select(found.subquery().c[0])

    def _act_on_found(self, name: str) -> Any:
        """A page that says whom it reaches; the yes starts the job, unless that is no longer what was said."""
        act, view = self._find_act(name), self
        bulk_act, keys = self._find_bulk_act(name), self._only(self.found_keys())
        form = self.bulk_form(name)
        look = bulk_acts.preview(bulk_act, keys)
        seen, before = f"{look.total}/{look.reached}", request.form.get("seen", "")
        is_sure = request.form.get("sure") == "yes"
        if is_sure and seen == before and (form is None or form.validate_on_submit()) and look.reached:
            started: list[Any] = []
            if view._commit_or_refuse(lambda: started.append(self._start(name, keys, form)), form):  # type: ignore[attr-defined]
                jobs.run_bulk(started[0].id)
                return redirect(url_for("BulkRunsView.show", pk=started[0].id))
        changed = before if is_sure and seen != before else ""
        given = {"title": str(act.text), "act": act, "seen": seen, "changed": changed, "form": form}
        told = self._told(name, bulk_act, keys, look)
        return view._render("tables/sure_of_found.html", bulk_act=bulk_act, **given, **told)  # type: ignore[attr-defined]

    def _start(self, name: str, keys: Select[Any], form: Any) -> Any:
        return bulk_runs.start_run(
            type(self).__name__,
            name,
            keys,
            query=search_in(request.args),
            parameters=self.bulk_parameters(name, form),
            actor=current_actor(),
            now=g.now,
        )

    @expose("/gevonden", methods=["POST"])
    @has_access
    @permission_name("list")
    def use_found(self) -> Any:
        """Keep the members that the list found, and go where one writes to them or acts on them."""
        view: Any = self
        found = view.found_rows().rows.order_by(None).with_entities(getattr(view.model, self.member_of)).distinct()
        keys = select(found.subquery().c[0])
        return take_members(view, keys, back=view.get_redirect(), query=search_in(request.args))
