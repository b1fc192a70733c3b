"""Production refuses to start on a missing, default or unsafe setting, and names it without its value."""

from __future__ import annotations

import secrets
import stat

import pytest

import config
from setting_rules import NUMBERS, check_numbers, check_places, make_key

SOUND = {
    "DATABASE_URL": "postgresql://portal:pw@db/portal",
    "SECRET_KEY": secrets.token_urlsafe(48),
    "ENCRYPTION_KEYS": make_key("2026a"),
    "PUBLIC_URL": "https://leden.voorbeeldstad.example",
    "MAIL_SERVER": "smtp.voorbeeldstad.example",
    "MAIL_SENDER": "verkiezingen@voorbeeldstad.example",
    "CONTACT_PHONE": "14 012",
}
UNSAFE = {
    "storage with another service": ("STORAGE_URL", "ftp://bucket"),
    "storage with a password in it": ("STORAGE_URL", "s3://name:word@bucket"),
    "storage with an option that is not there": ("STORAGE_URL", "s3://bucket?public=yes"),
    "an internal location without slashes": ("X_ACCEL_PREFIX", "bestanden-intern"),
    "a scanner that is no address": ("CLAMAV_SOCKET", "clamd"),
    "short": ("SECRET_KEY", "kort"),
    "not random": ("SECRET_KEY", "a" * 40),
    "an example": ("SECRET_KEY", "change-this-to-something-secret-0123456789"),
    "no key": ("ENCRYPTION_KEYS", "2026a:bm90IGEga2V5"),
    "not base64": ("ENCRYPTION_KEYS", "2026a:***"),
    "an empty key": ("ENCRYPTION_KEYS", "2026a:" + "A" * 43 + "="),
    "another database": ("DATABASE_URL", "mysql://somewhere"),
    "a relative file": ("DATABASE_URL", "sqlite:///portal.db"),
    "in the clear": ("PUBLIC_URL", "http://leden.voorbeeldstad.example"),
    "with a path": ("PUBLIC_URL", "https://voorbeeldstad.example/leden"),
    "no host": ("PUBLIC_URL", "https:///"),
    "no address": ("MAIL_SENDER", "verkiezingen"),
    "no telephone number": ("CONTACT_PHONE", "de balie"),
    "a number with more": ("CONTACT_PHONE", '14012" onclick="x'),
    "digits of elsewhere": ("CONTACT_PHONE", "١٢٣٤٥"),
    "hours of two lines": ("CONTACT_HOURS", "op werkdagen\nvan 9 tot 5"),
    "hours without end": ("CONTACT_HOURS_EN", "x" * 101),
    "debug": ("FLASK_DEBUG", "1"),
    "a name and password in the address": ("PUBLIC_URL", "https://name:word@leden.voorbeeldstad.example"),
    "with a question": ("PUBLIC_URL", "https://leden.voorbeeldstad.example?a=b"),
    "no number": ("IDLE_MINUTES_STAFF", "a quarter"),
    "never idle": ("IDLE_MINUTES_STAFF", "999999"),
    "a session without end": ("SESSION_HOURS", "8760"),
    "an invitation for years": ("INVITATION_DAYS", "1000"),
    "less than no proxy": ("TRUSTED_PROXIES", "-1"),
    "a port that is not there": ("MAIL_PORT", "70000"),
    "every host": ("EXTRA_HOSTS", "127.0.0.1 *"),
    "every host under a name": ("EXTRA_HOSTS", ".nl"),
    "a level that is not there": ("LOG_LEVEL", "CHATTY"),
    "files among those that are served": ("INSTANCE_DIR", str(config.ROOT / "app" / "static")),
    "two lines in a header": ("MAIL_SENDER", "a@voorbeeldstad.example\r\nBcc: b@evil.example"),
}


