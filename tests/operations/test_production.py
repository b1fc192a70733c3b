"""`flask --app app portal web` as an operator starts it: with production settings, or not at all."""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from setting_rules import parse_keys
from tests.operations.test_config import SOUND
from tests.support.machines.postgresql import free_port
from tests.support.machines.processes import ROOT, Command


def start(port: int, settings: dict[str, str]) -> subprocess.Popen[str]:
    """The web server with nothing in its environment but these settings."""
    options = ["--bind", f"127.0.0.1:{port}", "--workers", "1"]
    command = [sys.executable, "-m", "flask", "--app", "app", "portal", "web", *options]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def sound(tmp_path):
    """Sound settings; the database is not reached where one of them is replaced."""
    return {**SOUND, "INSTANCE_DIR": str(tmp_path / "instance"), "EXTRA_HOSTS": "127.0.0.1"}


def test_it_serves_with_sound_settings(app, db, sound):
    port, url = free_port(), app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")
    server = start(port, {**sound, "DATABASE_URL": url})
    try:
        headers = wait_for_answer(f"http://127.0.0.1:{port}/readyz")
    finally:
        server.terminate()
        output, _ = server.communicate(timeout=30)
    assert headers["Strict-Transport-Security"], output
    lines = [json.loads(line) for line in output.splitlines()]  # also what gunicorn itself says
    assert {"gunicorn.error", "portal.requests"} <= {line["logger"] for line in lines}
    assert len(lines) == len({json.dumps(line) for line in lines}), "each once"
    assert server.returncode == 0


def test_it_does_not_start_on_an_unsafe_setting_and_names_it(sound):
    server = start(free_port(), {**sound, "SECRET_KEY": "changeme"})
    output, _ = server.communicate(timeout=60)
    assert server.returncode != 0
    assert "SECRET_KEY is too short or a default" in output
    assert "changeme" not in output


@pytest.mark.parametrize("processes", ["0", "65"])
def test_it_does_not_start_with_a_number_of_processes_that_cannot_be(sound, processes):
    server = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{free_port()}", "app:create_app()"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **sound, "WEB_CONCURRENCY": processes},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert server.returncode != 0
    assert "WEB_CONCURRENCY must be a whole number from 1 to 64" in server.stderr
    assert "Traceback" not in server.stderr


def test_the_garbage_collector_leaves_alone_what_a_process_loads_at_its_start():
    """To look through it again and again is a third of the start of each command."""
    with multiprocessing.get_context("forkserver").Pool(1) as loaded:  # has imported the portal and done nothing else
        assert loaded.apply(gc.get_freeze_count) > 100_000
        assert loaded.apply(gc.isenabled)


def command(*arguments: str) -> Command:
    """`flask --app app portal …` with nothing in its environment."""
    done = Command(*arguments, environment={})
    done.finish()
    return done


def test_what_libraries_chat_while_it_starts_is_not_logged():
    """The web server logs by these lines before the portal has read its settings."""
    said = "import logging as log, logging.config; from log_lines import TO_STDOUT; log.config.dictConfig(TO_STDOUT);"
    said += " log.getLogger('alembic.runtime.plugins').info('chat'); log.getLogger('portal').info('heard')"
    done = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [json.loads(line)["message"] for line in done.stdout.splitlines()] == ["heard"]


def test_a_key_is_made_before_there_are_settings():
    done = command("make-key", "2026a")
    assert done.status == 0, done.stderr
    assert list(parse_keys(done.stdout)) == ["2026a"]


@pytest.mark.parametrize("key_id", ["2026.a", "a,b", "a:b", "", "2" * 21])
def test_no_key_is_made_that_would_be_refused(key_id):
    done = command("make-key", key_id)
    assert (done.status, done.stdout) == (2, "")


def test_a_command_without_settings_names_them_on_stderr_with_status_2():
    done = command("setup")
    assert (done.status, done.stdout) == (2, "")
    assert "- SECRET_KEY is missing" in done.stderr
    assert "Traceback" not in done.stderr


def wait_for_answer(url: str) -> dict[str, str]:
    end = time.monotonic() + 40
    while time.monotonic() < end:
        try:
            with urlopen(Request(url), timeout=5) as answer:
                return dict(answer.headers)
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("no answer")


def test_a_number_of_processes_that_is_none_is_named_and_not_gunicorns_fault(sound):
    server = start(free_port(), {**sound, "WEB_CONCURRENCY": "abc"})
    output, _ = server.communicate(timeout=60)
    assert server.returncode != 0
    assert "WEB_CONCURRENCY must be a whole number from 1 to 64" in output
    assert "Traceback" not in output
