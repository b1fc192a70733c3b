"""The virus scanner's protocol, against a small scanner on this machine."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from app.storage.scanner import Scanner, ScannerSilent
from tests.support.machines import clamd


def scanner_at(address: str) -> Scanner:
    scanner = Scanner()
    scanner.use(address)
    return scanner


def test_a_clean_file_is_clean_and_an_infected_one_is_named():
    with clamd.running() as address:
        scanner = scanner_at(address)
        assert scanner.find_virus(io.BytesIO(b"clean" * 50_000)) is None
        assert scanner.find_virus(io.BytesIO(b"x" * 100_000 + b"EICAR")) == "Eicar-Signature"


def test_a_socket_in_the_file_system_works_too(tmp_path: Path):
    with clamd.running(str(tmp_path / "clamd")) as address:
        assert scanner_at(address).find_virus(io.BytesIO(b"EICAR")) == "Eicar-Signature"


def test_without_a_scanner_nothing_is_asked():
    assert scanner_at("").find_virus(io.BytesIO(b"EICAR")) is None


@pytest.mark.parametrize("address", ["127.0.0.1:9", "/nowhere/clamd"])
def test_a_scanner_that_is_not_reached_is_no_clean_file(address: str):
    with pytest.raises(ScannerSilent):
        scanner_at(address).find_virus(io.BytesIO(b"x"))


def test_a_file_that_is_too_large_for_the_scanner_is_no_clean_file():
    with clamd.running() as address, pytest.raises(ScannerSilent):
        scanner_at(address).find_virus(io.BytesIO(b"x" * 5_000_000))
