"""Pages of lists stay light: under 50 kB at the largest size that a list offers, whatever columns are chosen."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import url_for

from app.models import Election
from app.services.operations import demo
from app.views.base import StaffView
from app.views.tables.lists.weight import fitting_sizes, read_size, title_rules
from tests.support.factories.people import make_admin

LARGEST_PAGE = 50_000  # bytes
SIZES = re.compile(r'<select id="size".*?</select>', re.DOTALL)
ROWS = re.compile(rb"<tbody>.*?</tbody>", re.DOTALL)


def weigh(answer):
    """How heavy the page would be with as many rows of this kind as the list offers; None for a list without rows."""
    rows = ROWS.search(answer.data)
    if rows is None:
        return None
    largest = max(int(size) for size in re.findall(r'value="(\d+)"', SIZES.search(answer.text)[0]))
    return len(answer.data) - len(rows[0]) + largest * len(rows[0]) // rows[0].count(b"<tr>")


def test_every_list_is_light_at_its_largest_size_with_all_columns(app, db, client, sign_in_as, now):
    assert demo.fill_when_empty(now=now, invitation_lifetime=timedelta(days=14))
    code = db.session.query(Election.code).order_by(Election.voting_on.desc()).limit(1).scalar()
    sign_in_as(client, make_admin())
    heavy, seen = {}, set()
    for view in (view for view in app.extensions["appbuilder"].baseviews if isinstance(view, StaffView)):
        name = type(view).__name__
        given = {"code": code} if "<code>" in view.route_base else {}
        with app.test_request_context():
            address = url_for(f"{view.endpoint}.list", **given)
        weights = {"usual": weigh(client.get(address))}
        client.post(f"/weergaven/{name}/kolommen", data={"column": [*view.list_columns, *view.more_columns]})
        weights["all"] = weigh(client.get(address))
        if weights["all"] is not None:
            seen.add(name)
        heavy |= {(name, which): weight for which, weight in weights.items() if weight and weight >= LARGEST_PAGE}
    assert heavy == {}
    assert len(seen) > 20, seen


def test_the_more_a_row_holds_the_fewer_rows_are_offered():
    assert fitting_sizes(3, has_boxes=False, has_ways=False) == [25, 50, 100]
    assert fitting_sizes(6, has_boxes=True, has_ways=True) == [25, 50]
    assert fitting_sizes(60, has_boxes=True, has_ways=True) == [25]


def test_a_size_that_is_not_offered_becomes_the_largest_below_it():
    assert read_size(200, 25, [25, 50]) == 50
    assert read_size(50, 25, [25, 50, 100]) == 50
    assert read_size(7, 25, [25, 50]) == read_size(None, 25, [25, 50]) == read_size(-1, 25, [25, 50]) == 25


def test_a_title_cannot_end_its_rule():
    assert title_rules(['"} * {display:none}</style>'], first=2) == (
        "@media (max-width:40rem){.listed td:nth-child(2)::before{content:"
        '"\\22 \\7d  \\2a  \\7b display\\3a none\\7d \\3c \\2f style\\3e : "}}'
    )
