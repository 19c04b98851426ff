"""The page of sources names every file that a claim names, and the guides that do."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from netlab.report.guides import iter_guides

PAGE = Path(__file__).parents[1] / "docs" / "sources.md"


def test_the_page_of_sources_lists_the_guides_of_each() -> None:
    named: dict[str, set[str]] = defaultdict(set)
    for guide in iter_guides():
        for question in guide.questions:
            named[question.source].add(guide.name)
    listed = {}
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("| `"):
            file, _, names = (cell.strip() for cell in line.strip("|").split("|"))
            listed[file.strip("`")] = set(names.split(", "))
    assert listed == named
