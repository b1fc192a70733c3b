"""Every setting of the portal: its default, and why. Read from the environment.

Production is the default. It refuses to start on a missing, default or unsafe setting and names each one, never its
value. `run.py` and the tests select development with PORTAL_ENV=development; then keys are made once in the
instance folder (mode 0600), so that a restart loses no invitation.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from click import ClickException

from setting_rules import (
    check_contact,
    check_numbers,
    check_places,
    check_storage_url,
    check_words,
    holds_certificates,
    is_socket_address,
    make_key,
    parse_keys,
)

ROOT = Path(__file__).resolve().parent
MEBIBYTE = 1024 * 1024
NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "glusterfs", "ceph"}


class UnsafeSettings(ClickException):
    """The portal does not start; `problems` names each setting that is missing, default or unsafe.

    A command then ends with these lines on stderr and status 2; gunicorn shows them in its log and stops.
    """

    exit_code = 2

    def __init__(self, problems: list[str]) -> None:
        super().__init__("The portal does not start:\n" + "\n".join(f"- {p}" for p in problems))
        self.problems = problems


def load_settings(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The Flask configuration from the environment. Raises UnsafeSettings."""
    env = dict(os.environ if environ is None else environ)
    is_development = env.get("PORTAL_ENV", "production") == "development"
    instance = Path(env.get("INSTANCE_DIR", ROOT / "instance")).resolve()
    if is_development:
        make_instance_folder(instance)
        env = {**_development_defaults(instance, env), **env}
    problems = check_numbers(env) if is_development else find_problems(env)
    if problems:
        raise UnsafeSettings(problems)
    return _settings(env, instance, is_development=is_development)


# What no setting changes: limits, languages, and the doors of the framework that stay shut.
FIXED: dict[str, Any] = {
    "MAX_CONTENT_LENGTH": 25 * MEBIBYTE,  # an upload; larger is refused before it is read
    "MAX_FORM_MEMORY_SIZE": 2 * MEBIBYTE,
    "APP_NAME": "Het Ledenportal",
    "BABEL_DEFAULT_LOCALE": "nl",  # Dutch is the first language
    "BABEL_DEFAULT_TIMEZONE": "Europe/Amsterdam",
    "LANGUAGES": {"nl": {"flag": "nl", "name": "Nederlands"}, "en": {"flag": "gb", "name": "English"}},
    "FAB_CREATE_DB": False,  # Alembic makes all tables, FAB's too
    "FAB_UPDATE_PERMS": False,  # only `portal setup` writes permissions
    "FAB_ADD_SECURITY_API": False,
    "FAB_ADD_MENU_API": False,
    "FAB_ADD_OPENAPI_VIEWS": False,
    "FAB_API_KEY_ENABLED": False,
    "FAB_SECURITY_SIGNALS_ENABLED": False,
    "AUTH_USER_REGISTRATION": False,
    "WTF_CSRF_TIME_LIMIT": None,  # the token lives as long as the session: a slow writer loses nothing
}


def _settings(env: Mapping[str, str], instance: Path, *, is_development: bool) -> dict[str, Any]:
    return {
        **_where_and_who(env, instance, is_development=is_development),
        **_secrets_and_database(env, instance),
        **_files(env),
        **_mail(env),
        **_sessions_and_terms(env, is_development=is_development),
        **FIXED,
    }