def test_sound_production_settings_are_accepted():
    settings = config.load_settings(SOUND)
    assert settings["SESSION_COOKIE_SECURE"] is True
    assert settings["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert settings["PORTAL_DEVELOPMENT"] is False


@pytest.mark.parametrize("name", sorted(SOUND))
def test_each_missing_setting_is_named(name):
    with pytest.raises(config.UnsafeSettings) as refusal:
        config.load_settings({key: value for key, value in SOUND.items() if key != name})
    assert [problem.split()[0] for problem in refusal.value.problems] == [name]


@pytest.mark.parametrize(("name", "value"), UNSAFE.values(), ids=UNSAFE.keys())
def test_each_unsafe_setting_is_named_without_its_value(name, value):
    with pytest.raises(config.UnsafeSettings) as refusal:
        config.load_settings({**SOUND, name: value})
    assert [problem.split()[0] for problem in refusal.value.problems] == [name]
    assert value == "1" or value not in str(refusal.value)


def test_a_mail_password_is_not_sent_in_the_clear():
    with pytest.raises(config.UnsafeSettings, match="MAIL_USE_TLS"):
        config.load_settings({**SOUND, "MAIL_PASSWORD": "geheim"})
    assert config.load_settings({**SOUND, "MAIL_PASSWORD": "geheim", "MAIL_USE_TLS": "true"})


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_whom_to_trust_as_mail_server_is_read_at_the_start(tmp_path, content):
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(config.UnsafeSettings, match="MAIL_CA_FILE"):
        config.load_settings({**SOUND, "MAIL_CA_FILE": str(path)})


def test_nginx_cannot_send_what_lies_elsewhere():
    with pytest.raises(config.UnsafeSettings, match="X_ACCEL_PREFIX"):
        config.load_settings({**SOUND, "STORAGE_URL": "s3://bucket", "X_ACCEL_PREFIX": "/bestanden-intern/"})


def test_all_problems_are_told_at_once():
    with pytest.raises(config.UnsafeSettings) as refusal:
        config.load_settings({})
    assert {problem.split()[0] for problem in refusal.value.problems} == set(SOUND)


def test_sqlite_on_a_network_share_is_refused(monkeypatch):
    monkeypatch.setattr(config, "file_system_of", lambda path: "nfs4")
    with pytest.raises(config.UnsafeSettings, match="network share"):
        config.load_settings({**SOUND, "DATABASE_URL": "sqlite:////srv/share/portal.db"})


def test_production_is_the_default():
    with pytest.raises(config.UnsafeSettings):
        config.load_settings({"PORTAL_ENV": ""})


def test_development_makes_its_keys_once_and_for_this_user_alone(tmp_path):
    development = {"PORTAL_ENV": "development", "INSTANCE_DIR": str(tmp_path)}
    first = config.load_settings(development)
    assert config.load_settings(development)["ENCRYPTION_KEYS"] == first["ENCRYPTION_KEYS"]
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_number_that_is_none_is_named_in_development_too(tmp_path):
    with pytest.raises(config.UnsafeSettings, match="MAIL_PORT must be a whole number from 1 to 65535"):
        config.load_settings({"PORTAL_ENV": "development", "INSTANCE_DIR": str(tmp_path), "MAIL_PORT": "abc"})


def test_an_instance_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(config.UnsafeSettings, match=r"INSTANCE_DIR .*/file/below cannot be made: Not a directory"):
        config.load_settings({"PORTAL_ENV": "development", "INSTANCE_DIR": str(tmp_path / "file/below")})


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_the_database_url_needs_no_driver(scheme):
    assert config.driver_url(f"{scheme}://u@h/d") == "postgresql+psycopg://u@h/d"


@pytest.mark.parametrize("url", ["amqp://queue", "/var/lib/queue.db", "localhost:6379"])
def test_a_queue_of_a_kind_that_is_not_known_is_refused(url):
    problems = config.find_problems({**SOUND, "QUEUE_URL": url})
    assert problems == ["QUEUE_URL must be sqlite:///…, postgresql://… or redis://…"]


def test_a_queue_on_a_network_share_is_refused():
    problems = check_places({"INSTANCE_DIR": "/mnt/share"}, lambda _path: True)
    assert [problem.split()[0] for problem in problems] == ["QUEUE_URL"]
    assert check_places({"INSTANCE_DIR": "/mnt/share", "QUEUE_URL": "redis://queue"}, lambda _path: True) == []
    assert check_places({"INSTANCE_DIR": "/srv/portal"}, lambda _path: False) == []


def test_the_limits_of_numbers_hold_what_is_set_without_being_asked():
    settings = config.load_settings(SOUND)
    ours = NUMBERS.keys() - {"WEB_CONCURRENCY"}  # which gunicorn.conf.py reads
    assert check_numbers({name: str(settings[name]) for name in ours}) == []
