"""A PostgreSQL server of the tests' own: in a temporary folder, on a free port, gone at the end."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

# Nothing of a test must survive, so nothing is forced to the disk.
OPTIONS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60"}

MEMORY = "/dev/shm"
ROOM = 3 * 1024**3  # bytes; a container often has 64 MB there


def find_programs() -> Path | None:
    """The folder with initdb and pg_ctl: Debian keeps them off the path; the newest version wins."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    on_path = shutil.which("pg_ctl")
    candidates = [Path(on_path).parent] if on_path else []
    return next((folder for folder in [*reversed(debian), *candidates] if (folder / "initdb").exists()), None)


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _memory() -> str | None:
    """A folder in memory where there is room for it: a database that is copied or dropped is hundreds of files."""
    is_roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if is_roomy else None


class PostgresServer:
    """Started with `start`, ended with `stop`. As root it runs as a user without rights, which initdb insists on."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="portal-postgresql-", dir=_memory()))
        self._password = secrets.token_urlsafe(16)
        self._user = _unprivileged_user() if os.geteuid() == 0 else None

    def start(self) -> str:
        """Make the cluster and wait until it answers; gives its URL, without a database name."""
        port = free_port()
        password_file = self._folder / "password"
        password_file.write_text(self._password)
        if self._user:
            shutil.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        data = str(self._folder / "data")
        init = ["--username=portal", "--auth=scram-sha-256", f"--pwfile={password_file}", "--encoding=UTF8"]
        self._run("initdb", "-D", data, *init, "--no-locale", "--no-sync")
        settings = {"port": str(port), "listen_addresses": "127.0.0.1", "unix_socket_directories": "", **OPTIONS}
        (self._folder / "data/postgresql.auto.conf").write_text(
            "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        )
        self._run("pg_ctl", "-D", data, "-l", str(self._folder / "log"), "-w", "start")
        return f"postgresql://portal:{self._password}@127.0.0.1:{port}"

    def stop(self) -> None:
        """End the server and remove its folder; safe when it never started."""
        data = self._folder / "data"
        if (data / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        folder = find_programs()
        assert folder is not None
        user = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []} if self._user else {}
        # A session of its own: Ctrl-C at the keyboard reaches pytest alone, which then stops the server in order.
        done = subprocess.run(
            [str(folder / program), *arguments],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            check=False,
            **user,  # type: ignore[call-overload]
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.decode()[-2000:]}")


def _unprivileged_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL does not run as root, and there is no user postgres or nobody")
