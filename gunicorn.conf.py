"""How gunicorn serves the portal: read by `flask --app app portal web` in this folder; its own options come first."""

import os
import time

from gunicorn.workers.gthread import ThreadWorker

from log_lines import TO_STDOUT
from setting_rules import check_numbers


class QuittingAtOnce(ThreadWorker):
    """Quits without a look back, as gunicorn promises for Ctrl-C and SIGQUIT: requests under way are cut off.

    Ctrl-C is sent to the whole group, and then the master asks the worker to quit as well. Gunicorn's own way takes the
    lock of the pool of threads, which the interrupted code may hold, and a second signal in the middle of Python's own
    end leaves threads waiting for ever: the worker stayed, and kept the port. SIGTERM still ends it in order.
    """

    def handle_quit(self, sig, frame):
        """End now; the database takes back what was not committed."""
        os._exit(0)


LINGER_BYTES = 130 * 1024 * 1024  # more than the guide lets a proxy hand on
LINGER_SECONDS = 5  # for a client that is slow to send what nobody reads


def post_request(worker, req, environ, resp):
    """Take in what the portal did not read of a request that it refused, once it is answered.

    Who closes the connection while the other side still sends has it torn down there: nginx then showed its own 502 in
    the place of the page that says why. Gunicorn itself takes in 64 KB.
    """
    body, link = getattr(req, "body", None), environ.get("gunicorn.socket")
    if body is None or link is None:
        return
    until, taken = time.monotonic() + LINGER_SECONDS, 0
    try:
        link.settimeout(LINGER_SECONDS)
        while taken < LINGER_BYTES and time.monotonic() < until and (part := body.read(65_536)):
            taken += len(part)
    except Exception:  # noqa: S110 - the client is gone, or sent no right end; it has its answer
        pass
    finally:
        link.settimeout(None)


if problems := check_numbers({"WEB_CONCURRENCY": os.environ.get("WEB_CONCURRENCY", "2")}):
    raise SystemExit(problems[0])  # none would serve nobody, without a word
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))  # a process per core; the password hash is the heaviest work
threads = 4
worker_class = QuittingAtOnce
timeout = 60  # seconds; longer work is a job
accesslog = None  # app/logs.py writes a line per request, without addresses that may hold a token
loglevel = os.environ.get("LOG_LEVEL", "info")
logconfig_dict = TO_STDOUT
control_socket_disable = True  # nobody steers the server from outside, and a system user may have no home to put it in
