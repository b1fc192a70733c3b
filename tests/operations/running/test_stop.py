"""Ctrl-C, and a signal on top of it, ends the web server each time, and its port is free again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from tests.support.machines.postgresql import free_port
from tests.support.machines.processes import ROOT
from tests.support.worker import wait_for

SLOW = "tests.support.machines.slow_page:application"


@pytest.mark.parametrize("time_number", range(10))
def test_the_web_server_ends_and_frees_its_port(time_number):
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--workers", "1"]
    command += ["--bind", f"127.0.0.1:{port}", SLOW]  # one worker: when it answers, none is still being born
    output = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, cwd=ROOT, start_new_session=True, **output)
    try:
        wait_for(lambda: answers(port), 30)
        asking = [threading.Thread(target=keep_asking, args=(port, server), daemon=True) for _ in range(4)]
        for thread in asking:
            thread.start()
        time.sleep(0.05 * time_number)
        os.killpg(server.pid, signal.SIGINT)
        time.sleep(0.01 * time_number)
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)
        wait_for(lambda: not answers(port), 5)
        with pytest.raises(ProcessLookupError):  # nothing of the group is left
            os.killpg(server.pid, 0)
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)


def answers(port: int) -> bool:
    with socket.socket() as link:
        link.settimeout(2)
        try:
            link.connect(("127.0.0.1", port))
            link.sendall(b"GET / HTTP/1.0\r\n\r\n")
            return link.recv(12).endswith(b"200")
        except OSError:
            return False


def keep_asking(port: int, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        answers(port)
