"""A running portal for the browser: a threaded web server and a worker, both in this process on the test's database."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support.machines.postgresql import free_port


class Quiet(WSGIRequestHandler):
    """No line per request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


class Worker(threading.Thread):
    """Runs the jobs of the real queue, one at a time."""

    def __init__(self, app: Flask) -> None:
        super().__init__(daemon=True)
        self._queue = app.extensions["jobs"].queue
        self._stopping = threading.Event()
        self._may_work = threading.Event()  # other tests have workers of their own on the same queue
        self._busy = threading.Lock()
        self.errors: list[Exception] = []

    def run(self) -> None:
        """Until `stop`."""
        while not self._stopping.wait(0.05):
            with self._busy:
                while self._may_work.is_set() and (task := self._queue.dequeue()):
                    self._execute(task)

    def _execute(self, task: object) -> None:
        try:
            task.execute()  # type: ignore[attr-defined]
        except Exception as error:
            self.errors.append(error)

    def wait_until_idle(self) -> None:
        """Until nothing waits or runs: then the database may be emptied."""
        while self._queue.pending_count():
            time.sleep(0.05)
        with self._busy:
            return

    @contextmanager
    def working(self) -> Iterator[None]:
        """It takes jobs inside the block only."""
        self._may_work.set()
        yield
        self._may_work.clear()
        with self._busy:
            return

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self.join()


@contextmanager
def serve(app: Flask) -> Iterator[tuple[str, Worker]]:
    """The portal's address while it runs, and its worker."""
    port = free_port()
    url = f"http://localhost:{port}"
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    worker = Worker(app)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    worker.start()
    yield url, worker
    worker.stop()
    server.shutdown()
