"""Who sends more than the portal reads still gets its answer: the connection is not torn down under it."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.operations.running.test_stop import SLOW, answers
from tests.support.machines.postgresql import free_port
from tests.support.machines.processes import ROOT
from tests.support.worker import wait_for

LARGE = 24 * 1024 * 1024  # what a page refuses unread, and far more than the sockets of both sides hold


@pytest.fixture
def port() -> Iterator[int]:
    """A web server with the portal's own settings, on a page that reads nothing of what it is sent."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--workers", "1"]
    command += ["--bind", f"127.0.0.1:{port}", SLOW]
    output = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, cwd=ROOT, start_new_session=True, **output)
    try:
        wait_for(lambda: answers(port), 30)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


@pytest.mark.parametrize("connection", ["close", "keep-alive"])
def test_all_that_is_sent_is_taken_in_after_the_answer(port, connection):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as link:
        head = f"POST / HTTP/1.1\r\nHost: x\r\nConnection: {connection}\r\nContent-Length: {LARGE}\r\n\r\n"
        link.sendall(head.encode() + b"x" * LARGE)  # raised ConnectionResetError, or BrokenPipeError
        assert link.recv(12).endswith(b"200")


def test_who_stops_sending_holds_no_thread_for_long(port):
    # As many as there are threads.
    links = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(4)]
    try:
        for link in links:
            link.sendall(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {LARGE}\r\n\r\n".encode())
            assert link.recv(12).endswith(b"200")
        began = time.monotonic()
        wait_for(lambda: answers(port), 20)
        assert time.monotonic() - began < 12
    finally:
        for link in links:
            link.close()
