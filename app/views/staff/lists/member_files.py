"""Members that a page found as a file, with how they are reached: for pages that are no generated list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, g

from app.auth.visitor import current_actor
from app.extensions import db
from app.member_fields import show_phone
from app.models import Member
from app.services.audit import record_event
from app.views.labels.members import TEAM_FIELD_LABELS
from app.views.parts.spreadsheets import download, wanted_kind

COLUMNS = ("member_number", "first_name", "infix", "surname")
REACHED_BY = ("email", "mobile", "phone")


def download_members(
    name: str, screen: str, more: Sequence[str], rows: Iterable[tuple[Member, Sequence[Any]]]
) -> Response:
    """A workbook or CSV called `name`; each row has a member and the values of the columns `more`."""
    lines = [[*_plain(member), *(value or "" for value in values)] for member, values in rows]
    record_event(current_actor(), "list.exported", now=g.now, screen=screen, rows=len(lines), kind=wanted_kind())
    db.session.commit()
    return download(name, [*(str(TEAM_FIELD_LABELS[column]) for column in (*COLUMNS, *REACHED_BY)), *more], lines)


def _plain(member: Member) -> list[str]:
    named = [getattr(member, column) or "" for column in COLUMNS]
    return [*named, member.email or "", show_phone(member.mobile), show_phone(member.phone)]
