"""The audit trail. The words in it are those of the subjects."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.views.staff.audit.audit import AuditEventsView
from app.views.subject import ADMINISTRATION, Screen, Subject

SUBJECT = Subject("audit", screens=[Screen(AuditEventsView, "Audit trail", _("Audit trail"), ADMINISTRATION, 191)])
