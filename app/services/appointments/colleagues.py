"""Who works with a member at the same stations: names for the member, and contact details of who shares them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.models import Appointment
from app.models.guard.row_guard import everyone
from app.services.appointments.letters.sources import read_sources


@dataclass(frozen=True, slots=True)
class Colleague:
    """What a member may see of a colleague; without sharing no number and no address."""

    name: str
    functions: tuple[Any, ...]
    shares: bool
    phone: str = ""
    email: str = ""


@everyone("read who works with a member")
def list_colleagues(appointment: Appointment) -> list[Colleague]:
    """As the newest published plan says. Four statements."""
    source = read_sources(appointment.election_id, [appointment.member_id])[appointment.member_id]
    found = []
    for who in source.colleagues:
        functions = tuple(dict.fromkeys(who.functions))
        if who.shared_by is None:
            found.append(Colleague(who.member.full_name, functions, shares=False))
            continue
        phone, email = who.member.mobile or who.member.phone, who.member.email or ""
        found.append(Colleague(who.member.full_name, functions, shares=True, phone=phone, email=email))
    return found
