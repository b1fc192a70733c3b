"""Commands for operators: thin, each calls a service. `flask portal` is their group."""

from __future__ import annotations

import sys

import click
from flask import Flask

from app.cli import files, imports, keys, mail, people, setup, web  # noqa: F401 - each adds its commands to the group
from app.cli.group import portal


def is_command() -> bool:
    """Whether this process is a command or the worker, and serves no pages."""
    return click.get_current_context(silent=True) is not None


def makes_only_a_key() -> bool:
    """Whether this process is `flask … portal make-key`: the one command that is needed before there are settings."""
    return is_command() and "make-key" in sys.argv[-2:]


def key_maker() -> Flask:
    """An application that has the commands and nothing else: no settings, no database, no pages."""
    app = Flask("portal")
    init_app(app)
    return app


def init_app(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(portal)
