"""How gunicorn serves the portal: read by `gunicorn "app:create_app()"` in this folder; its own options come first."""

import os

from gunicorn.workers.base import Worker
from gunicorn.workers.gthread import ThreadWorker

from log_lines import TO_STDOUT


class QuittingOnce(ThreadWorker):
    """Quits without asking its threads' pool, whose lock the interrupted code may hold: that would wait for ever.

    Ctrl-C is sent to the whole group, and then the master asks the worker to quit as well.
    """

    def handle_quit(self, sig, frame):
        """End as every other kind of worker does; requests under way get until gunicorn's own deadline."""
        Worker.handle_quit(self, sig, frame)


workers = int(os.environ.get("WEB_CONCURRENCY", "2"))  # a process per core; the password hash is the heaviest work
threads = 4
worker_class = QuittingOnce
timeout = 60  # seconds; longer work is a job
accesslog = None  # app/logs.py writes a line per request, without addresses that may hold a token
loglevel = os.environ.get("LOG_LEVEL", "info")
logconfig_dict = TO_STDOUT
control_socket_disable = True  # nobody steers the server from outside, and a system user may have no home to put it in
