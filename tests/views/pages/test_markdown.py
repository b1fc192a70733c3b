"""What Markdown of the team becomes: a safe subset, with headings that fit below the page's own."""

from __future__ import annotations

import pytest

from app.views.parts.markdown import Image, render_markdown

STADHUIS = {"afbeelding-1": Image("/bestanden/1/a.png?toon=1", 'Het "stadhuis"')}


@pytest.mark.parametrize(
    ("source", "levels"),
    [
        ("# A", ["h2"]),
        ("### A", ["h2"]),
        ("# A\n## B\n# C", ["h2", "h3", "h2"]),
        ("# A\n### B\n## C", ["h2", "h3", "h3"]),
    ],
)
def test_headings_start_below_the_title_and_skip_no_level(source, levels):
    html = render_markdown(source, top=2)
    assert [part[:2] for part in html.split("<")[1:] if not part.startswith("/")] == levels


def test_only_images_of_the_message_are_shown_and_have_words():
    html = render_markdown("![](afbeelding-1) ![Zelf](afbeelding-1) ![x](afbeelding-2) ![x](/uit)", images=STADHUIS)
    assert html.count("<img") == 2
    assert 'alt="Het &quot;stadhuis&quot;"' in html
    assert 'alt="Zelf"' in html


@pytest.mark.parametrize(
    "source",
    [
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "<a href='/' onclick='x'>y</a>",
        "![x](data:image/png,x)",
        "<svg><script>alert(1)</script></svg>",
        "[x](vbscript:x)",
        "<style>p{}</style>",
    ],
)
def test_nothing_in_a_text_runs_or_loads(source):
    html = render_markdown(source, images=STADHUIS)
    for tag in ("<img", "<script", "<style", "<svg", "<a onclick", 'href="javascript', 'href="vbscript'):
        assert tag not in html
