"""Candidates of an election: their file is imported, and the team looks at who of them looks like a member."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.actions import action
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import joinedload
from wtforms import SelectField

from app import jobs
from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import translate
from app.importing.elections.candidates import CandidateRow
from app.models import CandidateMatch, Election, ImportRun, MatchState
from app.phrases import RuleBroken
from app.services import import_runs
from app.services.planning.eligibility import candidates
from app.services.planning.eligibility.likeness import SHOWN
from app.views.base import Page
from app.views.forms.forms import PortalForm
from app.views.forms.uploads import import_file
from app.views.labels.planning.eligibility import MATCH_STATES, say_likeness
from app.views.labels.rosters import IMPORT_STATES
from app.views.parts.found import Parts, Shown, find_parts
from app.views.parts.instance import instance_folder
from app.views.staff.elections.parts import OfElectionView
from app.views.staff.elections.station_import import find_election
from app.views.tables.filters.by_column import ANY, Filter
from app.views.tables.filters.by_election import elections_now
from app.views.tables.filters.by_member import member_filter

HOW_ALIKE = {"likely": _("much alike"), "little": _("a little alike")}


class CandidatesFileForm(PortalForm):
    """An EML 230b."""

    file = import_file(_("File with candidates"), _("EML 230b of the Electoral Council, it ends in .eml.xml."))


class CandidatesImportView(Page):
    """The steps of the import; the file is kept sealed until it is imported."""

    route_base = "/verkiezingen/<code>/kandidaten"
    default_view = "upload"

    @expose("/importeren", methods=["GET", "POST"])
    @has_access
    def upload(self, code: str) -> ResponseReturnValue:
        """Choose a file."""
        election, form, started = find_election(code), CandidatesFileForm(), []

        def start() -> None:
            file = form.file.data
            given = {"instance": instance_folder(), "actor": current_actor(), "now": g.now}
            started.append(candidates.start_run(election, file.read(), file.filename or "", **given))

        if form.validate_on_submit() and self._commit_or_refuse(start, form):
            return redirect(url_for(".check", code=code, run_id=started[0].id))
        return self.render_template(
            "staff/planning/candidates_upload.html",
            election=election,
            form=form,
            known=candidates.count_candidates(election.id),
            runs=import_runs.list_latest(candidates.KIND, election_id=election.id),
            states=IMPORT_STATES,
        )

    @expose("/importeren/<int:run_id>", methods=["GET", "POST"])
    @has_access
    def check(self, code: str, run_id: int) -> ResponseReturnValue:
        """Who is in the file, and whom they look like; import it."""
        election, form = find_election(code), PortalForm()
        run = import_runs.find_of_election(candidates.KIND, run_id, election.id) or abort(404)
        if run.state in import_runs.OVER:
            return redirect(url_for("CandidateMatchesView.list", election=election.id, how="likely", state="open"))
        if import_runs.is_waiting(run) or run.message:
            return self._show(election, run, form, is_busy=import_runs.is_waiting(run))
        try:
            if form.validate_on_submit():
                return self._take(election, run)
            check = candidates.check_run(election, run, instance=instance_folder())
        except RuleBroken as error:
            db.session.rollback()
            flash(translate(error.text), "error")
            return redirect(url_for(".upload", code=code))
        return self._show(election, run, form, check=check, found=_find_parts(election, run, check))

    def _show(self, election: Election, run: ImportRun, form: PortalForm, **values: Any) -> str:
        page: str = self.render_template(
            "staff/planning/candidates_check.html",
            election=election,
            run=run,
            form=form,
            refusal=import_runs.refusal_of(run),
            **values,
        )
        return page

    @staticmethod
    def _take(election: Election, run: ImportRun) -> Any:
        is_done = candidates.ask_import(election, run, instance=instance_folder(), actor=current_actor(), now=g.now)
        db.session.commit()
        if not is_done:
            jobs.run_import(run.id)
            return redirect(url_for(".check", code=election.code, run_id=run.id))
        import_runs.forget_file(run, instance=instance_folder())
        db.session.commit()
        number = run.rows_total
        flash(ngettext("%(num)s candidate is imported.", "%(num)s candidates are imported.", number), "success")
        return redirect(url_for("CandidateMatchesView.list", election=election.id, how="likely", state="open"))

    @expose("/importeren/<int:run_id>/weggooien", methods=["POST"])
    @has_access
    def drop(self, code: str, run_id: int) -> ResponseReturnValue:
        """Give up, and delete the file."""
        run = import_runs.find_of_election(candidates.KIND, run_id, find_election(code).id) or abort(404)
        if self._commit_or_refuse(lambda: import_runs.give_up(run, instance=instance_folder()), None):
            flash(gettext("The file has been deleted. Nothing was imported."), "success")
        return redirect(url_for(".upload", code=code))

    @expose("/vergelijken", methods=["POST"])
    @has_access
    def compare(self, code: str) -> ResponseReturnValue:
        """With the members of now."""
        election, done = find_election(code), list[int]()

        def compare() -> None:
            done.append(candidates.compare_again(election, actor=current_actor(), now=g.now))

        if self._commit_or_refuse(compare, None):
            said = ngettext(
                "Compared: %(num)s candidate looks like a member.",
                "Compared: %(num)s candidates look like a member.",
                done[0],
            )
            flash(said, "success")
        return redirect(url_for("CandidateMatchesView.list", election=election.id))


# --- what the file would do ------------------------------------------------------------------------------------------


def _find_parts(election: Election, run: ImportRun, check: candidates.CandidatesCheck) -> Parts | None:
    return find_parts(
        _PARTS,
        {"alike": len(check.shown), "remarks": len(check.remarks)},
        lambda name: list(check.shown) if name == "alike" else list(check.remarks),
        lambda **arguments: url_for("CandidatesImportView.check", code=election.code, run_id=run.id, **arguments),
    )


def _write_alike(lines: list[Any]) -> list[list[Any]]:
    return [
        [member.full_name, member.city, _call(row), row.city, f"{likeness.score:.0f}", say_likeness(likeness.reasons)]
        for likeness, row, member in lines
    ]


def _call(row: CandidateRow) -> str:
    first = f"({row.first_name})" if row.first_name and row.initials else row.first_name
    return " ".join(filter(None, (row.initials, first, row.infix, row.surname)))


_PARTS = {
    "alike": Shown(
        _("Candidates who look like a member"),
        _("You decide about each after the import. By itself it stops nobody."),
        [_("Member"), _("Town"), _("Candidate"), _("Town of the candidate"), _("Points of 100"), _("What is alike")],
        _write_alike,
    ),
    "remarks": Shown(_("Not compared"), "", [_("Reason")], lambda lines: [[translate(remark)] for remark in lines]),
}


# --- the likenesses --------------------------------------------------------------------------------------------------


class CandidateMatchesView(OfElectionView):
    """Gelijkenissen: a candidate beside a member, the likeliest first."""

    datamodel = SQLAInterface(CandidateMatch)
    member_of = "member_id"
    route_base = "/kandidaten"
    include_route_methods = {"list", "show", "action", "action_post"}
    singular, plural = _("candidate who looks like a member"), _("candidates who look like members")
    base_order = ("score", "desc")
    choices = {"state": MATCH_STATES}
    label_columns = {
        "member": _("Member"),
        "city": _("Town"),
        "candidate": _("Candidate"),
        "candidate_city": _("Town of the candidate"),
        "list": _("List"),
        "score": _("Points of 100"),
        "reasons": _("What is alike"),
        "state": _("Decided"),
        "decided_by": _("Decided by"),
        "decided_at": _("Decided on"),
    }
    cells = {
        "member": lambda row: row.member.full_name,
        "city": lambda row: row.member.city,
        "candidate": lambda row: row.candidate.full_name,
        "candidate_city": lambda row: row.candidate.city,
        "list": lambda row: f"{row.candidate.list_number} {row.candidate.list_name}, {row.candidate.position}",
        "score": lambda row: f"{row.score:.0f}",
        "reasons": lambda row: say_likeness(row.reasons),
        "decided_by": lambda row: row.decided_by or "",
    }
    list_columns = ["member", "city", "candidate", "candidate_city", "score", "reasons", "state"]
    more_columns = ("list", "decided_by", "decided_at")
    show_columns = [
        "member",
        "city",
        "candidate",
        "candidate_city",
        "list",
        "score",
        "reasons",
        "state",
        "decided_by",
        "decided_at",
    ]
    list_template = "staff/planning/candidates.html"
    search_columns = ["state"]
    order_columns: list[str] = []

    def _init_forms(self) -> None:
        super()._init_forms()
        field = SelectField(_("How much alike"), choices=[("", ANY), *HOW_ALIKE.items()], default="")
        self.filters += [
            Filter(
                "how",
                _("How much alike"),
                field,
                lambda value: CandidateMatch.score >= SHOWN if value == "likely" else CandidateMatch.score < SHOWN,
                lambda value: str(HOW_ALIKE[value]),
            ),
            member_filter(lambda ids: CandidateMatch.member_id.in_(ids)),
        ]

    def rows(self) -> Any:
        """With the candidate and the member of each."""
        return super().rows().options(joinedload(CandidateMatch.candidate), joinedload(CandidateMatch.member))

    def row_name(self, item: CandidateMatch) -> str:
        """The two."""
        return f"{item.member.full_name} – {item.candidate.full_name}"

    def _decide(self, items: list[CandidateMatch], state: MatchState, said: str) -> None:
        done = self.each(items, lambda match: candidates.decide(match, state, actor=current_actor(), now=g.now))
        if done:
            flash(f"{said} ({done})", "success")

    @action("confirm", _("Is the same person"), "")
    def confirm(self, items: list[CandidateMatch]) -> None:
        """The rule about candidates finds the member."""
        self._decide(items, MatchState.CONFIRMED, gettext("Noted: the member is this candidate."))

    @action("reject", _("Is somebody else"), "")
    def reject(self, items: list[CandidateMatch]) -> None:
        """Not looked at again."""
        self._decide(items, MatchState.REJECTED, gettext("Noted: the member is somebody else."))

    @action("reopen", _("Not decided"), "")
    def reopen(self, items: list[CandidateMatch]) -> None:
        """Take back what was decided."""
        self._decide(items, MatchState.OPEN, gettext("To be looked at again."))

    def _render(self, template: str, **values: Any) -> str:
        code = next((code for key, _name, code in elections_now() if str(key) == request.args.get("election")), "")
        return super()._render(template, code=code, **values)
