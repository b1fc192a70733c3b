"""How a peer is asked: {"method", "path", "data"} on a line of stdin, {"seconds", "status", "size"} on one back."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable

DATABASE_URL = os.environ["DATABASE_URL"]
COLUMNS = ("surname", "first_name", "member_number", "email", "city", "state")  # on the list
TEXTS = {  # with their sizes: what the portal's form of a member has
    "member_number": 40,
    "first_name": 100,
    "initials": 30,
    "infix": 30,
    "surname": 120,
    "languages": 200,
    "email": 254,
    "mobile": 20,
    "phone": 20,
    "street": 120,
    "house_number": 10,
    "house_number_suffix": 20,
    "postcode": 12,
    "city": 80,
    "iban_ending": 4,
    "state": 12,
}
DAYS = ("birth_date", "trained_on")
CHOICES = ("is_civil_servant",)
FIELDS = (*TEXTS, *DAYS, *CHOICES)  # on the form, and on the page of one member
MAY_BE_NULL = ("member_number", "email", *DAYS)
SEARCHED = ("surname", "first_name", "member_number", "email")
PAGE = 25


Ask = Callable[[str, str, dict[str, str]], tuple[int, str]]


def answer(ask: Ask, token: str) -> None:
    """Serve until stdin ends. `ask` does the request and gives the status and the page; a form is opened before it is
    sent, outside the time, for the hidden field `token` that tells it from one of another site.
    """
    print("ready", flush=True)
    for line in sys.stdin:
        wanted = json.loads(line)
        if wanted["method"] == "POST":
            wanted["data"][token] = read_token(ask("GET", wanted["path"], {})[1], token)
        start = time.perf_counter()
        status, page = ask(wanted["method"], wanted["path"], wanted["data"])
        print(json.dumps({"seconds": time.perf_counter() - start, "status": status, "size": len(page)}), flush=True)


def read_token(page: str, name: str) -> str:
    """The value of the hidden field of this name, in the form that changes something."""
    field = next(tag for tag in re.findall("<input[^>]*>", page) if f'name="{name}"' in tag)
    return re.findall('value="([^"]*)"', field)[0]