def _where_and_who(env: Mapping[str, str], instance: Path, *, is_development: bool) -> dict[str, Any]:
    public_url = env["PUBLIC_URL"].rstrip("/")
    return {
        "PORTAL_DEVELOPMENT": is_development,
        "INSTANCE_DIR": instance,  # INSTANCE_DIR: database (SQLite), queue, uploads; never inside the static tree
        "LOG_LEVEL": env.get("LOG_LEVEL", "INFO").upper(),  # LOG_LEVEL: WARNING leaves out the line per request
        "PUBLIC_URL": public_url,  # PUBLIC_URL: the address people use; every mailed link starts with it
        # A Host header that is not ours is refused: it would end up in links (SECURITY §1). EXTRA_HOSTS is for load
        # balancers that ask /healthz by address.
        "TRUSTED_HOSTS": [urlsplit(public_url).hostname, *_words(env.get("EXTRA_HOSTS", ""))],
        "TRUSTED_PROXIES": int(env.get("TRUSTED_PROXIES", "0")),  # reverse proxies that set X-Forwarded-*
        "PREFERRED_URL_SCHEME": urlsplit(public_url).scheme,
        "MUNICIPALITY": env.get("MUNICIPALITY", "Gemeente"),  # MUNICIPALITY: the name in mails and page titles
        "TEAM_NAME": env.get("TEAM_NAME", "Team verkiezingen"),
        "CONTACT_EMAIL": env.get("CONTACT_EMAIL", ""),  # in the footer and at help; empty: not shown
        # CONTACT_PHONE: who cannot get in is told to call. CONTACT_HOURS says when, in Dutch; _EN the same in English.
        "CONTACT_PHONE": env.get("CONTACT_PHONE", ""),
        "CONTACT_HOURS": env.get("CONTACT_HOURS", ""),
        "CONTACT_HOURS_EN": env.get("CONTACT_HOURS_EN", ""),
    }


def _secrets_and_database(env: Mapping[str, str], instance: Path) -> dict[str, Any]:
    return {
        "SECRET_KEY": env["SECRET_KEY"],  # SECRET_KEY: signs cookies; 32 characters or more
        "ENCRYPTION_KEYS": env["ENCRYPTION_KEYS"],  # ENCRYPTION_KEYS: id:base64,… newest first (`portal make-key`)
        "SQLALCHEMY_DATABASE_URI": driver_url(env["DATABASE_URL"]),  # DATABASE_URL: postgresql://… or sqlite:////…
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True, **_pool(env["DATABASE_URL"])},
        "QUEUE_URL": env.get("QUEUE_URL", f"sqlite:///{instance / 'queue.db'}"),  # huey's storage
    }


def _files(env: Mapping[str, str]) -> dict[str, Any]:
    return {
        # STORAGE_URL: where files that stay lie; empty: the folder INSTANCE_DIR/files. Or an S3-compatible service:
        # s3://bucket/prefix?region=…&endpoint=https://…&encryption=AES256, with credentials in AWS_ACCESS_KEY_ID etc.
        "STORAGE_URL": env.get("STORAGE_URL", ""),
        "CLAMAV_SOCKET": env.get("CLAMAV_SOCKET", ""),  # /run/clamav/clamd.ctl or host:port; empty: no virus scanner
        "X_ACCEL_PREFIX": env.get("X_ACCEL_PREFIX", ""),  # nginx sends files itself from this internal location
    }


def _mail(env: Mapping[str, str]) -> dict[str, Any]:
    return {
        "MAIL_SERVER": env.get("MAIL_SERVER", "localhost"),
        "MAIL_PORT": int(env.get("MAIL_PORT", "25")),
        "MAIL_USERNAME": env.get("MAIL_USERNAME") or None,
        "MAIL_PASSWORD": env.get("MAIL_PASSWORD") or None,
        "MAIL_USE_TLS": _flag(env.get("MAIL_USE_TLS", "")),  # STARTTLS
        "MAIL_USE_SSL": _flag(env.get("MAIL_USE_SSL", "")),
        # MAIL_CA_FILE: who signed the certificate of the mail server, in a PEM file; empty: whom the system trusts.
        "MAIL_CA_FILE": env.get("MAIL_CA_FILE", ""),
        "MAIL_DEFAULT_SENDER": env.get("MAIL_SENDER", ""),  # MAIL_SENDER: the address mails come from
        "MAIL_REPLY_TO": env.get("MAIL_REPLY_TO") or None,
        "MAIL_TIMEOUT_SECONDS": int(env.get("MAIL_TIMEOUT_SECONDS", "10")),  # a sign-in waits at most this long
    }


