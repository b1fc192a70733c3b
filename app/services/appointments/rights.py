"""Who may read the logo of letters: the team. The letters themselves are personal documents."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select

from app.extensions import db
from app.models import AppointmentSetup
from app.services.files.readers import FileReader, FileRight


def find_logo_right(file_id: int, reader: FileReader, now: datetime) -> FileRight | None:
    """Nobody but the team."""
    if reader.member is not None or not reader.is_shown_all:
        return None
    is_logo = db.session.scalar(select(exists().where(AppointmentSetup.logo_file_id == file_id)))
    return FileRight() if is_logo else None
