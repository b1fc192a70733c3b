"""`run.py`: the whole portal on one machine, and nothing left behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from run import STOP_SECONDS
from tests.support.machines.postgresql import free_port

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def environment(tmp_path_factory, pytestconfig):
    """Ports of its own and an instance folder that is empty at first."""
    if pytestconfig.getoption("--database") != "sqlite":
        pytest.skip("run.py has its own SQLite database; the other run tests it")
    ports = {name: str(free_port()) for name in ("PORT", "MAIL_PORT", "MAIL_WEB_PORT")}
    home = tmp_path_factory.mktemp("home")
    own = {"HOME": str(home), "INSTANCE_DIR": str(home / "instance"), "WEB_CONCURRENCY": "1"}
    return {"PATH": os.environ["PATH"], **own, **ports}


@pytest.fixture(scope="module")
def started(environment):
    """The portals that ran, the last of which may run still: a start takes ten seconds."""
    portals: list[subprocess.Popen[str]] = []
    yield portals
    for portal in portals:
        if portal.poll() is None:
            portal.terminate()
            portal.communicate(timeout=60)


@pytest.fixture
def running(environment, started):
    """A portal that runs, and what it said at its start."""
    if not started or started[-1].poll() is not None:
        started.append(start(environment))
        started[-1].told = read_until(started[-1], "Ctrl-C")
    return started[-1], started[-1].told


def elsewhere(environment: dict[str, str]) -> dict[str, str]:
    """The same folder, other ports."""
    return environment | {name: str(free_port()) for name in ("PORT", "MAIL_PORT", "MAIL_WEB_PORT")}


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


def mails_in(environment: dict[str, str]) -> list[Path]:
    return sorted((Path(environment["INSTANCE_DIR"]) / "mail").iterdir())


def test_it_starts_and_invites_the_demo_people(environment, running):
    _, told = running
    assert "beheerder, medewerker" in told
    assert not [line for line in told.splitlines() if line.startswith("{")], "no library talks in between"
    assert f"http://localhost:{environment['PORT']}" in told
    assert "Inloggen" in page(environment["PORT"])
    wait_for(lambda: "beheerder@voorbeeldstad.example" in page(environment["MAIL_WEB_PORT"]))


def test_what_lies_in_the_folder_is_for_this_user_alone(environment, running):
    files = list(Path(environment["INSTANCE_DIR"]).rglob("*"))
    assert {"run.lock", "mail"} <= {file.name for file in files}
    assert [str(file) for file in files if rights_of_others(file)] == []


def rights_of_others(file: Path) -> int:
    try:
        return file.stat().st_mode & 0o077
    except FileNotFoundError:  # a journal, or a mail that got its name
        return 0


def test_a_second_start_in_the_same_folder_is_told(environment, running):
    second = start(elsewhere(environment))
    output, _ = second.communicate(timeout=30)
    assert (second.returncode, "Traceback" in output) == (1, False), output
    assert f"runs from {environment['INSTANCE_DIR']} already" in output


def test_each_part_has_a_session_of_its_own_which_ctrl_c_does_not_reach(running):
    sessions = {os.getsid(int(child)) for child in children_of(running[0])}
    assert len(sessions) == 3
    assert os.getsid(running[0].pid) not in sessions


@contextmanager
def half_a_request(port: str) -> Iterator[None]:
    """A browser that fell asleep while it asked for a page."""
    with socket.create_connection(("127.0.0.1", int(port))) as link:
        link.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        time.sleep(0.5)  # so long that a thread of the web server waits for the rest
        yield


def test_it_ends_with_ctrl_c_and_keeps_data(environment, running, started):
    portal, _ = running
    with half_a_request(environment["PORT"]):
        start_of_end = time.monotonic()
        os.killpg(portal.pid, signal.SIGINT)
        output, _ = portal.communicate(timeout=60)
    assert portal.returncode == 0, output
    assert time.monotonic() - start_of_end < STOP_SECONDS, "nothing had to be killed"
    assert "Traceback" not in output
    assert all(is_free(environment[name]) for name in ("PORT", "MAIL_PORT", "MAIL_WEB_PORT"))

    mails = mails_in(environment)
    started.append(start(environment))
    started[-1].told = read_until(started[-1], "Ctrl-C")
    assert "beheerder, medewerker" in started[-1].told
    started[-1].terminate()
    output, _ = started[-1].communicate(timeout=60)
    assert started[-1].returncode == 0, output
    assert mails_in(environment) == mails, "invited once"


def children_of(portal: subprocess.Popen[str]) -> list[str]:
    return Path(f"/proc/{portal.pid}/task/{portal.pid}/children").read_text().split()


def test_two_signals_on_each_others_heels_leave_no_part_running(environment, running):
    portal, _ = running
    for number in (signal.SIGSTOP, signal.SIGINT, signal.SIGTERM, signal.SIGCONT):  # both wait when it goes on
        portal.send_signal(number)
    output, _ = portal.communicate(timeout=60)
    assert portal.returncode == 0, output
    assert "Traceback" not in output
    assert all(is_free(environment[name]) for name in ("PORT", "MAIL_PORT", "MAIL_WEB_PORT"))


def test_when_one_part_ends_the_rest_ends_and_says_so(environment, running):
    portal, _ = running
    os.kill(int(children_of(portal)[-1]), signal.SIGKILL)
    output, _ = portal.communicate(timeout=60)
    assert portal.returncode == 1
    assert "stopped (status -9)" in output
    assert is_free(environment["PORT"])


@contextmanager
def listening(port: int) -> Iterator[None]:
    """Somebody else has this port."""
    with socket.socket() as other:
        with suppress(OSError):  # somebody has it already
            other.bind(("127.0.0.1", port))
            other.listen()
        yield


@pytest.mark.parametrize("name", ["PORT", "MAIL_PORT", "MAIL_WEB_PORT"])
def test_a_busy_port_is_told_with_its_setting_and_one_that_is_free(environment, name):
    ports = elsewhere(environment)
    busy = int(ports[name])
    another = "MAIL_PORT" if name == "PORT" else "PORT"
    with listening(busy), listening(busy + 100):
        portal = start({**ports, another: str(busy + 200)})
        output, _ = portal.communicate(timeout=60)
    assert portal.returncode == 1
    told = re.search(rf"Port {busy} is in use\. Choose another one: {name}=(\d+) make run", output)
    assert told, output
    assert int(told[1]) not in (busy, busy + 100, busy + 200)
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"PORT": "abc"}, "PORT must be a number from 1 to 65535."),
        ({"MAIL_PORT": "70000"}, "MAIL_PORT must be a number from 1 to 65535."),
        ({"PORT": "9001", "MAIL_WEB_PORT": "9001"}, "PORT=9001, MAIL_PORT={MAIL_PORT}, MAIL_WEB_PORT=9001."),
        ({"WEB_CONCURRENCY": "abc"}, "WEB_CONCURRENCY must be a whole number from 1 to 64"),
        ({"INSTANCE_DIR": "/proc/nowhere"}, "INSTANCE_DIR /proc/nowhere cannot be made or written"),
    ],
)
def test_what_cannot_be_started_is_a_sentence(environment, wrong, said):
    portal = start({**environment, **wrong})
    output, _ = portal.communicate(timeout=30)
    assert (portal.returncode, "Traceback" in output) == (1, False), output
    assert said.format(**environment) in output