def _sessions_and_terms(env: Mapping[str, str], *, is_development: bool) -> dict[str, Any]:
    return {
        "SESSION_COOKIE_NAME": "ledenportal" if is_development else "__Host-ledenportal",
        "SESSION_COOKIE_SECURE": not is_development,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "IDLE_MINUTES_MEMBER": int(env.get("IDLE_MINUTES_MEMBER", "30")),
        "IDLE_MINUTES_STAFF": int(env.get("IDLE_MINUTES_STAFF", "15")),
        "SESSION_HOURS": int(env.get("SESSION_HOURS", "12")),  # however active: then sign in again
        "INVITATION_DAYS": int(env.get("INVITATION_DAYS", "14")),
        "MESSAGES_PER_HOUR": int(env.get("MESSAGES_PER_HOUR", "10")),  # a member, in the message box; the form tells it
        "ANSWER_WITHIN_DAYS": int(env.get("ANSWER_WITHIN_DAYS", "3")),  # what waits longer is counted on the first page
        # So many days after the answering period members hear whether and where they help; 0: no day is promised.
        "PLACEMENT_WITHIN_DAYS": int(env.get("PLACEMENT_WITHIN_DAYS", "14")),
        "VOTER_NAME_DAYS": int(env.get("VOTER_NAME_DAYS", "120")),  # after the last day: names of voters who sat in
        "MAIL_KEEP_DAYS": int(env.get("MAIL_KEEP_DAYS", "180")),  # how long mails that left and used links are kept
        "PROFILE_CHANGE_DAYS": int(env.get("PROFILE_CHANGE_DAYS", "180")),  # how long an old value is kept
    }


