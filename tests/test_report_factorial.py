"""A factorial's main effects and interactions below its table, from the design that the lab keeps."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from report_cases import measured, placed, study, table_of

from netlab.report.render.html import html_text
from netlab.report.render.json import json_text
from netlab.report.render.latex import latex_text
from netlab.report.render.markdown import markdown_text
from netlab.report.table import Table

APPLIED = {"baseline": [], "se": ["se"], "a|*b*": ["a|*b*"], "se+a|*b*": ["se", "a|*b*"]}
SCORES = {
    "baseline": (80.0, 81.0, 79.5),
    "se": (82.0, 83.1, 81.4),
    "a|*b*": (80.0, 81.2, 79.5),
    "se+a|*b*": (81.0, 82.0, 80.7),
}


def table(design: str = "factorial", **missing: int) -> Table:
    made = replace(
        study(*APPLIED, "beside"), design={"design": design, "factors": {}, "applied": APPLIED}
    )
    runs = {
        name: [measured(s, score) for s, score in enumerate(scores) if missing.get(name) != s]
        for name, scores in SCORES.items()
    }
    return table_of(made, placed(runs))


def test_markdown_shows_each_effect_with_its_interval_and_corrected_p() -> None:
    # By seed, se: (2 + 1)/2, (2.1 + 0.8)/2, (1.9 + 1.2)/2 = 1.5, 1.45, 1.55: mean 1.5, SD 0.05;
    # t = 1.5 √3/0.05, 1.5 ∓ 4.302653 × 0.05/√3 = 1.376 … 1.624
    part = markdown_text(table()).split("**Effects on accuracy (pp)**")[1]
    _, rows, *notes = part.split("\n\n")[0:3]
    cells = [[cell.strip() for cell in line.split(" | ")] for line in rows.splitlines()]
    assert cells[0][0].endswith("effect")
    assert cells[2][0] == "| se"
    assert cells[2][1:3] == ["**+1.50 [+1.38, +1.62]**", "0.05"]
    assert cells[2][4] == "**0.0011**"
    assert [line[0] for line in cells[3:]] == ["| a\\|\\*b\\*", "| se × a\\|\\*b\\*"]
    # se with a|*b* less without: 1.0 − 2.0, 0.8 − 2.1, 1.2 − 1.9
    assert cells[4][1] == "**−1.00 [−1.75, −0.25]**"
    assert "over seeds 0–2, done in every variant" in notes[0]
    assert "corrected for 3 effects" in notes[0]


def test_json_holds_the_contrasts_of_each_seed() -> None:
    effects = json.loads(json_text(table()))["effects"]["accuracy"]
    assert [one["factors"] for one in effects] == [["se"], ["a|*b*"], ["se", "a|*b*"]]
    assert effects[0]["contrasts"] == pytest.approx({"0": 1.5, "1": 1.45, "2": 1.55})
    assert effects[0]["p_holm"] == pytest.approx(3 * effects[0]["p"])
    assert effects[2]["mean"] == pytest.approx((-1.0 - 1.3 - 0.7) / 3)


def test_only_seeds_that_every_variant_has_count() -> None:
    (effect, *_) = json.loads(json_text(table(se=1)))["effects"]["accuracy"]
    assert list(effect["contrasts"]) == ["0", "2"]


def test_names_are_safe_in_every_form() -> None:
    text = markdown_text(table())
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    shown = [c.content for token in tokens for c in token.children or [] if c.type == "text"]
    assert "se × a|*b*" in shown
    assert r"se $\times$ a\textbar{}*b*" in latex_text(table())
    assert "<bdi>se × a|*b*</bdi>" in html_text(table())


def test_other_designs_have_no_effects() -> None:
    one_factor = table("one-factor")
    assert "Effects" not in markdown_text(one_factor)
    assert json.loads(json_text(one_factor))["effects"] == {}
