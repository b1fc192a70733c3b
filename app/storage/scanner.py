"""ClamAV's daemon through its socket: is there a virus in this file? A leaf."""

from __future__ import annotations

import socket
import struct
from typing import IO

CHUNK = 64 * 1024
TIMEOUT_SECONDS = 30
LONGEST_ANSWER = 4096  # bytes


class ScannerSilent(Exception):
    """The scanner is not reached, or could not look at the file. It is then not known whether the file is clean."""


class Scanner:
    """Asks clamd with INSTREAM, which sends the file itself: both need not share a disk."""

    def __init__(self) -> None:
        self._address = ""

    def use(self, address: str) -> None:
        """`/path/of/the/socket` or `host:port`; empty: nothing is scanned."""
        self._address = address

    @property
    def is_used(self) -> bool:
        """Whether there is a scanner."""
        return bool(self._address)

    def find_virus(self, content: IO[bytes]) -> str | None:
        """The name of what was found, or None for a clean file or without a scanner. Raises ScannerSilent."""
        if not self._address:
            return None
        try:
            with self._connect() as link:
                answer = _ask(link, content)
        except (OSError, ValueError) as error:
            raise ScannerSilent(str(error)) from error
        if answer.endswith(" FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")
        if answer != "stream: OK":
            raise ScannerSilent(answer)
        return None

    def check(self, seconds: float) -> None:
        """Raises OSError when there is a scanner and it does not answer in time."""
        if not self._address:
            return
        with self._connect() as link:
            link.settimeout(seconds)
            link.sendall(b"zPING\0")
            if link.recv(LONGEST_ANSWER).rstrip(b"\0\n") != b"PONG":
                raise OSError("the scanner does not answer")

    def _connect(self) -> socket.socket:
        if self._address.startswith("/"):
            link = socket.socket(socket.AF_UNIX)
            link.settimeout(TIMEOUT_SECONDS)
            try:
                link.connect(self._address)
            except OSError:
                link.close()
                raise
            return link
        host, _, port = self._address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=TIMEOUT_SECONDS)


def _ask(link: socket.socket, content: IO[bytes]) -> str:
    """Pieces with their length in front, a length of 0 at the end; the answer ends with a NUL."""
    try:
        link.sendall(b"zINSTREAM\0")
        while piece := content.read(CHUNK):
            link.sendall(struct.pack("!I", len(piece)) + piece)
        link.sendall(struct.pack("!I", 0))
    except (BrokenPipeError, ConnectionResetError):
        pass  # it hangs up on a file that is too large for it, and says so first
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        piece = link.recv(LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
