"""The doors: signing in, mailed links, the own account and its sessions."""

from __future__ import annotations

from app.views.account.letters import LetterView
from app.views.account.mailed_links import MailedLinkView
from app.views.account.my_account import MyAccountView, SessionsView
from app.views.account.recovery import RecoveryView
from app.views.account.sign_in import SignInView
from app.views.labels.accounts import ACCOUNT_WORDS, SIGN_IN_WORDS
from app.views.subject import Screen, Subject

SUBJECT = Subject(
    "account",
    screens=[
        Screen(view) for view in (SignInView, RecoveryView, MailedLinkView, LetterView, MyAccountView, SessionsView)
    ],
    audit=[SIGN_IN_WORDS, ACCOUNT_WORDS],
)
