"""A mail server that hangs or drips: a hand-over ends in time, and only a few people wait for it."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

import pytest

from app.mail import gate as gates
from app.mail import server
from app.mail.gate import Busy, Gate
from app.mail.mails import SIGN_IN_CODE, send_mail
from app.mail.server import ConnectionLost, Deadline
from tests.support.machines.slow_servers import dripping_server, silent_server

LIMIT = 1  # second


@pytest.fixture
def use_port(app, db, monkeypatch):
    def use(port):
        monkeypatch.setattr(app.extensions["mail"], "port", port)
        monkeypatch.setitem(app.config, "MAIL_TIMEOUT_SECONDS", LIMIT)

    return use


def hand_over(now, **more):
    values = {"name": "Jan", "user_name": "jan", "code": "123456", "asked_at": now}
    with server.connect(**more) as connection:
        send_mail(connection, SIGN_IN_CODE, to="jan@post.example", locale="nl", values=values)


GREETINGS = {
    "at the greeting": b"220-" + b"x" * 1000,
    "after the greeting": b"220 hallo\r\n250-" + b"x" * 1000,
    "in many lines": b"220-a\r\n" * 1000,
}


@pytest.mark.parametrize("said", GREETINGS.values(), ids=GREETINGS.keys())
def test_a_server_that_drips_holds_nobody_longer_than_the_limit(use_port, now, said):
    with dripping_server(said) as port:
        use_port(port)
        start = time.monotonic()
        with pytest.raises(ConnectionLost):
            hand_over(now, is_for_one=True)
    assert time.monotonic() - start < LIMIT + server.GOODBYE_SECONDS + 2


def test_a_server_that_is_silent_holds_nobody_longer_than_the_limit(use_port, now):
    with silent_server() as port:
        use_port(port)
        start = time.monotonic()
        with pytest.raises(ConnectionLost):
            hand_over(now)
    assert time.monotonic() - start < LIMIT + 2


def test_each_mail_of_a_batch_has_the_whole_limit_and_a_code_only_what_connecting_left(use_port, smtp, mailbox):
    use_port(smtp.port)
    for is_for_one in (False, True):
        with server.connect(is_for_one=is_for_one) as connection:
            connection.deadline.restart(0.001)
            time.sleep(0.01)
            connection.start_message()
            if is_for_one:
                with pytest.raises(TimeoutError):
                    connection.deadline.left()
            else:
                assert connection.deadline.left() > 0.5


def test_what_was_taken_stays_taken_when_the_time_is_just_up():
    assert Deadline(-1).at_least_a_little() > 0


def occupy(gate, until, number, limit=10.0):
    """So many threads that hold a place until the event; they fail then, as after a time-out."""
    inside = threading.Semaphore(0)

    def hold():
        with suppress(Busy, TimeoutError), gate.place(limit=limit):
            inside.release()
            until.wait(10)
            raise TimeoutError

    threads = [threading.Thread(target=hold) for _ in range(number)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert inside.acquire(timeout=5)
    return threads


def test_only_a_few_wait_for_the_mail_server_and_the_rest_is_told_at_once():
    gate, over = Gate(), threading.Event()
    threads = occupy(gate, over, gates.PLACES)
    time.sleep(gates.QUICK_SECONDS)
    start = time.monotonic()
    for _ in range(20):
        with pytest.raises(Busy), gate.place(limit=10):
            pass
    assert time.monotonic() - start < 0.5
    over.set()
    for thread in threads:
        thread.join()
    with gate.place(limit=10):
        pass


def test_while_the_server_is_quick_one_more_waits_for_a_place():
    gate, over = Gate(), threading.Event()
    threads = occupy(gate, over, gates.PLACES)
    threading.Timer(0.2, over.set).start()
    with gate.place(limit=10):
        pass
    for thread in threads:
        thread.join()


def time_out(gate):
    with suppress(TimeoutError), gate.place(limit=0):
        raise TimeoutError


def test_after_a_few_time_outs_nobody_is_let_in_for_half_a_minute(monkeypatch):
    gate, clock = Gate(), [1000.0]
    monkeypatch.setattr(gates.time, "monotonic", lambda: clock[0])
    for _ in range(gates.TIME_OUTS):
        time_out(gate)
    with pytest.raises(Busy), gate.place(limit=10):
        pass
    clock[0] += gates.PAUSE_SECONDS
    time_out(gate)  # tried again: still silent
    with pytest.raises(Busy), gate.place(limit=10):
        pass
    clock[0] += gates.PAUSE_SECONDS
    with gate.place(limit=10):
        pass
    for _ in range(5):
        with gate.place(limit=10):
            pass


def test_a_quick_refusal_is_no_time_out():
    gate = Gate()
    for _ in range(gates.TIME_OUTS + 1):
        with suppress(ConnectionLost), gate.place(limit=10):
            raise ConnectionLost("refused")
    with gate.place(limit=10):
        pass
