"""Mail servers that hold whoever waits for them: one that says nothing, and one that says a letter now and then."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PACE_SECONDS = 0.05


@contextmanager
def silent_server() -> Iterator[int]:
    """Takes connections and never says a word; gives its port."""
    with _listening() as listener:
        yield listener.getsockname()[1]


@contextmanager
def dripping_server(said: bytes = b"220-" + b"x" * 100_000) -> Iterator[int]:
    """Says a letter every PACE_SECONDS, so that no single wait is long; gives its port."""
    is_over = threading.Event()
    with _listening() as listener:
        thread = threading.Thread(target=_drip, args=(listener, said, is_over), daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            is_over.set()
            thread.join()


def _drip(listener: socket.socket, said: bytes, is_over: threading.Event) -> None:
    listener.settimeout(PACE_SECONDS)
    while not is_over.is_set():
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                for letter in said:
                    if is_over.wait(PACE_SECONDS):
                        return
                    connection.send(bytes([letter]))


@contextmanager
def _listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        yield listener
