"""Planning: who is needed where, who may and can, who stands where, and what was published of it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.services.planning.coverage.totals import IS_NEAR, total_short
from app.services.planning.eligibility import bulk_acts as match_acts
from app.services.planning.needs import bulk_acts
from app.services.planning.versions.audience_kinds import KINDS
from app.views.addresses import kept_url
from app.views.labels.planning.eligibility import AUDIT_WORDS as ELIGIBILITY_WORDS
from app.views.labels.planning.places import AUDIT_WORDS as PLACES_WORDS
from app.views.labels.planning.plan import AUDIT_WORDS
from app.views.member.work.places import MyPlacesView
from app.views.staff.planning.board.board import PlanBoardView
from app.views.staff.planning.board.members import PlanMembersView
from app.views.staff.planning.board.places import PlanPlacesView
from app.views.staff.planning.board.stations import PlanStationsView
from app.views.staff.planning.candidates import CandidateMatchesView, CandidatesImportView
from app.views.staff.planning.coverage import CoverageView
from app.views.staff.planning.eligibility import CommitteeSeatsView, EligibilityFindingsView, EligibilityRulesView
from app.views.staff.planning.need_pages import NeedPages
from app.views.staff.planning.needs import NeedTemplatesView, StaffingNeedsView
from app.views.staff.planning.plan_files import PlanFilesView
from app.views.staff.planning.plan_import import PlanImportView
from app.views.staff.planning.planned_places import SEARCH, PlannedPlacesView
from app.views.staff.planning.proposals import ProposalsView
from app.views.staff.planning.publishing import PlanVersionsView, PublishedPlacesView, PublishView
from app.views.subject import PLANNING, HomeTotals, Screen, Subject

SUBJECT = Subject(
    "planning",
    screens=[
        Screen(NeedPages),
        Screen(ProposalsView),
        Screen(CoverageView),
        Screen(PlanFilesView),
        Screen(PlanImportView),
        Screen(PlanBoardView, "Plan", _("Plan"), PLANNING, 161),
        Screen(PlanStationsView),
        Screen(PlanPlacesView),
        Screen(PlanMembersView),
        Screen(StaffingNeedsView, "Staffing needs", _("Staffing needs"), PLANNING, 165),
        Screen(NeedTemplatesView, "Templates of needs", _("Templates of needs"), PLANNING, 166),
        Screen(EligibilityFindingsView, "Eligibility", _("Who may be appointed"), PLANNING, 167),
        Screen(EligibilityRulesView, "Eligibility rules", _("Rules for appointing"), PLANNING, 168),
        Screen(CommitteeSeatsView, "Committee seats", _("Electoral committees"), PLANNING, 169),
        Screen(CandidateMatchesView, "Candidates", _("Candidates among members"), PLANNING, 169),
        Screen(CandidatesImportView),
        Screen(PublishView),
        Screen(PlannedPlacesView),
        Screen(PlanVersionsView),
        Screen(PublishedPlacesView),
        Screen(MyPlacesView, "My places", _("My places"), place=14),
    ],
    totals=[HomeTotals(total_short, lambda only: kept_url("CoverageView.show", toon="short", **only), IS_NEAR)],
    search=[SEARCH],
    audit=[AUDIT_WORDS, ELIGIBILITY_WORDS, PLACES_WORDS],
    audience_kinds=KINDS,
    bulk_acts={
        "PollingStationsView.need": bulk_acts.SET_NEED,
        "StaffingNeedsView.change": bulk_acts.CHANGE,
        "StaffingNeedsView.remove": bulk_acts.REMOVE,
        "CandidateMatchesView.confirm": match_acts.CONFIRM,
        "CandidateMatchesView.reject": match_acts.REJECT,
        "CandidateMatchesView.reopen": match_acts.REOPEN,
    },
)
