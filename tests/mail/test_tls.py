"""Handing over through TLS: from the beginning, or by STARTTLS; within the same time limit; only to whom we trust."""

from __future__ import annotations

import ipaddress
import ssl
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.i18n import write_full_moment
from app.mail import server
from app.mail.mails import SIGN_IN_CODE, send_mail
from app.mail.server import ConnectionLost
from tests.support.machines.postgresql import free_port
from tests.support.machines.slow_servers import silent_server


@pytest.fixture(scope="module")
def make_certificate(tmp_path_factory):
    """Makes a file with a certificate that a server made itself for this address, and its key."""

    def make(address):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
        now = datetime.now(UTC)
        made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
        made = made.add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False
        )
        pem = serialization.Encoding.PEM
        text = made.sign(key, hashes.SHA256()).public_bytes(pem)
        text += key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path = tmp_path_factory.mktemp("tls") / "both.pem"
        path.write_bytes(text)
        return path

    return make


class Received:
    def __init__(self):
        self.messages = []

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802
        self.messages.append((session.ssl is not None, envelope.content))
        return "250 OK"


class StartTls(Controller):
    def factory(self):
        return SMTP(self.handler, tls_context=self.tls, require_starttls=True)


@contextmanager
def mail_server(app, monkeypatch, way, certificate):
    """A server with this certificate, to which the portal goes in this way; gives what it receives."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    received = Received()
    kind, more = (Controller, {"ssl_context": context}) if way == "use_ssl" else (StartTls, {})
    controller = kind(received, hostname="127.0.0.1", port=free_port(), **more)
    controller.tls = context
    controller.start()
    for name, value in (("port", controller.port), (way, True)):
        monkeypatch.setattr(app.extensions["mail"], name, value)
    try:
        yield received
    finally:
        controller.stop()


def hand_over(now):
    values = {"name": "Jan", "user_name": "jan", "code": "123 456", "moment": write_full_moment(now)}
    with server.connect(is_for_one=True) as connection:
        send_mail(connection, SIGN_IN_CODE, to="jan@post.example", locale="nl", values=values)


@pytest.mark.parametrize("way", ["use_ssl", "use_tls"])
def test_a_mail_is_handed_over_through_tls(app, db, monkeypatch, make_certificate, now, way):
    certificate = make_certificate("127.0.0.1")
    monkeypatch.setitem(app.config, "MAIL_CA_FILE", str(certificate))
    with mail_server(app, monkeypatch, way, certificate) as received:
        server.check(5)
        hand_over(now)
    [(is_encrypted, content)] = received.messages
    assert is_encrypted or way == "use_ssl"  # its listener takes nothing else, and does not say so
    assert b"123 456" in content


@pytest.mark.parametrize("way", ["use_ssl", "use_tls"])
@pytest.mark.parametrize(("address", "is_known"), [("127.0.0.1", False), ("127.0.0.2", True)])
def test_a_code_goes_to_no_server_but_the_one_that_is_meant(
    app, db, monkeypatch, make_certificate, now, way, address, is_known
):
    """Neither with a certificate that nobody known signed, nor with a good one of another name."""
    certificate = make_certificate(address)
    monkeypatch.setitem(app.config, "MAIL_CA_FILE", str(certificate) if is_known else "")
    with mail_server(app, monkeypatch, way, certificate) as received:
        with pytest.raises(ConnectionLost, match="SSLCertVerificationError"):
            hand_over(now)
        with pytest.raises(ssl.SSLCertVerificationError):
            server.check(5)
    assert not received.messages


@pytest.mark.parametrize("way", ["use_ssl", "use_tls"])
def test_a_server_that_is_silent_at_tls_holds_nobody_longer_than_the_limit(app, db, monkeypatch, way):
    monkeypatch.setitem(app.config, "MAIL_TIMEOUT_SECONDS", 1)
    with silent_server() as port:
        for name, value in (("port", port), (way, True)):
            monkeypatch.setattr(app.extensions["mail"], name, value)
        start = time.monotonic()
        with pytest.raises(ConnectionLost), server.connect(is_for_one=True):
            pass
    assert time.monotonic() - start < 3
