"""Parts of a page that live: they follow what the worker does, and the page is read anew when it is through."""

from __future__ import annotations

from datetime import timedelta

from app.models import ImportRun, ImportState
from tests.support.factories.people import make_staff


def test_the_page_of_an_import_follows_the_worker(page, check_page, enter_as, db, now):
    run = ImportRun(
        kind="roster",
        original_name="leden.csv",
        state=ImportState.RUNNING,
        rows_total=900,
        rows_done=100,
        created_at=now,
        lease_until=now + timedelta(days=3650),
    )
    db.session.add(run)
    db.session.commit()
    enter_as(make_staff())
    page.goto(f"/leden-importeren/{run.id}")
    check_page()
    assert "100 van de 900 rijen" in page.inner_text("main")

    run.rows_done = 500
    db.session.commit()
    page.wait_for_selector("text=500 van de 900 rijen")

    run.state, run.rows_done, run.rows_new, run.lease_until = ImportState.DONE, 900, 900, None
    db.session.commit()
    page.wait_for_selector("h1:has-text('Leden geïmporteerd')")
    check_page()
