"""No test opens a network connection beyond this machine."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from functools import wraps
from typing import Any

CONNECTING = ("connect", "connect_ex", "sendto")
attempts: list[str] = []  # what was tried since the current test began


class ConnectionForbidden(OSError):
    """A test tried to reach another machine."""


def watch() -> None:
    """Refuse and note, for the rest of this process, every connection and look-up that is not of this machine.

    All libraries that Python's sockets serve come by here. An audit hook would see those too that call the C level;
    but it is asked at each `id()` of SQLAlchemy, and that alone is a fortieth of all tests.
    """
    for name in CONNECTING:
        setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    socket.getaddrinfo = _guarded_look(socket.getaddrinfo)


def _guarded(act: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(act)
    def guarded(of: socket.socket, *arguments: Any) -> Any:
        _refuse_unless_local(arguments[-1])  # of `sendto` too the address comes last
        return act(of, *arguments)

    return guarded


def _guarded_look(look: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(look)
    def guarded(host: str | bytes | None, *arguments: Any, **named: Any) -> Any:
        _refuse_unless_local((host,))
        return look(host, *arguments, **named)

    return guarded


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
