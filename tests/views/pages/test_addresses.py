"""Addresses that are made once are those that `url_for` makes."""

from __future__ import annotations

import pytest
from flask import url_for

from app.views.addresses import asking_url, kept_url, row_url


@pytest.mark.parametrize("key", [7, "15", "jdevries", "jan.de.vries", "één", "a/b", "7?x=1"])
@pytest.mark.parametrize("back", ["", "/leden/list/", "/leden/list/?q=a b&state=x#top", "/leden/list/?q=één+&x=%20"])
def test_the_address_of_a_row_is_that_of_url_for(app, key, back):
    wanted = {"next": back} if back else {}
    for prefix in ("/", "/portaal", "/"):
        with app.test_request_context(base_url=f"http://localhost{prefix}"):
            assert row_url("MembersView.edit", key, next=back) == url_for("MembersView.edit", pk=key, **wanted)
            assert row_url("MembersView.part", key, next=back, part="werk") == url_for(
                "MembersView.part", pk=key, part="werk", **wanted
            )


@pytest.mark.parametrize("asked", ["15", "jan.de.vries", "één & twee", "a/b?c=d#e", "100%", "a+b c"])
def test_an_address_that_asks_something_is_that_of_url_for(app, asked):
    for prefix in ("/", "/portaal", "/"):
        with app.test_request_context(base_url=f"http://localhost{prefix}"):
            given = {"member": asked, "next": f"/leden/list/?q={asked}"}
            assert asking_url("ThreadsView.add", **given) == url_for("ThreadsView.add", **given)


def test_the_address_of_a_row_may_take_a_number_only(app):
    with app.test_request_context():
        assert row_url("MergeView.choose", 7) == url_for("MergeView.choose", pk=7)


def test_an_address_is_kept_by_the_names_of_its_values_too(app):
    with app.test_request_context():
        assert kept_url("MembersView.list", bsn="needed") != kept_url("MembersView.list", checked="needed")
