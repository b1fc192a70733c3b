"""What settings may be: numbers, places, names of hosts, and the form in which keys and addresses are written.

Like config.py it imports nothing of the portal, so that settings can be read before there is one. A limit is where a
setting stops being a choice: a session of the team that is idle for a day, or an invitation that works for years,
breaks a promise (SECURITY §1), and a typing error should be told by its name.
"""

from __future__ import annotations

import base64
import os
import re
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

# Name → least and most.
NUMBERS: dict[str, tuple[int, int]] = {
    "TRUSTED_PROXIES": (0, 5),
    "WEB_CONCURRENCY": (1, 64),  # gunicorn itself ends on what is no number; each command says it
    "MAIL_PORT": (1, 65_535),
    "MAIL_TIMEOUT_SECONDS": (1, 60),  # a sign-in waits for it
    "IDLE_MINUTES_MEMBER": (5, 60),
    "IDLE_MINUTES_STAFF": (5, 30),
    "SESSION_HOURS": (1, 24),
    "INVITATION_DAYS": (1, 60),
    "MESSAGES_PER_HOUR": (1, 1_000),
    "ANSWER_WITHIN_DAYS": (1, 90),
    "PLACEMENT_WITHIN_DAYS": (0, 365),
    "VOTER_NAME_DAYS": (30, 3_660),  # the record may be destroyed three months after the elected are admitted
    "MAIL_KEEP_DAYS": (7, 3_660),  # delivery reports come within days, and name the mail
    "PROFILE_CHANGE_DAYS": (1, 3_660),
}
LEVELS = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}
PHONE = re.compile(r"\+?[0-9][0-9 ()-]{1,24}", re.ASCII)
MOST_HOURS = 100
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[?[0-9A-Fa-f:]+\]?")  # a name or an address, no pattern
CODE = Path(__file__).resolve().parent / "app"
KEY_BYTES = 32
QUEUES = ("sqlite:///", "postgresql://", "postgres://", "redis://", "rediss://")
S3_OPTIONS = {"region", "endpoint", "encryption"}


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
    if any(not HOST.fullmatch(host) for host in env.get("EXTRA_HOSTS", "").replace(",", " ").split()):
        problems.append("EXTRA_HOSTS must be names or addresses of hosts, no patterns")
    if env.get("LOG_LEVEL", "INFO").upper() not in LEVELS:
        problems.append(f"LOG_LEVEL must be one of {', '.join(sorted(LEVELS))}")
    return problems


def check_contact(env: Mapping[str, str]) -> list[str]:
    """No number to call, which is what the pages and letters tell who cannot get in; or more than a line."""
    problems = []
    if not env.get("CONTACT_PHONE"):
        problems.append("CONTACT_PHONE is missing: who cannot sign in is told to call it")
    elif not PHONE.fullmatch(env["CONTACT_PHONE"]):
        problems.append("CONTACT_PHONE must be a telephone number: digits and spaces, with or without + in front")
    for name in ("CONTACT_HOURS", "CONTACT_HOURS_EN"):
        if len(env.get(name, "")) > MOST_HOURS or not env.get(name, "").isprintable():
            problems.append(f"{name} must be one line of at most {MOST_HOURS} characters")
    return problems


def check_places(env: Mapping[str, str], is_shared: Callable[[Path], bool]) -> list[str]:
    """The instance folder in the code (its files would be served or thrown away), and a queue that loses jobs."""
    problems = []
    folder = Path(env["INSTANCE_DIR"]).resolve() if env.get("INSTANCE_DIR") else None
    if folder is not None and (folder == CODE or CODE in folder.parents):
        problems.append("INSTANCE_DIR must be outside the folder of the code")
    queue = env.get("QUEUE_URL", "")
    if queue and not queue.startswith(QUEUES):
        problems.append("QUEUE_URL must be sqlite:///…, postgresql://… or redis://…")
    file = Path(queue.removeprefix("sqlite:///")) if queue.startswith("sqlite:///") else folder
    if (not queue or queue.startswith("sqlite:///")) and file is not None and is_shared(file):
        problems.append(
            "QUEUE_URL is SQLite on a network share, which loses jobs; use PostgreSQL, Redis or a local disk"
        )
    return problems


def holds_certificates(path: str) -> bool:
    """Whether TLS can take whom to trust from this file."""
    try:
        ssl.create_default_context(cafile=path)
    except OSError:  # SSLError is one
        return False
    return True


def _is_between(typed: str, least: int, most: int) -> bool:
    return typed.isascii() and typed.isdecimal() and len(typed) < 10 and least <= int(typed) <= most


def parse_keys(setting: str) -> dict[str, bytes]:
    """The keys in `ENCRYPTION_KEYS`: `id:base64,id:base64`, newest first, 32 bytes each. Raises ValueError."""
    keys: dict[str, bytes] = {}
    for part in filter(None, (p.strip() for p in setting.split(","))):
        key_id, _, encoded = part.partition(":")
        raw = base64.b64decode(encoded, validate=True)
        if not key_id or len(key_id) > 20 or "." in key_id or len(raw) != KEY_BYTES:
            raise ValueError("each key is written as id:base64 of 32 bytes")
        if key_id in keys:
            raise ValueError("two keys have the same id")
        keys[key_id] = raw
    if not keys:
        raise ValueError("no key given")
    return keys


def make_key(key_id: str) -> str:
    """A fresh key in the form of `ENCRYPTION_KEYS`."""
    return f"{key_id}:{base64.b64encode(os.urandom(KEY_BYTES)).decode()}"


def check_storage_url(url: str) -> None:
    """Raises ValueError, with a sentence without the value, for what is no storage address."""
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc:
        raise ValueError("STORAGE_URL is written as s3://bucket/prefix?region=…&endpoint=https://… without credentials")
    if unknown := set(parse_qs(parts.query)) - S3_OPTIONS:
        raise ValueError(f"STORAGE_URL has an option that is not known: {', '.join(sorted(unknown))}")


def is_socket_address(setting: str) -> bool:
    """Whether a setting names a socket: an absolute path, or host and port."""
    return setting.startswith("/") or (":" in setting and setting.rpartition(":")[2].isdecimal())
