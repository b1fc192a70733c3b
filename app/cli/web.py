"""The command that serves pages: the settings are looked at first, because gunicorn reads some by itself."""

from __future__ import annotations

import os
import sys

import click

from app.cli.group import portal


@portal.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def web(options: tuple[str, ...]) -> None:
    """Start the web server, with options of gunicorn such as --bind. Settings that are wrong are named first."""
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *options, "app:create_app()"])  # noqa: S606 (no shell)
