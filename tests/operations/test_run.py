"""`run.py`: the whole portal on one machine, and nothing left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.support.postgresql import free_port

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(tmp_path, pytestconfig):
    """Ports of its own and an empty instance folder."""
    if pytestconfig.getoption("--database") != "sqlite":
        pytest.skip("run.py has its own SQLite database; the other run tests it")
    ports = {name: str(free_port()) for name in ("PORT", "MAIL_PORT", "MAIL_WEB_PORT")}
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "INSTANCE_DIR": str(tmp_path / "instance"), **ports}


def start(environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "run.py"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # a group of its own, as at a terminal
    )


def read_until(portal: subprocess.Popen[str], words: str) -> str:
    output = ""
    for line in portal.stdout:
        output += line
        if words in line:
            return output
    raise AssertionError(output)


def page(port: str) -> str:
    with urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
        return answer.read().decode()


def wait_for(condition) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.2)


def is_free(port: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) != 0


def test_it_starts_invites_the_demo_people_keeps_data_and_ends_with_ctrl_c(environment):
    portal = start(environment)
    told = read_until(portal, "Ctrl-C")
    assert "beheerder, medewerker" in told
    assert f"http://localhost:{environment['PORT']}" in told
    assert "Inloggen" in page(environment["PORT"])
    wait_for(lambda: "beheerder@voorbeeldstad.example" in page(environment["MAIL_WEB_PORT"]))
    os.killpg(portal.pid, signal.SIGINT)
    output, _ = portal.communicate(timeout=60)
    assert portal.returncode == 0, output
    assert "Traceback" not in output
    assert all(is_free(environment[name]) for name in ("PORT", "MAIL_PORT", "MAIL_WEB_PORT"))

    mails = sorted((Path(environment["INSTANCE_DIR"]) / "mail").iterdir())
    again = start(environment)
    assert "beheerder, medewerker" in read_until(again, "Ctrl-C")
    again.terminate()
    output, _ = again.communicate(timeout=60)
    assert again.returncode == 0, output
    assert sorted((Path(environment["INSTANCE_DIR"]) / "mail").iterdir()) == mails, "invited once"


def test_a_busy_port_is_told(environment):
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(environment["MAIL_PORT"])))
        other.listen()
        portal = start(environment)
        output, _ = portal.communicate(timeout=60)
    assert portal.returncode == 1
    assert f"Port {environment['MAIL_PORT']} is in use" in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"PORT": "abc"}, "PORT must be a number from 1 to 65535."),
        ({"MAIL_PORT": "70000"}, "MAIL_PORT must be a number from 1 to 65535."),
        ({"PORT": "9001", "MAIL_WEB_PORT": "9001"}, "PORT=9001, MAIL_PORT={MAIL_PORT}, MAIL_WEB_PORT=9001."),
        ({"INSTANCE_DIR": "/proc/nowhere"}, "INSTANCE_DIR /proc/nowhere cannot be made or written"),
    ],
)
def test_what_cannot_be_started_is_a_sentence(environment, wrong, said):
    portal = start({**environment, **wrong})
    output, _ = portal.communicate(timeout=30)
    assert (portal.returncode, "Traceback" in output) == (1, False), output
    assert said.format(**environment) in output


def test_a_second_start_in_the_same_folder_is_told(environment):
    portal = start(environment)
    read_until(portal, "Ctrl-C")
    try:
        ports = {name: str(free_port()) for name in ("PORT", "MAIL_PORT", "MAIL_WEB_PORT")}
        second = start({**environment, **ports})
        output, _ = second.communicate(timeout=30)
        assert (second.returncode, "Traceback" in output) == (1, False), output
        assert f"runs from {environment['INSTANCE_DIR']} already" in output
        sessions = {os.getsid(int(child)) for child in children_of(portal)}
        assert len(sessions) == 3, "each part has a session of its own, which Ctrl-C does not reach"
    finally:
        portal.terminate()
        portal.communicate(timeout=60)


def children_of(portal: subprocess.Popen[str]) -> list[str]:
    return Path(f"/proc/{portal.pid}/task/{portal.pid}/children").read_text().split()


def test_when_one_part_ends_the_rest_ends_and_says_so(environment):
    portal = start(environment)
    read_until(portal, "Ctrl-C")
    os.kill(int(children_of(portal)[-1]), signal.SIGKILL)
    output, _ = portal.communicate(timeout=60)
    assert portal.returncode == 1
    assert "stopped (status -9)" in output
    assert is_free(environment["PORT"])
