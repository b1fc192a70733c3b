"""What a person does at the doors, step by step, through the real routes and a real mail server."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from app.mail.delivery import deliver_due_mail
from tests.support.client import PortalClient
from tests.support.mailbox import Mailbox, code_in, link_in

PASSWORD = "paarse fiets zonder bel 7"
OTHER_PASSWORD = "groene tafel met drie poten"


def type_password(browser: PortalClient, user_name: str, password: str = PASSWORD, **more: Any) -> TestResponse:
    """Fill in the sign-in page."""
    return browser.post("/inloggen/", data={"user_name": user_name, "password": password}, **more)


def type_code(browser: PortalClient, code: str) -> TestResponse:
    """Fill in the code page."""
    return browser.post("/inloggen/code", data={"code": code})


def newest_code(mailbox: Mailbox) -> str:
    """The code of the newest mail."""
    return code_in(mailbox.messages[-1])


def sign_in_fully(browser: PortalClient, mailbox: Mailbox, user_name: str, password: str = PASSWORD) -> TestResponse:
    """Password, code, and the answer to the code."""
    type_password(browser, user_name, password)
    return type_code(browser, newest_code(mailbox))


def is_signed_in(browser: PortalClient) -> bool:
    """Whether a page that asks a session opens."""
    return browser.get("/account/").status_code == 200


def newest_link(mailbox: Mailbox) -> str:
    """Have the worker hand over what waits, and give the path of the newest mailed link."""
    deliver_due_mail()
    return "/" + link_in(mailbox.messages[-1]).split("/", 3)[3]


def prove_address(browser: PortalClient, mailbox: Mailbox, page: str, email: str) -> TestResponse:
    """On the page of a letter: type the address, and the code that arrives there."""
    browser.post(page, data={"step": "address", "email": email})
    return browser.post(page, data={"step": "code", "code": code_in(mailbox.to(email.lower())[-1])})
