"""Who may be appointed: the rules of an election, what they found of members, and seats in its committees."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.models import CommitteeSeat, EligibilityFinding, EligibilityRule, Member
from app.services.planning.eligibility import findings, rules, seats
from app.services.planning.eligibility.findings import LONGEST_REASON
from app.views.forms.fields import read_key
from app.views.forms.forms import PortalForm
from app.views.forms.lookup import LookupField
from app.views.forms.lookup_sources import MEMBERS
from app.views.labels.planning.eligibility import BASES, CAUSES, OUTCOMES, RULES, say_cause, say_outcome
from app.views.staff.elections.parts import OfElectionView
from app.views.tables.filters.by_column import ANY, Filter
from app.views.tables.filters.by_member import member_filter

OUTCOME_OF = {
    "stops": findings.stops(),
    "warns": EligibilityFinding.is_blocking.is_(False) & EligibilityFinding.overridden_at.is_(None),
    "overridden": EligibilityFinding.overridden_at.is_not(None),
}
WHO = {"yes": _("answered, or has a place"), "no": _("did not answer, and has no place")}


class EligibilityRulesView(OfElectionView):
    """Regels. Each election has one of each kind; one that does not hold is switched off, not deleted."""

    datamodel = SQLAInterface(EligibilityRule)
    route_base = "/benoembaarheid/regels"
    include_route_methods = {"list", "show", "edit"}
    singular, plural = _("rule for who may be appointed"), _("rules for who may be appointed")
    base_order = ("id", "asc")
    choices = {"code": RULES, "basis": BASES}
    label_columns = {
        "election": _("Election"),
        "code": _("Rule"),
        "basis": _("Rule of"),
        "source": _("Article or decision"),
        "is_blocking": _("Stops"),
        "is_active": _("Holds at this election"),
    }
    description_columns = {
        "source": _("Check the article at wetten.overheid.nl."),
        "is_blocking": _("Who does not meet it gets no place without a warning; else the rule only warns."),
    }
    list_columns = ["code", "basis", "source", "is_blocking", "is_active", "election"]
    show_columns = ["election", "code", "basis", "source", "is_blocking", "is_active"]
    edit_columns = ["source", "is_blocking", "is_active"]
    search_columns = ["code", "basis", "is_blocking", "is_active"]
    order_columns: list[str] = []

    def row_name(self, item: EligibilityRule) -> str:
        """What it asks."""
        return str(RULES[item.code])

    def change_row(self, item: EligibilityRule, form: Any) -> None:
        """The findings follow."""
        values = {name: form[name].data for name in self.edit_columns}
        rules.change_rule(item, **{**values, "source": form.source.data or ""}, **self.by_whom())


class OverrideForm(PortalForm):
    """Why a rule does not hold for this member."""

    reason = TextAreaField(
        _("Why does it not hold for this member?"),
        [InputRequired(), Length(max=LONGEST_REASON)],
        description=_("Colleagues read this. Until the cause changes the rule stops this member no more."),
    )


class EligibilityFindingsView(OfElectionView):
    """Bevindingen: what rules found. The portal makes them; the team decides about each."""

    datamodel = SQLAInterface(EligibilityFinding)
    member_of = "member_id"
    route_base = "/benoembaarheid"
    include_route_methods = {"list", "show", "override", "take_back"}
    singular, plural = _("finding"), _("who may not be appointed")
    base_order = ("member", "asc")
    order_keys = {"member": (Member.surname, Member.first_name, Member.id)}
    label_columns = {
        "member": _("Member"),
        "election": _("Election"),
        "rule": _("Rule"),
        "cause": _("What was found"),
        "outcome": _("Stops or warns"),
        "basis": _("Rule of"),
        "source": _("Article or decision"),
        "found_at": _("Found on"),
        "overridden_by": _("Overruled by"),
        "overridden_at": _("Overruled on"),
        "override_reason": _("Why"),
    }
    cells = {
        "member": lambda row: row.member.full_name,
        "rule": lambda row: str(RULES[row.rule.code]),
        "cause": say_cause,
        "outcome": say_outcome,
        "basis": lambda row: str(BASES[row.rule.basis]),
        "source": lambda row: row.rule.source,
        "overridden_by": lambda row: row.overridden_by or "",
    }
    list_columns = ["member", "cause", "outcome", "rule", "found_at", "election"]
    more_columns = ("overridden_by", "overridden_at", "override_reason")
    show_columns = [
        "member",
        "election",
        "rule",
        "cause",
        "outcome",
        "basis",
        "source",
        "found_at",
        "overridden_by",
        "overridden_at",
        "override_reason",
    ]
    list_template = "staff/planning/findings.html"
    show_template = "staff/planning/finding.html"
    search_columns = ["found_at"]
    order_columns = ["member"]

    def rows(self) -> Any:
        """With the members, in whose order they stand."""
        return super().rows().join(EligibilityFinding.member)

    def _init_forms(self) -> None:
        super()._init_forms()
        self.filters += [
            _choice("rule", _("Rule"), RULES, lambda code: EligibilityFinding.rule.has(EligibilityRule.code == code)),
            _choice("cause", _("What was found"), CAUSES, lambda cause: EligibilityFinding.cause == cause),
            _choice("outcome", _("Stops or warns"), OUTCOMES, lambda outcome: OUTCOME_OF[outcome]),
            _choice(
                "who",
                _("The member"),
                WHO,
                lambda answer: findings.counts_now() if answer == "yes" else ~findings.counts_now(),
            ),
            member_filter(lambda ids: EligibilityFinding.member_id.in_(ids)),
        ]

    def _render(self, template: str, **values: Any) -> str:
        asked = request.args.get("election", 0, type=read_key)
        if template == self.list_template and asked:
            values |= {"counts": findings.count_findings(asked), "rules": RULES}
        return super()._render(template, **values)

    def row_name(self, item: EligibilityFinding) -> str:
        """Of whom, and what."""
        return f"{item.member.full_name}: {say_cause(item)}"

    @expose("/<int:pk>/toch", methods=["GET", "POST"])
    @has_access
    def override(self, pk: int) -> ResponseReturnValue:
        """Why the rule does not hold for this member."""
        item, form = self.find_row(str(pk)), OverrideForm()
        back = url_for(".show", pk=pk)
        title = gettext("Overrule: %(name)s", name=self.row_name(item))

        def decide() -> None:
            findings.override(item, form.reason.data or "", **self.by_whom())

        if form.validate_on_submit() and self._commit_or_refuse(decide, form):
            flash(gettext("The rule no longer stops this member."), "success")
            return redirect(back)
        return self._render(
            "staff/form_page.html", title=title, form=form, label=gettext("Overrule the rule"), back=back
        )

    @expose("/<int:pk>/terugnemen", methods=["POST"])
    @has_access
    def take_back(self, pk: int) -> ResponseReturnValue:
        """The rule holds again."""
        item = self.find_row(str(pk))
        if self._commit_or_refuse(lambda: findings.take_back(item, **self.by_whom()), None):
            flash(gettext("The rule holds again for this member."), "success")
        return redirect(url_for(".show", pk=pk))


def _choice(argument: str, label: Any, words: Any, criterion: Any) -> Filter:
    field = SelectField(label, choices=[("", ANY), *((str(key), said) for key, said in words.items())], default="")
    return Filter(argument, label, field, criterion, lambda value: str(words[value]))


class CommitteeSeatsView(OfElectionView):
    """Members who sit in the main or central committee, who may not be in a polling station (Kieswet E 4)."""

    datamodel = SQLAInterface(CommitteeSeat)
    member_of = "member_id"
    route_base = "/benoembaarheid/bureaus"
    include_route_methods = {"list", "show", "add", "delete"}
    singular, plural = _("seat in an electoral committee"), _("seats in electoral committees")
    base_order = ("id", "desc")
    label_columns = {"member": _("Member"), "election": _("Election")}
    cells = {"member": lambda row: row.member.full_name}
    list_columns = show_columns = ["member", "election"]
    add_columns = ["election", "member"]
    add_form_extra_fields = {"member": LookupField(_("Member"), [InputRequired()], source=MEMBERS)}
    search_columns: list[str] = []
    order_columns: list[str] = []

    def _init_forms(self) -> None:
        super()._init_forms()
        self.filters += [member_filter(lambda ids: CommitteeSeat.member_id.in_(ids))]

    def row_name(self, item: CommitteeSeat) -> str:
        """Whose."""
        return item.member.full_name

    def create_row(self, form: Any) -> CommitteeSeat:
        """Once for a member."""
        return seats.add_seat(form.election.data, form.member.data or "", **self.by_whom())
