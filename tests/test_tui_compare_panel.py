"""Compare: details, curves, scatter and expectations below the table."""

from __future__ import annotations

from pathlib import Path

import pytest
from compare_app import Seen, on
from compare_labs import filled_lab
from lab_studies import study

from netlab.lab.store import Lab
from tui.compare.comparison_table import ComparisonTable
from tui.widgets.plots.line_plot_widget import LinePlot
from tui.widgets.plots.scatter_widget import ScatterPlot


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    return filled_lab(tmp_path / "lab.db")


def test_details_follow_the_cursor(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("j")
        await seen.until(lambda: "channels 4 → 8" in seen.told("details"))
        assert "wider is better" in seen.told("details")

    on(lab, scenario)


def test_the_views_follow_each_other_and_can_be_clicked(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        found = []
        for _ in range(5):
            await seen.press("v")
            found.append(seen.panel.view)
        assert found == ["curves", "scatter", "expected", "notes", "details"]
        await seen.click("ViewBar", offset=(28, 0))
        assert seen.panel.view == "expected"
        assert "Accuracy +2.12 pp [+1.86, +2.38]: real, better" in seen.told("expected")
        await seen.click("ViewBar", offset=(38, 0))
        assert seen.panel.view == "notes"
        assert "Does width pay?" in seen.told("notes")

    on(lab, scenario)


def test_curves_are_of_the_marked_variants_or_of_the_cursor_and_the_baseline(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        curves = seen.app.screen.query_one(LinePlot)
        await seen.press("c", "j")
        await seen.until(lambda: "■ w8" in curves.plot.title)
        assert "● baseline" in curves.plot.title
        assert len(curves.plot.curves) == 2
        await seen.press("space", "j", "space")
        await seen.until(lambda: "● w8  ■ w2" in curves.plot.title)
        assert seen.lines()[3].startswith("● w8")
        await seen.press("c")
        await seen.until(lambda: curves.plot.title.startswith("validation loss"))
        await seen.press("n")
        await seen.until(lambda: len(curves.plot.curves) == 6)
        await seen.click(ComparisonTable, offset=(0, 7))
        await seen.until(lambda: not seen.table.marks.get("w8"))

    on(lab, scenario)


def test_no_more_variants_are_marked_than_can_be_told_apart(tmp_path: Path) -> None:
    lab = tmp_path / "lab.db"
    with Lab.open(lab, create=True) as opened:
        opened.studies.register(study("many", range(1, 10)))

    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press(*["space", "j"] * 8)
        assert len(seen.table.marks) == 6

    on(lab, scenario)


def test_accuracy_is_plotted_against_each_cost(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        plot = seen.app.screen.query_one(ScatterPlot)
        for cost in ("MACs (M)", "params (k)", "train time (s)", "memory (MB)", "MACs (M)"):
            await seen.press("x")
            await seen.until(lambda cost=cost: plot.scatter.x_label == cost)  # type: ignore[misc]
        assert {point.name: point.front for point in plot.scatter.points} == {
            "w2": True, "baseline": True, "w8": True, "w16": False,
        }  # fmt: skip
        await seen.press("j")
        await seen.until(lambda: plot.chosen == "w8")

    on(lab, scenario)


def test_a_click_on_a_point_chooses_its_variant(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("x")
        plot = seen.app.screen.query_one(ScatterPlot)
        await seen.until(lambda: plot.scatter.points)
        await seen.pilot.pause()
        lines = [plot.render_line(y).text for y in range(plot.size.height)]
        y, line = next((y, line) for y, line in enumerate(lines) if " w8" in line)
        await seen.click(ScatterPlot, offset=(1 + line.index(" w8") - 1, y))
        await seen.until(lambda: seen.table.cursor_line and seen.table.cursor_line.variant == "w8")

    on(lab, scenario)


def test_the_lower_part_gets_the_whole_screen_and_gives_it_back(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        for view in ("details", "curves", "scatter", "notes"):
            seen.panel.view = view
            await seen.pilot.pause()
            await zoomed(seen, seen.panel.size.height)

    async def zoomed(seen: Seen, before: int) -> None:
        await seen.press("z")
        await seen.until(lambda: seen.panel.size.height > before)
        await seen.press("z")
        await seen.until(lambda: seen.panel.size.height == before)

    on(lab, scenario, (80, 24))


# Out of the app
