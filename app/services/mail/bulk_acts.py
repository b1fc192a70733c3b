"""What is done to many mails at once (services.bulk_runs)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import and_, or_

from app.models import MailState, OutboundMail
from app.phrases import phrase
from app.services.bulk_acts import BulkAct, Reason
from app.services.mail import resending
from app.services.mail.resending import MAY_BE_CANCELLED, MAY_BE_RESENT, WARNINGS

_IS_WARNING = and_(OutboundMail.template.in_(WARNINGS), OutboundMail.state != MailState.FAILED)

RESEND: Final = BulkAct(
    OutboundMail,
    each=resending.resend,
    reasons=lambda: [
        Reason(
            OutboundMail.state.not_in(MAY_BE_RESENT),
            phrase("A mail that is on its way or was sent is not sent again."),
        )
    ],
)
CANCEL: Final = BulkAct(
    OutboundMail,
    each=resending.cancel,
    reasons=lambda: [
        Reason(
            or_(OutboundMail.state.not_in(MAY_BE_CANCELLED), _IS_WARNING),
            phrase("Only a mail that waits or failed can be cancelled."),
        )
    ],
)
