"""Who sends letters and mails: the municipality and its team, as the settings say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Office:
    """The municipality, the team that members ask, and where the portal is."""

    municipality: str
    team: str
    email: str = ""
    phone: str = ""
    portal: str = ""

    @classmethod
    def read(cls, settings: Mapping[str, Any]) -> Self:
        """Of the settings of the portal."""
        return cls(
            municipality=settings["MUNICIPALITY"],
            team=settings["TEAM_NAME"],
            email=settings["CONTACT_EMAIL"],
            phone=settings["CONTACT_PHONE"],
            portal=settings["PUBLIC_URL"],
        )

    @property
    def typed_portal(self) -> str:
        """The address as people type it."""
        return self.portal.removeprefix("https://")