def make_instance_folder(folder: Path) -> None:
    """The folder is there and can be written afterwards. Raises UnsafeSettings."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UnsafeSettings([f"INSTANCE_DIR {folder} cannot be made: {error.strerror}"]) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UnsafeSettings([f"INSTANCE_DIR {folder} cannot be written by this user"])


def find_problems(env: Mapping[str, str]) -> list[str]:
    """What makes these settings unfit for production, one sentence per setting, without values."""
    checks = (
        *(_check_secret, _check_keys, _check_database, _check_public_url, _check_files, _check_mail, _check_debug),
        check_contact,
        *(check_numbers, check_words, _check_places),
    )
    return [problem for check in checks for problem in check(env)]


def _check_secret(env: Mapping[str, str]) -> list[str]:
    key = env.get("SECRET_KEY", "")
    if not key:
        return ["SECRET_KEY is missing"]
    if len(key) < 32 or len(set(key)) < 10 or "change" in key.lower():
        return ["SECRET_KEY is too short or a default; use 32 random characters or more"]
    return []


def _check_keys(env: Mapping[str, str]) -> list[str]:
    if not env.get("ENCRYPTION_KEYS"):
        return ["ENCRYPTION_KEYS is missing; make one with `flask --app app portal make-key`"]
    try:
        keys = parse_keys(env["ENCRYPTION_KEYS"])
    except ValueError as error:
        return [f"ENCRYPTION_KEYS is not usable: {error}"]
    if any(len(set(key)) < 8 for key in keys.values()):
        return ["ENCRYPTION_KEYS holds a key that is not random"]
    return []


def _check_database(env: Mapping[str, str]) -> list[str]:
    url = env.get("DATABASE_URL", "")
    if not url:
        return ["DATABASE_URL is missing"]
    if url.startswith("sqlite:///") and file_system_of(Path(url.removeprefix("sqlite:///"))) in NETWORK_FILE_SYSTEMS:
        return ["DATABASE_URL is SQLite on a network share, which loses data; use PostgreSQL or a local disk"]
    if not url.startswith(("postgresql://", "postgres://", "sqlite:////")):
        return ["DATABASE_URL must be postgresql://… (or sqlite:////absolute/path)"]
    return []


def _check_public_url(env: Mapping[str, str]) -> list[str]:
    if not env.get("PUBLIC_URL"):
        return ["PUBLIC_URL is missing"]
    parts = urlsplit(env["PUBLIC_URL"])
    more = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if parts.scheme != "https" or not parts.hostname or more:
        return ["PUBLIC_URL must be https:// and a host name, without a path"]
    return []


def _check_files(env: Mapping[str, str]) -> list[str]:
    problems = []
    url, prefix, socket = (env.get(name, "") for name in ("STORAGE_URL", "X_ACCEL_PREFIX", "CLAMAV_SOCKET"))
    if url:
        try:
            check_storage_url(url)
        except ValueError as error:
            problems.append(str(error))
    if prefix and (url or not (prefix.startswith("/") and prefix.endswith("/"))):
        problems.append("X_ACCEL_PREFIX must start and end with /, and is only for files in a folder (no STORAGE_URL)")
    if socket and not is_socket_address(socket):
        problems.append("CLAMAV_SOCKET must be the absolute path of a socket, or host:port")
    return problems


def _check_mail(env: Mapping[str, str]) -> list[str]:
    problems = [f"{name} is missing" for name in ("MAIL_SERVER", "MAIL_SENDER") if not env.get(name)]
    if env.get("MAIL_SENDER") and "@" not in env["MAIL_SENDER"]:
        problems.append("MAIL_SENDER is not an e-mail address")
    in_headers = ("MAIL_SENDER", "MAIL_REPLY_TO", "MUNICIPALITY")
    problems += [f"{name} must be on one line" for name in in_headers if not env.get(name, "").isprintable()]
    if _flag(env.get("MAIL_USE_TLS", "")) and _flag(env.get("MAIL_USE_SSL", "")):
        problems.append("MAIL_USE_TLS and MAIL_USE_SSL exclude each other")
    if env.get("MAIL_PASSWORD") and not (_flag(env.get("MAIL_USE_TLS", "")) or _flag(env.get("MAIL_USE_SSL", ""))):
        problems.append("MAIL_USE_TLS or MAIL_USE_SSL must be on when MAIL_PASSWORD is given")
    if env.get("MAIL_CA_FILE") and not holds_certificates(env["MAIL_CA_FILE"]):
        problems.append("MAIL_CA_FILE must be a file with certificates (PEM) that the portal can read")
    return problems


def _check_places(env: Mapping[str, str]) -> list[str]:
    folder = env.get("INSTANCE_DIR") or str(ROOT / "instance")
    return check_places({**env, "INSTANCE_DIR": folder}, lambda path: file_system_of(path) in NETWORK_FILE_SYSTEMS)


def _check_debug(env: Mapping[str, str]) -> list[str]:
    return ["FLASK_DEBUG must be off"] if _flag(env.get("FLASK_DEBUG", "")) else []


def driver_url(url: str) -> str:
    """`DATABASE_URL` with SQLAlchemy's driver; huey wants the plain form, so the setting has none."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def file_system_of(path: Path) -> str:
    """The type of the file system that holds `path` (Linux: from /proc/mounts), or "" where that is unknown."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return ""
    target = str(path.resolve())
    holding = [(len(at), kind) for at, kind in mounts if target == at or target.startswith(at.rstrip("/") + "/")]
    return max(holding)[1] if holding else ""


def _pool(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 15}}  # seconds that a writer waits for another one
    return {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 5, "pool_timeout": 5, "pool_recycle": 1800}


def _development_defaults(instance: Path, env: Mapping[str, str]) -> dict[str, str]:
    port = env.get("PORT", "8080")
    return {
        **_development_keys(instance),
        "DATABASE_URL": f"sqlite:///{instance / 'ledenportal.db'}",
        "PUBLIC_URL": f"http://localhost:{port}",
        "EXTRA_HOSTS": "127.0.0.1",
        "MUNICIPALITY": "Gemeente Voorbeeldstad",
        "MAIL_PORT": "8025",
        "MAIL_SENDER": "verkiezingen@voorbeeldstad.example",
        "CONTACT_EMAIL": "verkiezingen@voorbeeldstad.example",
        "CONTACT_PHONE": "14 012",
        "CONTACT_HOURS": "op werkdagen van 9.00 tot 17.00 uur",
        "CONTACT_HOURS_EN": "on working days from 9:00 to 17:00",
    }


def _development_keys(instance: Path) -> dict[str, str]:
    """Keys of this machine, made at the first start and readable by this user alone."""
    path = instance / "development-keys.json"
    if not path.exists():
        keys = {"SECRET_KEY": secrets.token_urlsafe(48), "ENCRYPTION_KEYS": make_key("dev")}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(keys, file)
    keys_read: dict[str, str] = json.loads(path.read_text())
    return keys_read


def _flag(value: str) -> bool:
    return value.strip().lower() in {"1", "true", "yes", "on"}


def _words(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]
