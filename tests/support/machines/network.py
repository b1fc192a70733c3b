"""No test opens a network connection beyond this machine."""

from __future__ import annotations

import ipaddress
import sys
from typing import Any

attempts: list[str] = []  # what was tried since the current test began


class ConnectionForbidden(OSError):
    """A test tried to reach another machine."""


def watch() -> None:
    """Refuse and note, for the rest of this process, every connection and look-up that is not of this machine.

    An audit hook sees them all, also from libraries that call the C level; it cannot be taken away again.
    """
    sys.addaudithook(_check)


def _check(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        _refuse_unless_local(arguments[1])
    elif event == "socket.getaddrinfo":
        _refuse_unless_local((arguments[0],))


def _refuse_unless_local(address: Any) -> None:
    if isinstance(address, (str, bytes)):  # a Unix socket
        return
    host = address[0]
    if not _is_local(host):
        attempts.append(str(host))
        raise ConnectionForbidden(f"a test may not reach {host}")


def _is_local(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False
