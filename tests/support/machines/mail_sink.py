"""An SMTP server in a process of its own, that can be killed, and that fails on command.

`python -m tests.mail_sink PORT FOLDER` notes each message that it took in FOLDER/taken as a line "receiver Message-ID".
FOLDER/command says what it does with the next messages, a line each, the last line with all that follow: `take`,
`slow` (takes it after a moment), `451 …` or `550 …` (answers so), `hang up` (without taking it), `drop` (takes it, then
hangs up without a word).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.machines.killable import Killable

ROOT = Path(__file__).resolve().parents[3]
MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE | re.IGNORECASE)


class Handler:
    """aiosmtpd's hooks."""

    def __init__(self, folder: Path) -> None:
        self._command = folder / "command"
        self._taken = os.open(folder / "taken", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """One message."""
        command = self._next_command()
        if command == "hang up":
            return self._cut(server)
        if command == "slow":
            await asyncio.sleep(0.01)
        if command[:1].isdigit():
            return command
        found = MESSAGE_ID.search(envelope.content or b"")  # type: ignore[arg-type]
        line = f"{envelope.rcpt_tos[0]} {found.group(1).decode() if found else ''}\n"
        os.write(self._taken, line.encode())
        return self._cut(server) if command == "drop" else "250 OK"

    def _next_command(self) -> str:
        """The file holds a command, or one per line for the messages to come; the last one stays."""
        with contextlib.suppress(FileNotFoundError):
            first, *rest = self._command.read_text().splitlines() or ["take"]
            if rest:
                self._command.write_text("\n".join(rest))
            return first
        return "take"

    @staticmethod
    def _cut(server: SMTP) -> str:
        if server.transport is not None:
            server.transport.abort()
        return "421 bye"


async def serve(port: int, folder: Path) -> None:
    """Listen until killed."""
    loop = asyncio.get_running_loop()
    handler = Handler(folder)
    server = await loop.create_server(lambda: SMTP(handler, hostname="sink"), "127.0.0.1", port, reuse_address=True)
    async with server:
        await server.serve_forever()


class Sink(Killable):
    """The process, seen from a test."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port = port
        self._folder = folder
        folder.mkdir(exist_ok=True)
        (folder / "taken").touch()

    def start(self) -> Sink:
        """Start it, and wait until it listens."""
        command = [sys.executable, "-m", "tests.support.machines.mail_sink", str(self.port), str(self._folder)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return self
            assert time.monotonic() < end, "the sink does not listen"
            time.sleep(0.05)

    def tell(self, *commands: str) -> None:
        """What to do with the next messages, one each; the last one stays."""
        waiting = self._folder / "command.new"
        waiting.write_text("\n".join(commands))
        waiting.replace(self._folder / "command")

    def taken(self) -> list[tuple[str, str]]:
        """Receiver and Message-ID of every message that it took, in order."""
        lines = (self._folder / "taken").read_text().splitlines()
        return [(line.split(" ")[0], line.split(" ")[1]) for line in lines]


def main(arguments: list[Any]) -> None:
    """The process itself."""
    asyncio.run(serve(int(arguments[0]), Path(arguments[1])))


if __name__ == "__main__":
    main(sys.argv[1:])
