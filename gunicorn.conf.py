"""How gunicorn serves the portal: read by `gunicorn "app:create_app()"` in this folder; its own options come first."""

import os

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))  # a process per core; the password hash is the heaviest work
threads = 4
worker_class = "gthread"
timeout = 60  # seconds; longer work is a job
accesslog = None  # app/logs.py writes a line per request, without addresses that may hold a token
control_socket_disable = True  # nobody steers the server from outside, and a system user may have no home to put it in
