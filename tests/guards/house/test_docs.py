"""The documents name what is there: a path in them that the tree does not have is a map of another house."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PLACES = ("app/", "docs/", "tests/", "migrations/", "devtools/", "bench/")
WORDS = re.compile(r"[\w./<>-]+")
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLE = "visit"  # the subject that docs/adding-a-subject.md adds


def paths_in(text: str) -> set[str]:
    found = {word.rstrip(".,:") for word in WORDS.findall(text)}
    return {word.split("<")[0] for word in found if word.startswith(PLACES) and EXAMPLE not in word}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_path_that_a_document_names_is_there(document):
    assert sorted(path for path in paths_in(document.read_text()) if not (ROOT / path).exists()) == []


def test_every_path_of_the_ways_through_the_house_is_there():
    text = (ROOT / "docs/architecture.md").read_text()
    ways = text[text.index("## Nine ways") : text.index("## Where a new subject")]
    folder, missing = "", []
    for name in re.findall(r"`([\w/]+\.py)`", ways):
        place = name if "/" in name else f"{folder}/{name}"
        if not (ROOT / "app" / place).exists() and not (ROOT / "app" / name).exists():
            missing.append(name)
        folder = place.rpartition("/")[0] if "/" in name else folder
    assert missing == []


def test_every_package_of_the_services_stands_in_the_picture():
    picture = (ROOT / "docs/architecture.md").read_text().split("## Nine ways")[0]
    packages = {path.parent.name for path in (ROOT / "app/services").glob("*/__init__.py")}
    assert {package for package in packages if not re.search(rf"\b{package}\b", picture)} == set()


def test_no_link_of_a_workplace_is_part_of_the_project():
    """Git would put it in the place of the folder that it leads to, wherever the project is updated."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout")
    listed = subprocess.run(["git", "ls-files", "--stage"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [line.split("\t")[1] for line in listed.splitlines() if line.startswith("120000")] == []
