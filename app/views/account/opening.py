"""Opening an account: a password; and of who was invited by letter first an e-mail address, proven with a code."""

from __future__ import annotations

from typing import Any, Final

from flask import flash, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth import browser
from app.extensions import db
from app.i18n import translate
from app.models import ChallengePurpose, MailedLink
from app.phrases import RuleBroken
from app.services.access import one_time_codes
from app.services.access.code_refusals import WHY_CLOSED, CodeState
from app.services.access.email_addresses import check_email
from app.services.access.origins import letter_place
from app.services.access.people import Person
from app.services.accounts import letters, password_changes
from app.views.account import codes
from app.views.account.forms import NewPasswordForm, OwnAddressForm, ProofForm
from app.views.account.password_meter import answer_meter, is_meter
from app.views.account.token_pages import own_words, password_chosen, token_page, visitor_ip
from app.views.forms.forms import PortalForm

ADDRESS: Final = ChallengePurpose.ADDRESS
LAST: Final = "password"


class Opening:
    """The page of an open invitation: one question at a time. Each form says in `step` which one it answers."""

    def __init__(self, link: MailedLink, person: Person) -> None:
        self.link, self.person = link, person
        self.challenge = letters.find_waiting(link, session.get(browser.PROOF))
        self.proven = letters.find_proven_address(link, session.get(browser.PROOF), g.now)

    def answer(self) -> ResponseReturnValue:
        """Show the question that is next, or take the answer to one."""
        if request.method != "POST":
            return self._show_next()
        if is_meter():
            return answer_meter(self.person, more_words=[self.proven] if self.proven else [])
        takers = {"address": self._send_code, "code": self._prove, "again": self._send_again, "other": self._ask_other}
        is_known = bool(self.person.email)
        return takers.get("" if is_known else request.form.get("step", ""), self._choose_password)()

    def _show_next(self) -> Any:
        if self.person.email or self.proven:
            return self._show(LAST, NewPasswordForm())
        state = one_time_codes.state_of(self.challenge, g.now)
        if state in (CodeState.USED, CodeState.GONE):
            return self._show("address", OwnAddressForm())
        return self._show("code", ProofForm())

    def _send_code(self) -> Any:
        form = OwnAddressForm()
        if not form.validate_on_submit():
            return self._show("address", form)
        try:
            address = check_email(form.email.data)
            place = letter_place(self.link.id)
            session[browser.PROOF] = codes.send_first_code(self.person, purpose=ADDRESS, place=place, to=address)
        except RuleBroken as error:
            db.session.commit()  # what was counted stays counted
            form.refuse(error)
            return self._show("address", form)
        return redirect(request.path)

    def _prove(self) -> Any:
        form = ProofForm()
        if not form.validate_on_submit():
            return self._show("code", form)
        try:
            letters.prove_address(self.link, session.get(browser.PROOF), form.code.data, ip=visitor_ip(), now=g.now)
        except RuleBroken as error:
            form.refuse(error)
            return self._show("code", form)
        finally:
            db.session.commit()
        return redirect(request.path)

    def _send_again(self) -> Any:
        try:
            codes.send_new_code(session.get(browser.PROOF) or "", purpose=ADDRESS)
            flash(_("We sent you a new code. The old one no longer works."), "success")
        except RuleBroken as error:
            db.session.commit()
            flash(translate(error.text), "error")
        return redirect(request.path)

    def _ask_other(self) -> Any:
        """The address as it was typed, to be put right; the code that waits works until another one is asked for."""
        return self._show(
            "address", OwnAddressForm(formdata=None, email=self.challenge.email if self.challenge else "")
        )

    def _choose_password(self) -> Any:
        form = NewPasswordForm()
        if not form.validate_on_submit():
            return self._show(LAST, form) if self.person.email or self.proven else self._show_next()
        try:
            password_changes.accept_invitation(
                self.link,
                form.password.data,
                proof=session.get(browser.PROOF),
                own_words=own_words(),
                ip=visitor_ip(),
                now=g.now,
            )
        except RuleBroken as error:
            db.session.rollback()
            refused: PortalForm = OwnAddressForm(formdata=None) if error.field == "email" else form
            refused.refuse(error)
            return self._show("address" if error.field == "email" else LAST, refused)
        return password_chosen(self.person.user.id)

    def _show(self, step: str, form: PortalForm) -> Any:
        state = one_time_codes.state_of(self.challenge, g.now)
        return token_page(
            "account/open_account.html",
            step=step,
            form=form,
            person=self.person,
            is_by_letter=self.link.code_hash is not None,
            address=self.challenge.email if self.challenge else "",
            known_address=codes.masked(self.person.email) if self.person.email else "",
            proven=self.proven,
            state=state,
            why_closed=WHY_CLOSED.get(state),
            may_renew=self.challenge is not None and one_time_codes.may_renew(self.challenge, g.now),
        )
