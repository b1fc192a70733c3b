"""Settings that are numbers, places and names of hosts: what they may be in production (config.find_problems).

A limit is where a setting stops being a choice: a session of the team that is idle for a day, or an invitation that
works for years, breaks a promise (SECURITY §1), and a typing error should be told by its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

# Name → least and most.
NUMBERS: dict[str, tuple[int, int]] = {
    "TRUSTED_PROXIES": (0, 5),
    "MAIL_PORT": (1, 65_535),
    "MAIL_TIMEOUT_SECONDS": (1, 60),  # a sign-in waits for it
    "IDLE_MINUTES_MEMBER": (5, 60),
    "IDLE_MINUTES_STAFF": (5, 30),
    "SESSION_HOURS": (1, 24),
    "INVITATION_DAYS": (1, 60),
    "MESSAGES_PER_HOUR": (1, 1_000),
    "ANSWER_WITHIN_DAYS": (1, 90),
    "PROFILE_CHANGE_DAYS": (1, 3_660),
}
LEVELS = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[?[0-9A-Fa-f:]+\]?")  # a name or an address, no pattern
CODE = Path(__file__).resolve().parent


def check_numbers(env: Mapping[str, str]) -> list[str]:
    """Numbers that are none, or outside their limits."""
    return [
        f"{name} must be a whole number from {least} to {most}"
        for name, (least, most) in NUMBERS.items()
        if name in env and not _is_between(env[name], least, most)
    ]


def check_words(env: Mapping[str, str]) -> list[str]:
    """Names of hosts that are patterns (each would open the door to forged ones), and a level that is none."""
    problems = []
    if any(not HOST.fullmatch(one) for one in env.get("EXTRA_HOSTS", "").replace(",", " ").split()):
        problems.append("EXTRA_HOSTS must be names or addresses of hosts, no patterns")
    if env.get("LOG_LEVEL", "INFO").upper() not in LEVELS:
        problems.append(f"LOG_LEVEL must be one of {', '.join(sorted(LEVELS))}")
    return problems


def check_places(env: Mapping[str, str], is_shared: Callable[[Path], bool]) -> list[str]:
    """The instance folder in the code (its files would be served or thrown away), and a queue that loses jobs."""
    problems = []
    folder = Path(env["INSTANCE_DIR"]).resolve() if env.get("INSTANCE_DIR") else None
    if folder is not None and (folder == CODE or CODE in folder.parents):
        problems.append("INSTANCE_DIR must be outside the folder of the code")
    queue = env.get("QUEUE_URL", "")
    file = Path(queue.removeprefix("sqlite:///")) if queue.startswith("sqlite:///") else folder
    if (not queue or queue.startswith("sqlite:///")) and file is not None and is_shared(file):
        problems.append(
            "QUEUE_URL is SQLite on a network share, which loses jobs; use PostgreSQL, Redis or a local disk"
        )
    return problems


def _is_between(typed: str, least: int, most: int) -> bool:
    return typed.isascii() and typed.isdecimal() and len(typed) < 10 and least <= int(typed) <= most
