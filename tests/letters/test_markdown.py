"""A text of the team becomes blocks; what is filled in is never Markdown, and what cannot be filled in is named."""

from __future__ import annotations

import pytest

from app.letters.markdown import check_text, read_blocks
from app.letters.paper import FilledIn
from app.phrases import RuleBroken

WORDS, BLOCKS = ("naam", "functie"), ("dagdelen",)
TABLE = {"kind": "table", "head": ["Dag"], "rows": [["do"]], "widths": [1]}


def faults(text):
    with pytest.raises(RuleBroken) as refused:
        check_text(text, words=WORDS, blocks=BLOCKS)
    return [str(fault.text) for fault in refused.value.together]


def test_an_unknown_fill_in_is_refused_with_its_line_the_likely_one_and_the_list():
    (said,) = faults("Beste {{naam}},\n\nJe bent {{fuctie}}.")
    assert said.startswith("Line 3")
    assert "{{functie}}" in said
    assert "dagdelen, functie, naam" in said


def test_each_fault_is_told_at_once():
    assert len(faults("{{een}}\n{{twee}}\n\n{{drie")) == 3


def test_a_table_stands_on_a_line_of_its_own():
    assert "own" in faults("Kom op {{dagdelen}}.")[0]
    check_text("Kom op:\n\n{{dagdelen}}\n\nTot dan.", words=WORDS, blocks=BLOCKS)


@pytest.mark.parametrize("text", ["[hier](https://x.nl/{{naam}})", "`{{naam}}`"])
def test_a_fill_in_in_a_link_or_code_is_refused(text):
    assert "link" in faults(text)[0]


def test_what_is_filled_in_is_text_and_nothing_else():
    filled = FilledIn({"naam": "**Jan** {{functie}} [x](https://x.nl)", "functie": "#eval(1)"})
    (block,) = read_blocks("Beste {{ naam }}, {{functie}}", filled)
    words = "".join(span["text"] for span in block["spans"])
    assert words == "Beste **Jan** {{functie}} [x](https://x.nl), #eval(1)"
    assert not any({"strong", "link"} & span.keys() for span in block["spans"])


def test_markdown_of_the_team_keeps_its_marks_and_only_harmless_links():
    blocks = read_blocks("Je bent **benoemd** in [de zaal](https://x.nl), [niet](ftp://x.nl).", FilledIn())
    marks = {span["text"]: span for span in blocks[0]["spans"]}
    assert marks["benoemd"]["strong"]
    assert marks["de zaal"]["link"] == "https://x.nl"
    assert "link" not in marks["niet"]


def test_html_and_images_are_words():
    blocks = read_blocks('<b onclick="x">dik</b> ![x](y.png)', FilledIn())
    assert "".join(span["text"] for span in blocks[0]["spans"]) == '<b onclick="x">dik</b> ![x](y.png)'.replace(
        "![x](y.png)", "!x"
    )


def test_what_is_empty_goes_with_the_heading_above_it():
    blocks = read_blocks(
        "## Wie\n\n{{dagdelen}}\n\n## Wat\n\n{{functie}}\n\nEinde", FilledIn({"functie": ""}, {"dagdelen": []})
    )
    assert [block["kind"] for block in blocks] == ["heading", "paragraph"]
    assert blocks[0]["spans"][0]["text"] == "Wat"


def test_headings_go_one_level_deeper_at_a_time_below_the_title():
    def levels(text):
        return [block["level"] for block in read_blocks(text, FilledIn()) if block["kind"] == "heading"]

    assert levels("#### Diep\n\ntekst\n\n# Hoog\n\ntekst") == [2, 2]
    assert levels("## Een\n\ntekst\n\n## Twee\n\ntekst\n\n#### Drie\n\ntekst\n\n## Vier\n\ntekst") == [2, 2, 3, 2]


def test_a_table_comes_in_the_place_of_its_line_within_a_paragraph():
    blocks = read_blocks("Kom op:\n{{dagdelen}}\nTot dan.", FilledIn({}, {"dagdelen": [TABLE]}))
    assert [block["kind"] for block in blocks] == ["paragraph", "table", "paragraph"]
