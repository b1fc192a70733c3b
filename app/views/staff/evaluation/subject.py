"""After an election: hours, thanks with questions, notes of chairs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.services.evaluation.hours.confirming import CONFIRM, TAKE_BACK
from app.views.labels.evaluation import AUDIT_WORDS
from app.views.staff.evaluation.hours import HoursView
from app.views.staff.evaluation.hours_page import HoursPage
from app.views.subject import ELECTIONS, Screen, Subject

SUBJECT = Subject(
    "evaluation",
    screens=[
        Screen(HoursView, "Worked hours", _("Worked hours"), ELECTIONS, 127),
        Screen(HoursPage),
    ],
    audit=[AUDIT_WORDS],
    bulk_acts={"HoursView.confirm": CONFIRM, "HoursView.take_back": TAKE_BACK},
)
