"""docs/verdicts.md says what the committed lab says."""

from __future__ import annotations

import shutil
from pathlib import Path

from netlab.lab.store import Lab
from netlab.report.guides import iter_guides

ROOT = Path(__file__).parents[1]


def test_the_page_of_verdicts_is_what_the_lab_that_comes_along_tells(tmp_path: Path) -> None:
    lab_file = tmp_path / "lab.db"
    shutil.copyfile(ROOT / "lab.db", lab_file)
    with Lab.open(lab_file, readonly=True) as lab:
        from verdicts import page

        expected = page(lab)
        studies = {found.study for found in lab.studies.conditions()}
    assert expected == (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8"), (
        "docs/verdicts.md is not what lab.db says: python docs/verdicts.py"
    )
    assert {guide.name for guide in iter_guides()} <= studies


def test_the_page_does_not_count_arithmetic_as_findings() -> None:
    page = (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if " supported | " in line]
    counts = [row for row in rows if row.split(" supported | ")[1].startswith(("params:", "MACs:"))]
    assert 0 < len(counts) < len(rows)
    assert f"On what is measured: {len(rows) - len(counts)} supported" in page
