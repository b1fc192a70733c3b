"""How many rows a list offers on a page, and the titles of its columns on a phone (`test_light_pages` weighs them)."""

from __future__ import annotations

from app.views.tables.lists.weight import fitting_sizes, read_size, title_rules


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
