"""Starts the portal on this machine: web, background worker and a local mail catcher. `make run` calls this.

Settings come from the environment (config.py); here also PORT (8080), MAIL_PORT (8025) and MAIL_WEB_PORT (8026).
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent
PORTS = {"PORT": 8080, "MAIL_PORT": 8025, "MAIL_WEB_PORT": 8026}
STOP_SECONDS = 25  # what a running job gets to finish; longer than the worker itself waits
START_SECONDS = 60
# Seconds for requests under way: a browser that sends half of one would hold the end.
SOON = ("--graceful-timeout", "5")


class CannotStart(Exception):
    """Why the portal does not run, for the person at the keyboard."""


def main() -> int:
    """Run until Ctrl-C or SIGTERM (status 0), or until one of the parts ends by itself (status 1)."""
    port, smtp_port, mail_port = ports = [port_of(name, default) for name, default in PORTS.items()]
    check_ports(ports)
    environment = development_environment(port, smtp_port)
    os.umask(0o077)  # members, mails and keys lie in the folder: it is for this user alone
    with only_one(instance_folder(environment)):
        people = fill_database(environment)
        commands = {
            "web server": ["-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *SOON, "app:create_app()"],
            "worker": ["-m", "flask", "--app", "app", "portal", "worker"],
            "mail catcher": ["-m", "devtools.mail_catcher", mail_folder(environment), str(smtp_port), str(mail_port)],
        }
        parts: dict[str, subprocess.Popen[bytes]] = {}
        try:
            for name, command in commands.items():
                parts[name] = start(command, environment)
            wait_until_ready(port, parts)
            print(welcome(port, mail_port, people), flush=True)
            wait_until_one_ends(parts)
        finally:
            leaving.set()  # a second Ctrl-C must not leave a part behind
            stop(parts)
    return 0


def port_of(name: str, default: int) -> int:
    """The port that the environment or the default names. Raises CannotStart for what is no port."""
    typed = os.environ.get(name, str(default))
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 6 and 1 <= int(typed) <= 65_535):
        raise CannotStart(f"{name} must be a number from 1 to 65535.")
    return int(typed)


def check_ports(ports: list[int]) -> None:
    """Raise CannotStart when two are the same, or somebody listens on one."""
    if len(set(ports)) < len(ports):
        given = ", ".join(f"{name}={port}" for name, port in zip(PORTS, ports, strict=True))
        raise CannotStart(f"Each part needs a port of its own, but these are set: {given}.")
    for name, port in zip(PORTS, ports, strict=True):
        error = try_port(port)
        if error is not None:
            why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            raise CannotStart(f"Port {port} {why}. Choose another one: {name}={find_other(port, ports)} make run")


def try_port(port: int) -> OSError | None:
    """Why nothing can listen there; None where it can."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error
    return None


def find_other(port: int, taken: list[int]) -> int:
    """A port that can be had instead, in hundreds above or below it."""
    others = (*range(port + 100, 65_536, 100), *range(port - 100, 1024, -100))
    return next(other for other in others if other not in taken and try_port(other) is None)


def instance_folder(environment: dict[str, str]) -> Path:
    """Where the database, the uploads and the caught mail lie."""
    return Path(environment.get("INSTANCE_DIR") or ROOT / "instance")


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Nobody else runs from this folder meanwhile. Raises CannotStart; a portal that was killed holds nobody up."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        mark = (folder / "run.lock").open("w")
    except OSError as error:
        raise CannotStart(f"INSTANCE_DIR {folder} cannot be made or written: {error.strerror}.") from None
    with mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"The portal runs from {folder} already. Stop that one, or choose another folder with INSTANCE_DIR."
            ) from None
        yield


def start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A part in a session of its own: Ctrl-C at the keyboard reaches run.py alone, which ends the parts in order."""
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, start_new_session=True)


def development_environment(port: int, smtp_port: int) -> dict[str, str]:
    """The environment of all parts: development, mail to the catcher, no log line per request on the screen."""
    own = {"PORTAL_ENV": "development", "PORT": str(port), "MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(smtp_port)}
    return {"LOG_LEVEL": "WARNING", "PYTHONUNBUFFERED": "1", **os.environ, **own}


def mail_folder(environment: dict[str, str]) -> str:
    """Where the mail catcher keeps its mail."""
    return str(instance_folder(environment) / "mail")


def fill_database(environment: dict[str, str]) -> str:
    """Tables, roles and, the first time, demo data; gives the lines with user names."""
    command = [sys.executable, "-m", "flask", "--app", "app", "portal", "demo"]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise CannotStart("The database could not be set up; the reason is above.")
    return "\n".join(line for line in done.stdout.splitlines() if not line.startswith("{"))


def wait_until_ready(port: int, parts: dict[str, subprocess.Popen[bytes]]) -> None:
    """Until the portal answers. Raises CannotStart when it takes too long or a part ended."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        find_ended(parts)
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise CannotStart(f"The portal did not answer within {START_SECONDS} seconds.")


def wait_until_one_ends(parts: dict[str, subprocess.Popen[bytes]]) -> None:
    """Until a part ends by itself: raises CannotStart, because half a portal helps nobody."""
    while True:
        find_ended(parts)
        time.sleep(0.3)


def find_ended(parts: dict[str, subprocess.Popen[bytes]]) -> None:
    """Raise CannotStart for the first part that ended."""
    for name, part in parts.items():
        if part.poll() is not None:
            raise CannotStart(f"The {name} stopped (status {part.returncode}), so the rest is stopped too.")


def stop(parts: dict[str, subprocess.Popen[bytes]]) -> None:
    """End every part, kindly first; then whatever a part started and left."""
    for part in parts.values():
        if part.poll() is None:
            part.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for part in parts.values():
        with suppress(subprocess.TimeoutExpired):
            part.wait(max(0.1, deadline - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(part.pid, signal.SIGKILL)
        part.wait()


def welcome(port: int, mail_port: int, people: str) -> str:
    """What to open and how to get in."""
    return f"""
Het Ledenportal draait.

  Portaal  http://localhost:{port}
  Mail     http://localhost:{mail_port}  (alles wat het portaal verstuurt)

Gebruikersnamen
  {people.replace(chr(10), chr(10) + "  ")}

De eerste keer: open de mail, klik op de link in de uitnodiging en kies een wachtwoord.
Daarna: log in met gebruikersnaam en wachtwoord; de inlogcode staat in de mail.
Stoppen: Ctrl-C.
"""


leaving = threading.Event()


def leave(signum: int, frame: FrameType | None) -> None:
    """SIGTERM ends the portal as Ctrl-C does, also where a script started it that has Ctrl-C switched off.

    Once: another signal on the heels of the first one interrupts the end no more, which left all parts running.
    """
    if not leaving.is_set():
        leaving.set()
        raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    try:
        sys.exit(main())
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nHet portaal is gestopt.")
        sys.exit(0)
