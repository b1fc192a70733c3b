"""A Redis of a test's own, that keeps nothing."""

from __future__ import annotations

import subprocess
from pathlib import Path

import redis

from tests.support import parts
from tests.support.machines.killable import Killable
from tests.support.machines.postgresql import free_port
from tests.support.worker import wait_for


class RedisProcess(Killable):
    """`url` while it runs; `kill` ends it as a broken machine does."""

    def __init__(self, folder: Path) -> None:
        parts.need("Redis")
        port = free_port()
        self.url = f"redis://127.0.0.1:{port}/0"
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self._answers, 20)

    def _answers(self) -> bool:
        try:
            return bool(redis.Redis.from_url(self.url, socket_timeout=1).ping())
        except redis.RedisError:
            return False
