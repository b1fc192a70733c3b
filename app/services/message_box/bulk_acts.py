"""What is done to many questions of members at once (services.bulk_runs)."""

from __future__ import annotations

from typing import Any, Final

from app.models import Thread, ThreadState
from app.phrases import phrase
from app.services.bulk_acts import BulkAct, Reason
from app.services.message_box import team


def _close(thread: Thread, **asked: Any) -> None:
    team.close(thread, seen=thread.version, **asked)


TAKE: Final = BulkAct(Thread, each=team.claim)
CLOSE: Final = BulkAct(
    Thread,
    each=_close,
    reasons=lambda: [Reason(Thread.state == ThreadState.CLOSED, phrase("This question is closed already."))],
)
