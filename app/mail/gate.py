"""How many people may wait for the mail server at once, so that a server that hangs does not hold every thread.

A web process has a handful of threads. A few of them may hand over a code; whoever comes while those hang is told at
once. After a few time-outs nobody is let in for half a minute, and then one at a time until a mail is taken.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from typing import Final

log = logging.getLogger(__name__)

PLACES: Final = 2  # hand-overs at once in a process, which has 4 threads (gunicorn.conf.py)
LINE: Final = 1  # who may wait for a place, while the server is quick
QUICK_SECONDS: Final = 1.0  # a server that takes longer than this lets nobody wait in line
TIME_OUTS: Final = 3  # one after another
PAUSE_SECONDS: Final = 30.0


class Busy(Exception):
    """The mail server is slow or does not answer: nobody is let in now."""


class Gate:
    """Of one process."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._entered: list[float] = []  # when those who hand over came in
        self._in_line = 0
        self._time_outs = 0
        self._closed_until = 0.0

    @contextmanager
    def place(self, *, limit: float) -> Iterator[None]:
        """A place to hand over one mail within `limit` seconds. Raises Busy.

        What ends in an exception after about the limit is a time-out.
        """
        entered = self._enter()
        try:
            yield
        except BaseException:
            self._leave(entered, is_time_out=time.monotonic() - entered >= 0.8 * limit)
            raise
        self._leave(entered, is_time_out=False)

    def _enter(self) -> float:
        with self._changed:
            if self._is_full():
                self._wait_in_line()
            entered = time.monotonic()
            if entered < self._closed_until:
                raise Busy
            self._entered.append(entered)
            return entered

    def _is_full(self) -> bool:
        return len(self._entered) >= (1 if self._time_outs >= TIME_OUTS else PLACES)

    def _wait_in_line(self) -> None:
        self._in_line += 1
        try:
            while self._is_full():
                left = self._entered[0] + QUICK_SECONDS - time.monotonic()
                if self._in_line > LINE or left <= 0 or not self._changed.wait(left):
                    raise Busy
        finally:
            self._in_line -= 1

    def _leave(self, entered: float, *, is_time_out: bool) -> None:
        with self._changed:
            self._entered.remove(entered)
            self._time_outs = self._time_outs + 1 if is_time_out else 0
            if self._time_outs >= TIME_OUTS:
                self._closed_until = time.monotonic() + PAUSE_SECONDS
                log.error("the mail server does not answer: no codes are handed over for %d seconds", PAUSE_SECONDS)
            self._changed.notify()


gate = Gate()
