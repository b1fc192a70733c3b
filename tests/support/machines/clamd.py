"""A virus scanner for tests: speaks clamd's protocol on this machine and finds the word EICAR."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self._take(1)
        if command == b"zPING\0":
            self.request.sendall(b"PONG\0")
            return
        if command != b"zINSTREAM\0":
            self.request.sendall(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while length := struct.unpack("!I", self._take(4))[0]:
            content += self._take(length)
            if len(content) > self.server.most_bytes:  # type: ignore[attr-defined]
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        found = b"EICAR" in content
        self.request.sendall(b"stream: Eicar-Signature FOUND\0" if found else b"stream: OK\0")

    def _take(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count:
            piece = self.request.recv(count - len(taken))
            if not piece:
                raise ConnectionError
            taken += piece
        return taken


class _Quiet:
    daemon_threads = True
    allow_reuse_address = True
    most_bytes = 1_000_000

    def handle_error(self, request: object, client_address: object) -> None:
        """Who hangs up is not told of."""


class _Tcp(_Quiet, socketserver.ThreadingTCPServer):
    pass


class _Unix(_Quiet, socketserver.ThreadingUnixStreamServer):
    pass


@contextmanager
def running(path: str = "") -> Iterator[str]:
    """The address of a scanner: on a socket in the file system, or on a port."""
    server = _Unix(path, _Handler) if path else _Tcp(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield path or f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
