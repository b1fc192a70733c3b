"""What the meter says while a new password is typed: asked of the rule that judges it when it is saved.

A meter with a rule of its own says "strong" of what is then refused. So the page asks the address of its form, with the
same token against forgery; nothing is kept, nothing is logged, and the page sends nothing that is too short.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, Final

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.extensions import db
from app.i18n import translate
from app.services.access import rate_limits
from app.services.access.passwords import judge_password
from app.services.access.people import Person
from app.services.access.rate_limits import PASSWORDS_JUDGED
from app.views.account.fresh_code import who_is_signed_in
from app.views.account.token_pages import own_words

METER: Final = "X-Password-Meter"
MOST_TYPED: Final = 1000  # characters, as the fields take


def is_meter() -> bool:
    """Whether the page asks what the rule says, and saves nothing."""
    return request.method == "POST" and METER in request.headers


def answer_meter(person: Person, *, more_words: Sequence[str] = ()) -> ResponseReturnValue:
    """The sentence that the form would give, and how strong it is (0 to 100; 60 is enough).

    Nothing, with 429, when it was asked too often: the form still judges.
    """
    asked = rate_limits.count_try(PASSWORDS_JUDGED, str(person.user.id), g.now)
    db.session.commit()
    if asked.is_over(PASSWORDS_JUDGED):
        return {"says": "", "strength": 0}, 429
    typed = request.form.get("password", "")[:MOST_TYPED]
    verdict = judge_password(typed, own_words=[*person.own_words, *more_words, *own_words()])
    says = translate(verdict.refusal) if verdict.refusal else _("This password is strong enough.")
    return {"says": says, "strength": verdict.strength}


def answers_meter(route: Callable[..., Any]) -> Callable[..., Any]:
    """The page of who is signed in answers the meter itself."""

    @functools.wraps(route)
    def answer(view: Any) -> ResponseReturnValue:
        return answer_meter(who_is_signed_in()) if is_meter() else route(view)

    return answer
