"""Campaigns (verzendingen): a generated screen, and the steps with a rule: look, test, send or plan, follow, stop."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.filters import FilterEqual
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app import jobs
from app.auth.visitor import current_actor
from app.extensions import db
from app.models import Campaign, CampaignState, Election
from app.services.audiences import groups
from app.services.campaigns import campaigns, reminders
from app.services.campaigns import progress as campaign_progress
from app.services.campaigns.asking import propose_asking
from app.services.campaigns.progress import Progress
from app.services.mail.smtp_replies import explain_reply
from app.services.notifications.digest_mail import end_of_quarter
from app.views.base import StaffView
from app.views.labels.messages.campaigns import CAMPAIGN_STATES, NOTIFICATION_KINDS
from app.views.staff.audiences.audiences import preview
from app.views.staff.audiences.reach import show_reach
from app.views.staff.campaigns.form import CampaignForm, SendForm
from app.views.tables.saved_then_shown import SavedThenShown

SHOWN_FAILED = 20  # of the mails that failed; the rest is in the list of e-mails

QUICKLY, SLOWLY = 3, 20  # seconds between two looks at a campaign that goes on
FOLLOWED = timedelta(days=1)  # so long after sending the page follows who reads and acts


class CampaignsView(SavedThenShown, StaffView):
    """What the team sends to many members; what the portal sends by itself is told where it comes from."""

    datamodel = SQLAInterface(Campaign)
    route_base = "/verzendingen"
    singular, plural = _("campaign"), _("campaigns")
    base_order = ("created_at", "desc")
    base_filters = [["is_automatic", FilterEqual, False]]
    quick_search = ("title",)
    choices = {"kind": NOTIFICATION_KINDS, "state": CAMPAIGN_STATES}
    label_columns = {
        "title": _("Title"),
        "title_en": _("Title in English"),
        "body": _("Explanation"),
        "body_en": _("Explanation in English"),
        "kind": _("What is it about?"),
        "state": _("State"),
        "election": _("About the election"),
        "due_at": _("To be done before"),
        "send_at": _("Moment of sending"),
        "sent_at": _("Sent"),
        "created_at": _("Made on"),
    }
    list_columns = ["title", "kind", "state", "send_at", "due_at"]
    more_columns = ("sent_at", "election")
    show_columns = ["kind", "title", "body", "title_en", "body_en", "election", "due_at", "state", "send_at", "sent_at"]
    add_columns = edit_columns = ["title"]
    search_columns = ["kind", "state", "send_at"]
    order_columns = ["title", "kind", "state", "send_at", "due_at"]
    edit_form = CampaignForm
    add_template = edit_template = "staff/campaigns/form.html"
    show_template = "staff/campaigns/show.html"

    def add_form(self) -> CampaignForm:
        """For the member of the address, or asking for the availability of its election, where one is named."""
        number = request.args.get("member", "")
        if number:
            return CampaignForm(data={"audience_numbers": number})
        election = db.session.get(Election, request.args.get("election", 0, type=int))
        return CampaignForm(proposed=propose_asking(election) if election is not None else None)

    def create_row(self, form: Any) -> Campaign:
        """A draft."""
        item = campaigns.write_campaign(form.wanted(), None, actor=current_actor(), now=g.now)
        self.show_after(item)
        return item

    def change_row(self, item: Campaign, form: Any) -> None:
        """Change a draft."""
        campaigns.write_campaign(form.wanted(), item, actor=current_actor(), now=g.now)
        self.show_after(item)

    def check_goes(self, item: Campaign) -> None:
        """Only a draft."""
        campaigns.check_campaign_goes(item)

    def delete_row(self, item: Campaign) -> None:
        """Only a draft."""
        campaigns.delete_campaign(item, actor=current_actor(), now=g.now)

    def _render(self, template: str, **values: Any) -> str:
        if template == self.show_template:
            item = values["item"]
            group = item.group
            values["audience"] = preview(item) if item.sent_at is None else None
            values["reach"] = None if item.sent_at is None else show_reach(item)
            values["to_come"] = [reminder for reminder in item.reminders if reminder.is_to_come]
            values["startable"] = reminders.list_startable(item, g.now)
            values["words"] = groups.describe(group)
            if item.state == CampaignState.DRAFT:
                values |= {"send_form": SendForm(formdata=None), "leaves_at": end_of_quarter(g.now)}
            values |= _progress_of(item)
        return super()._render(template, **values)

    @expose("/progress/<pk>", methods=["GET"])
    @has_access
    def progress(self, pk: str) -> ResponseReturnValue:
        """The part of the page that lives."""
        item = self.find_row(pk)
        return self.render_template("staff/campaigns/progress.html", item=item, **_progress_of(item))

    @expose("/send/<pk>", methods=["GET", "POST"])
    @has_access
    def send(self, pk: str) -> ResponseReturnValue:
        """To how many members it goes, now or later; the POST plans it."""
        item, form = self.find_row(pk), SendForm()
        here = url_for(f"{self.endpoint}.show", pk=pk)
        if form.validate_on_submit():
            moment = g.now if form.is_now or form.send_at.data is None else form.send_at.data
            if self._commit_or_refuse(
                lambda: campaigns.plan_campaign(item, send_at=moment, actor=current_actor(), now=g.now), form
            ):
                jobs.start_campaigns()
                done = gettext("The campaign is being sent.") if form.is_now else gettext("The campaign is planned.")
                flash(done, "success")
                return redirect(here)
        group = item.group
        return super()._render(
            "staff/campaigns/send.html",
            title=gettext("Send: %(name)s", name=item.title),
            form=form,
            item=item,
            reach=show_reach(item),
            words=groups.describe(group),
            leaves_at=end_of_quarter(g.now),
            here=here,
        )

    @expose("/test/<pk>", methods=["POST"])
    @has_access
    def test(self, pk: str) -> ResponseReturnValue:
        """The e-mail, to the person who asks for it."""
        campaigns.send_test(self.find_row(pk), actor=current_actor(), now=g.now)
        db.session.commit()
        jobs.deliver_mail()
        flash(gettext("A test mail is on its way to you."), "success")
        return redirect(url_for(f"{self.endpoint}.show", pk=pk))

    @expose("/stop/<pk>", methods=["POST"])
    @has_access
    def stop(self, pk: str) -> ResponseReturnValue:
        """Take back a plan, or send no more of it."""
        item = self.find_row(pk)
        if item.state == CampaignState.PLANNED:
            halt, done = campaigns.unplan_campaign, gettext("The plan is taken back: the campaign is a draft again.")
        else:
            halt, done = campaigns.stop_campaign, gettext("The campaign has been stopped.")
        self.do_step(lambda: halt(item, **self.by_whom()), done)
        return redirect(url_for(f"{self.endpoint}.show", pk=pk))

    @expose("/herinneringen/<pk>", methods=["POST"])
    @has_access
    def reminders(self, pk: str) -> ResponseReturnValue:
        """Send no more reminders, or (`start`) those that are still to come after all."""
        item = self.find_row(pk)
        if request.form.get("start"):
            change, done = reminders.start_reminders, gettext("The reminders are sent again.")
        else:
            change, done = reminders.stop_reminders, gettext("No more reminders are sent.")
        self.do_step(lambda: change(item, **self.by_whom()), done)
        return redirect(url_for(f"{self.endpoint}.show", pk=pk))


def _progress_of(item: Campaign) -> dict[str, Any]:
    """The counts, which mails failed and why, and after how many seconds the page asks again (None: no more)."""
    progress = campaign_progress.find_progress(item) if item.sent_at else None
    failed = campaign_progress.list_failed(item, limit=SHOWN_FAILED) if progress and progress.failed else []
    return {
        "progress": progress,
        "failed": [(mail, member, explain_reply(mail.error, mail.recipient)) for mail, member in failed],
        "again": seconds_until_again(item, progress, g.now),
    }


def seconds_until_again(item: Campaign, progress: Progress | None, now: datetime) -> int | None:
    """Often while mails leave, seldom while they wait for their quarter and while members read; at last not at all."""
    if item.state not in (CampaignState.PLANNED, CampaignState.SENDING, CampaignState.DONE):
        return None
    if progress is None:
        moment = item.send_at if item.state == CampaignState.PLANNED else None
        return QUICKLY if moment is None or moment <= now else SLOWLY
    if progress.waiting:
        return QUICKLY if progress.leaves_at is None or progress.leaves_at <= now else SLOWLY
    is_fresh = item.sent_at is not None and now - item.sent_at < FOLLOWED
    return SLOWLY if is_fresh and progress.done < progress.told - progress.withdrawn else None
