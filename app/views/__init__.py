"""Every view and the menu, on one page."""

from __future__ import annotations

from flask import current_app
from flask_appbuilder import AppBuilder
from flask_babel import lazy_gettext as _

from app.auth.browser import browser_name
from app.extensions import csrf
from app.views import markdown
from app.views.account.mailed_links import MailedLinkView
from app.views.account.my_account import MyAccountView, SessionsView
from app.views.account.recovery import RecoveryView
from app.views.account.sign_in import SignInView
from app.views.console import add_console
from app.views.forms import uploads
from app.views.member.availability import AvailabilityView
from app.views.member.choices import ChoicesView
from app.views.member.documents import MyDocumentsView
from app.views.member.message_box import MessageBoxView
from app.views.member.news import NewsView
from app.views.member.notifications import NotificationsView
from app.views.member.profile import ProfileView
from app.views.pages import files
from app.views.pages.about import AboutView
from app.views.pages.files import FilesView
from app.views.pages.health import health
from app.views.pages.home import HomeView
from app.views.pages.language import LanguageView
from app.views.pages.unsubscribe import UnsubscribeView
from app.views.staff.accounts.users import UsersView
from app.views.staff.audiences.audiences import AudiencesView
from app.views.staff.audit.audit import AuditEventsView
from app.views.staff.availability.answers import AnswersView
from app.views.staff.campaigns.campaigns import CampaignsView
from app.views.staff.campaigns.notifications import MemberNotificationsView
from app.views.staff.documents.documents import DocumentsView
from app.views.staff.documents.personal_documents import PersonalDocumentsView
from app.views.staff.documents.readers import DocumentReadersView
from app.views.staff.elections.elections import ElectionsView
from app.views.staff.elections.functions import FunctionsView
from app.views.staff.elections.parts import DeclarationTextsView, ElectionDaysView, PollingStationsView, ShiftsView
from app.views.staff.elections.station_import import StationImportView
from app.views.staff.mail.mails import MailsView
from app.views.staff.members.members import MembersView
from app.views.staff.members.profile_changes import ProfileChangesView
from app.views.staff.message_box.reference_tables import CannedAnswersView, FaqsView, SubjectChoicesView
from app.views.staff.message_box.team_questions import TeamQuestionsView
from app.views.staff.message_box.threads import ThreadsView
from app.views.staff.news.news import NewsItemsView
from app.views.staff.rosters.imports import RosterImportView
from app.views.staff.search.search import SearchView
from app.views.stock import check_views

__all__ = ["HomeView", "register_views"]


def register_views(builder: AppBuilder) -> None:
    """Register all views with the builder, in the order of the menu. Raises WronglyDeclared for a stock screen."""
    current_app.register_blueprint(health)
    builder.add_view_no_menu(LanguageView)
    builder.add_view_no_menu(AboutView)
    for door in (SignInView, RecoveryView, MailedLinkView, MyAccountView, SessionsView):
        builder.add_view_no_menu(door)
    builder.add_view_no_menu(FilesView)
    csrf.exempt(builder.add_view_no_menu(UnsubscribeView).blueprint)  # why: see there
    builder.add_view_no_menu(ChoicesView)
    builder.add_view(AvailabilityView, "My availability", label=_("My availability"))
    builder.add_view(NotificationsView, "My notifications", label=_("My notifications"))
    builder.add_view(NewsView, "News", label=_("General messages"))
    builder.add_view(MyDocumentsView, "My documents", label=_("My documents"))
    builder.add_view(MessageBoxView, "Message box", label=_("Message box"))
    builder.add_view(ProfileView, "My data", label=_("My data"))
    builder.add_view(
        MembersView, "All members", label=_("All members"), category="Members", category_label=_("Members")
    )
    builder.add_view(ProfileChangesView, "What changed", label=_("What changed"), category="Members")
    builder.add_view(
        RosterImportView, "Import members", label=_("Import members"), category="Members", category_label=_("Members")
    )
    builder.add_view(
        ElectionsView, "All elections", label=_("All elections"), category="Elections", category_label=_("Elections")
    )
    builder.add_view(ElectionDaysView, "Election days", label=_("Election days"), category="Elections")
    builder.add_view(ShiftsView, "Shifts", label=_("Shifts"), category="Elections")
    builder.add_view(PollingStationsView, "Polling stations", label=_("Polling stations"), category="Elections")
    builder.add_view(DeclarationTextsView, "Declarations", label=_("Declarations"), category="Elections")
    builder.add_view_no_menu(StationImportView)
    builder.add_view_no_menu(SearchView)
    builder.add_view_no_menu(AnswersView)
    builder.add_view(
        FunctionsView, "Functions", label=_("Functions"), category="Elections", category_label=_("Elections")
    )
    builder.add_view(
        NewsItemsView, "All news", label=_("General messages"), category="Messages", category_label=_("Messages")
    )
    builder.add_view(
        CampaignsView, "Campaigns", label=_("Campaigns"), category="Messages", category_label=_("Messages")
    )
    builder.add_view(
        MemberNotificationsView, "Notifications per member", label=_("Notifications per member"), category="Messages"
    )
    builder.add_view(MailsView, "E-mails", label=_("E-mails"), category="Messages")
    builder.add_view(AudiencesView, "Audiences", label=_("Audiences"), category="Messages")
    _add_message_box(builder)
    builder.add_view(
        DocumentsView, "All documents", label=_("All documents"), category="Documents", category_label=_("Documents")
    )
    builder.add_view(PersonalDocumentsView, "Personal documents", label=_("Personal documents"), category="Documents")
    builder.add_view_no_menu(DocumentReadersView)
    builder.add_view(
        UsersView, "Users", label=_("Users"), category="Administration", category_label=_("Administration")
    )
    builder.add_view(AuditEventsView, "Audit trail", label=_("Audit trail"), category="Administration")
    add_console(builder)
    current_app.jinja_env.filters["browser_name"] = browser_name
    markdown.init_app(current_app)
    uploads.init_app(current_app)
    files.init_app(current_app)
    check_views(builder)


def _add_message_box(builder: AppBuilder) -> None:
    """The team's side of the message box."""
    box = {"category": "Team message box"}
    builder.add_view(ThreadsView, "Questions", label=_("Questions"), category_label=_("Message box"), **box)
    builder.add_view(TeamQuestionsView, "Questions to members", label=_("Questions to members"), **box)
    builder.add_view(FaqsView, "Frequently asked questions", label=_("Frequently asked questions"), **box)
    builder.add_view(CannedAnswersView, "Standard answers", label=_("Standard answers"), **box)
    builder.add_view(SubjectChoicesView, "Subjects", label=_("Subjects"), **box)
