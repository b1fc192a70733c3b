"""Where the portal keeps what is no row."""

from __future__ import annotations

from pathlib import Path

from flask import current_app


def instance_folder() -> Path:
    """INSTANCE_DIR: uploads that wait are sealed there."""
    folder: Path = current_app.config["INSTANCE_DIR"]
    return folder
