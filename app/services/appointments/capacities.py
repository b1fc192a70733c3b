"""In which legal capacity a function is done (Kieswet E 3, E 4(1), N 5)."""

from __future__ import annotations

from typing import Final

from app.models import Capacity, Function, LegalCapacity, Member

_BY_FUNCTION: Final = {
    Capacity.CHAIR: LegalCapacity.CHAIR,
    Capacity.MEMBER: LegalCapacity.MEMBER,
    Capacity.DEPUTY: LegalCapacity.MEMBER,  # a member: the bureau itself says who is second (J 12)
    Capacity.COUNTER: LegalCapacity.SUBSTITUTE,
    Capacity.SUPPORTER: LegalCapacity.SUPPORTER,
}


def capacity_of(function: Function, member: Member) -> LegalCapacity:
    """Who helps to count is a substitute member, or a civil servant whom the municipality designates (N 5)."""
    if function.capacity == Capacity.COUNTER and member.is_civil_servant:
        return LegalCapacity.CIVIL_SERVANT
    return _BY_FUNCTION[Capacity(function.capacity)]
