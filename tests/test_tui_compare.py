"""The Compare mode under a pilot: by key, by mouse, and on labs of every kind."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from compare_labs import filled_lab, worker_events
from lab_studies import study
from permissions import binding
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input, Static
from train_labs import multiply
from tui_helpers import AppDriver, drive, painted, quiet_app

from netlab.events import Event
from netlab.lab.process_id import ProcessId
from netlab.lab.store import Lab
from tui.app import NetlabApp
from tui.compare.column_dialog import ColumnDialog
from tui.compare.comparison_table import ComparisonTable
from tui.compare.export_dialog import ExportDialog
from tui.compare.filter import FilterField
from tui.compare.messages import LoadFailed
from tui.compare.panel import ViewPanel
from tui.compare.screen import CompareScreen
from tui.compare.status_line import empty_text
from tui.compare.study_list import StudyList
from tui.config.settings import Settings
from tui.shell.header import ModeHeader
from tui.widgets.definition_list import DefinitionList
from tui.widgets.plots.line_plot_widget import LinePlot
from tui.widgets.plots.scatter_widget import ScatterPlot

HOSTILE = "[/x out\x1b[31m \u202e of memory"

SIZES = [(80, 24), (120, 36), (200, 60)]


class Seen(AppDriver):
    """Compare as a person sees it."""

    def __init__(self, app: NetlabApp, pilot: Pilot[Any]) -> None:
        self.app = app
        self.attach(pilot)

    async def open(self) -> Seen:
        await self.press("4")
        await self.until(lambda: isinstance(self.app.screen, CompareScreen))
        return self

    async def filled(self) -> Seen:
        await self.open()
        await self.until(lambda: self.table.view.lines)
        await self.pilot.pause()
        return self

    @property
    def table(self) -> ComparisonTable:
        return self.app.screen.query_one(ComparisonTable)

    @property
    def panel(self) -> ViewPanel:
        return self.app.screen.query_one(ViewPanel)

    @property
    def variants(self) -> list[str]:
        return [line.variant for line in self.table.view.lines]

    @property
    def keys(self) -> list[str]:
        return [head.key for head in self.table.view.columns]

    @property
    def place(self) -> tuple[str, str]:
        """The variant and the column under the cursor."""
        assert self.table.cursor_line is not None
        assert self.table.cursor_column is not None
        return self.table.cursor_line.variant, self.table.cursor_column.key

    def text(self, which: str) -> str:
        return str(self.app.screen.query_one(f"#{which}", Static).render())

    def told(self, view: str) -> str:
        """What one of the views below the table says."""
        return self.panel.query_one(f"#{view}-text", DefinitionList).plain

    def lines(self) -> list[str]:
        """The table as it stands on the screen."""
        return [self.table.render_line(y).text for y in range(self.table.size.height)]


def on(
    lab: Path,
    scenario: Callable[[Seen], Any],
    size: tuple[int, int] = (120, 36),
    settings: Settings | None = None,
) -> None:
    app = quiet_app(lab, settings)
    drive(app, lambda pilot: scenario(Seen(app, pilot)), size)


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    return filled_lab(tmp_path / "lab.db")


@pytest.mark.parametrize("size", SIZES)
def test_the_newest_study_is_shown_side_by_side(lab: Path, size: tuple[int, int]) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        assert seen.variants == ["baseline", "w8", "w2", "w16"]
        shown = seen.lines()
        assert "verdict" in shown[0]
        assert "(pp) [95 % CI]" in shown[1]
        assert "92.13 ± 0.32  +2.12 [+1.86, +2.38]  real" in shown[3]
        assert "within noise" in shown[5]
        assert seen.app.screen.query_one(ModeHeader).subject.startswith("widths · fashion-mini")

    on(lab, scenario, size)


@pytest.mark.parametrize("size", SIZES)
def test_no_frame_shows_a_table_before_it_has_its_width(
    lab: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(seen: Seen) -> None:
        frames = painted(seen.app, monkeypatch)
        await seen.filled()
        top = seen.table.region.y
        shown = [frame for frame in frames if any("w16" in line for line in frame)]
        assert {frame[top].rstrip() for frame in shown} == {shown[-1][top].rstrip()}
        assert "verdict" in shown[-1][top]
        assert not any("holds no study" in line for frame in frames for line in frame)

    on(lab, scenario, size)


def test_columns_that_do_not_fit_come_into_view_whole(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        assert "MACs" not in seen.lines()[0]
        assert "columns 4 ›" in seen.text("status")
        await seen.press(*["l"] * 9)
        await seen.until(lambda: "MACs" in seen.lines()[0])
        assert "variant" in seen.lines()[0]
        await seen.until(lambda: "‹" in seen.text("status"))
        await seen.press(*["left"] * 9)
        await seen.until(lambda: "accuracy" in seen.lines()[0])

    on(lab, scenario, (80, 24))


def test_without_a_lab_it_says_what_to_do(tmp_path: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.open()
        await seen.until(lambda: "2  plan a study of your own" in seen.text("empty"))
        for key in ("o", "n", "b", "space", "v", "x", "c", "z", "y", "e", "d", "r"):
            await seen.press(key)
        assert isinstance(seen.app.screen, CompareScreen)

    on(tmp_path / "lab.db", scenario)


def test_without_a_finished_run_it_says_where_to_watch(tmp_path: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        assert "press 3 to watch" in seen.text("empty")
        assert seen.variants == ["baseline", "w8", "w2", "w16"]

    on(filled_lab(tmp_path / "lab.db", done=False), scenario)


def test_a_file_that_is_no_lab_is_told(tmp_path: Path) -> None:
    (tmp_path / "lab.db").write_text("no database, only [/x text", encoding="utf-8")

    async def scenario(seen: Seen) -> None:
        await seen.open()
        await seen.until(lambda: "not a lab" in seen.text("empty"))

    on(tmp_path / "lab.db", scenario)


def test_what_is_written_to_the_lab_is_shown_without_being_asked(tmp_path: Path) -> None:
    lab = filled_lab(tmp_path / "lab.db", done=False)

    async def scenario(seen: Seen) -> None:
        await seen.filled()
        filled_lab(lab)
        await seen.until(lambda: "real" in seen.lines()[3])
        assert seen.text("empty") == ""

    on(lab, scenario)


def test_a_lab_that_another_process_writes_to_can_be_read(lab: Path) -> None:
    writer = sqlite3.connect(lab, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")

    async def scenario(seen: Seen) -> None:
        await seen.filled()

    on(lab, scenario)
    writer.close()


def test_a_lab_that_may_only_be_read_is_shown(lab: Path) -> None:
    lab.chmod(0o400)
    lab.parent.chmod(0o500)
    try:
        with binding():
            on(lab, Seen.filled)
    finally:
        lab.parent.chmod(0o700)


def test_runs_that_failed_or_whose_supervisor_died_are_told(tmp_path: Path) -> None:
    lab = filled_lab(tmp_path / "lab.db", channels=(4, 8, 2), done=False)
    with Lab.open(lab) as opened:
        base, wide, narrow = (
            [e for e in opened.runs.entries() if e.variant == name]
            for name in ("baseline", "w8", "w2")
        )
        for entry in base:
            opened.runs.ingest(entry.run.id, worker_events(entry))
        for entry in wide:
            data = {"reason": "out-of-memory", "message": HOSTILE, "detail": None}
            opened.runs.ingest(entry.run.id, [Event(1, 1.0, "failed", data)])
        with opened.writing() as conn:
            ids = [entry.run.id for entry in narrow]
            conn.execute(
                "UPDATE run SET state = 'running', worker = 'gone/1@0' WHERE id IN (?, ?, ?)", ids
            )

    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.until(lambda: "seeds 0–2: interrupted" in "\n".join(seen.lines()))
        await seen.press("j")
        await seen.until(lambda: "said [/x out" in seen.told("details"))
        assert "not done seeds 0–2: out of memory" in seen.told("details")
        assert "\x1b" not in seen.told("details")

    on(lab, scenario, (200, 60))


def test_a_supervisor_that_dies_while_the_table_is_looked_at_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.compare.screen.RECONCILE_INTERVAL_S", 0.05)
    monkeypatch.setattr("tui.compare.screen.LAB_CHECK_INTERVAL_S", 0.05)
    lab = filled_lab(tmp_path / "lab.db", channels=(4, 8), done=False)
    with Lab.open(lab) as opened:
        opened.queue.request([e.run.id for e in opened.runs.entries()], ProcessId.current(), None)

    async def scenario(seen: Seen) -> None:
        await seen.filled()
        assert "interrupted" not in "\n".join(seen.lines())
        with Lab.open(lab) as opened:
            opened.queue.cancel(ProcessId.current())
        await seen.until(lambda: "interrupted" in "\n".join(seen.lines()))

    on(lab, scenario, (200, 60))


def test_ten_thousand_runs_are_compared_and_told_in_a_few_lines(lab: Path) -> None:
    with Lab.open(lab) as opened:
        multiply(opened, next(e.run.id for e in opened.runs.entries() if e.variant == "w8"), 9_997)

    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("j")
        await seen.until(lambda: "10000" in seen.lines()[3])
        await seen.press("n")
        await seen.until(lambda: len(seen.table.view.lines) == 4 + 3 * 3 + 10_000)
        await seen.press("G")
        await seen.until(lambda: seen.place[0] == "w16")
        assert len(list(seen.app.screen.walk_children())) < 40

    on(lab, scenario)


def test_a_study_that_is_gone_makes_room_for_another(tmp_path: Path) -> None:
    lab = filled_lab(tmp_path / "lab.db", "older", (4, 16))
    filled_lab(lab, "newer", (4, 8))

    async def scenario(seen: Seen) -> None:
        await seen.filled()
        assert seen.variants == ["baseline", "w8"]
        with Lab.open(lab) as opened:
            for entry in opened.runs.entries("newer"):
                if entry.variant == "w8":
                    opened.runs.remove(entry.run.id)
            for entry in opened.runs.entries("newer"):
                opened.runs.remove(entry.run.id)
        await seen.press("r")
        await seen.until(lambda: seen.variants == ["baseline", "w16"])

    on(lab, scenario)


def test_a_lab_that_becomes_empty_says_what_to_do(tmp_path: Path) -> None:
    lab = filled_lab(tmp_path / "lab.db", "only", (4,))

    async def scenario(seen: Seen) -> None:
        await seen.filled()
        with Lab.open(lab) as opened:
            for entry in opened.runs.entries("only"):
                opened.runs.remove(entry.run.id)
        await seen.press("r")
        words = empty_text(lab, (), None)
        await seen.until(lambda: seen.text("empty") == words)
        # What the question about its table comes to is heard of after that.
        seen.app.screen.post_message(LoadFailed("the lab has no study 'only'", table=1))
        await seen.pilot.pause()
        assert seen.text("empty") == words

    on(lab, scenario)


# The table


def test_sorting_by_key_and_by_mouse(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("l", "o")
        await seen.until(lambda: seen.variants == ["w8", "w16", "baseline", "w2"])
        assert "accuracy ▼" in seen.lines()[0]
        assert "by accuracy, falling" in seen.text("status")
        x = seen.lines()[0].index("variant")
        await seen.click(ComparisonTable, offset=(x, 0))
        await seen.until(lambda: seen.variants == ["baseline", "w16", "w2", "w8"])
        await seen.click(ComparisonTable, offset=(x, 0))
        await seen.until(lambda: seen.variants == ["w8", "w2", "w16", "baseline"])
        await seen.click(ComparisonTable, offset=(x, 0))
        await seen.until(lambda: seen.variants == ["baseline", "w8", "w2", "w16"])

    on(lab, scenario)


def test_the_cursor_stays_on_its_variant_and_column(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("j", "j", "l", "o")
        await seen.until(lambda: seen.variants[0] == "w8")
        assert seen.place == ("w2", "accuracy")
        await seen.press("n")
        await seen.until(lambda: len(seen.variants) == 16)
        assert seen.place == ("w2", "accuracy")

    on(lab, scenario)


def test_the_cursor_moves_by_arrows_letters_and_mouse(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        for key, line in [("down", 1), ("j", 2), ("k", 1), ("G", 3), ("g", 0), ("up", 0),
                          ("end", 3), ("home", 0), ("pagedown", 3), ("pageup", 0)]:  # fmt: skip
            await seen.press(key)
            assert seen.table.line == line, key
        await seen.click(ComparisonTable, offset=(14, 4))
        assert (seen.table.line, seen.table.column) == (2, 1)

    on(lab, scenario)


def test_a_filter_narrows_with_each_letter_and_goes_with_escape(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("slash", "w", "1")
        await seen.until(lambda: seen.variants == ["baseline", "w16"])
        await seen.press("enter")
        assert seen.table.has_focus
        assert "2 of 4 variants match “w1”" in seen.text("status")
        await seen.press("slash", "escape")
        await seen.until(lambda: len(seen.variants) == 4)
        assert seen.table.has_focus
        assert not seen.app.screen.query_one(FilterField).display

    on(lab, scenario)


def test_any_text_can_be_searched_for(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        for text in ("[/x", "🦔" * 40, "ש" * 30, "a\x1b[31m", "%_'\"\\"):
            await seen.press("slash")
            seen.app.screen.query_one(FilterField).value = text
            await seen.until(lambda: seen.variants == ["baseline"])
            await seen.press("escape")
            await seen.until(lambda: len(seen.variants) == 4)

    on(lab, scenario)


def test_only_what_differs(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        assert "test_time" in seen.keys
        await seen.press("d")
        await seen.until(lambda: "test_time" not in seen.keys)
        await seen.press("d")
        await seen.until(lambda: "test_time" in seen.keys)

    on(lab, scenario)


def test_another_baseline_is_pinned_and_let_go(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("j", "b")
        await seen.until(lambda: seen.variants == ["w8", "baseline", "w2", "w16"])
        assert "against w8" in seen.text("status")
        await seen.press("b")
        await seen.until(lambda: seen.variants[0] == "baseline")

    on(lab, scenario)


def test_measures_are_chosen(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("m")
        await seen.until(lambda: isinstance(seen.app.screen, ColumnDialog))
        await seen.press("space", "j", "space", "enter")
        await seen.until(lambda: isinstance(seen.app.screen, CompareScreen))
        await seen.until(lambda: "params" not in seen.keys)
        assert "train_time_verdict" in seen.keys
        await seen.press("m")
        await seen.until(lambda: isinstance(seen.app.screen, ColumnDialog))
        await seen.press("u")
        await seen.until(lambda: isinstance(seen.app.screen, CompareScreen))
        await seen.until(lambda: "params" in seen.keys)

    on(lab, scenario)


# Studies


def test_another_study_is_chosen_in_a_dialog(tmp_path: Path) -> None:
    lab = filled_lab(tmp_path / "lab.db", "old [/x", (4, 16))
    filled_lab(lab, "new", (4, 8))

    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("s", *"old", "enter")
        await seen.until(lambda: isinstance(seen.app.screen, CompareScreen))
        await seen.until(lambda: seen.variants == ["baseline", "w16"])
        assert seen.table.has_focus

    on(lab, scenario, (80, 24))


def test_runs_of_an_earlier_form_of_the_study_are_noted(tmp_path: Path) -> None:
    lab = filled_lab(tmp_path / "lab.db", "same", (4, 16))
    filled_lab(lab, "same", (4, 8))

    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.until(lambda: "3 finished runs that the study had" in seen.told("notes"))

    on(lab, scenario)


async def started_meanwhile(seen: Seen, lab: Path) -> None:
    """Look at a study, go elsewhere, have another be started, and come back to that one."""
    await seen.filled()
    await seen.press("3")
    filled_lab(lab, "newer", (4, 8))
    await seen.press("4")
    await seen.until(lambda: seen.variants == ["baseline", "w8"])


def test_a_study_that_was_started_elsewhere_meanwhile_is_shown_on_return(tmp_path: Path) -> None:
    lab = filled_lab(tmp_path / "lab.db", "older", (4, 16))

    async def scenario(seen: Seen) -> None:
        await started_meanwhile(seen, lab)
        filled_lab(lab, "newest", (4, 2))  # started by others, while one is being looked at
        await seen.until(lambda: len(seen.app.screen.query_one(StudyList).options) == 3)
        assert seen.variants == ["baseline", "w8"]

    on(lab, scenario)


def test_a_study_that_is_chosen_stays_while_one_that_was_started_meanwhile_trains(
    tmp_path: Path,
) -> None:
    lab = filled_lab(tmp_path / "lab.db", "older", (4, 16))

    async def scenario(seen: Seen) -> None:
        await started_meanwhile(seen, lab)
        screen = seen.app.screen
        assert isinstance(screen, CompareScreen)
        before = screen.studies
        assert before
        screen.show_study(before[1])
        await seen.until(lambda: seen.variants == ["baseline", "w16"])
        await seen.press("r")
        await seen.until(lambda: screen.studies is not before)
        assert screen.loader.selected == (before[1].study, before[1].condition)

    on(lab, scenario)


def test_another_condition_is_chosen_in_the_list(tmp_path: Path) -> None:
    lab = filled_lab(tmp_path / "lab.db", "same", (4, 8), data="cifar10", done=False)
    filled_lab(lab, "same", (4, 8))

    async def scenario(seen: Seen) -> None:
        await seen.filled()
        studies = seen.app.screen.query_one(StudyList)
        assert studies.display
        await seen.press("shift+tab", "j", "enter")
        await seen.until(lambda: "press 3 to watch" in seen.text("empty"))
        assert seen.table.has_focus

    on(lab, scenario, (160, 45))


def test_the_list_is_beside_the_table_only_where_there_is_room(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        studies = seen.app.screen.query_one(StudyList)
        for width, shown in ((80, False), (160, True), (100, False)):
            await seen.pilot.resize_terminal(width, 30)
            await seen.until(lambda shown=shown: studies.display == shown)  # type: ignore[misc]

    on(lab, scenario)


# Below the table


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


def test_the_table_is_copied_as_markdown(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("y")
        assert seen.app.clipboard.startswith("**widths**: Does width pay?")
        assert "| w8 " in seen.app.clipboard

    on(lab, scenario)


def test_every_format_is_written(lab: Path, tmp_path: Path) -> None:
    starts = {
        "t.md": "**widths**",
        "t.csv": "variant,n,",
        "t.tex": "% widths",
        "t.json": "{",
        "t.txt": "**widths**",
    }

    async def scenario(seen: Seen) -> None:
        await seen.filled()
        for name, start in starts.items():
            await seen.press("e")
            await seen.until(lambda: isinstance(seen.app.screen, ExportDialog))
            seen.app.screen.query_one(Input).value = str(tmp_path / name)
            await seen.press("enter")
            await seen.until((tmp_path / name).exists)
            assert (tmp_path / name).read_text("utf-8").startswith(start)

    on(lab, scenario)


def test_the_format_changes_the_ending(
    lab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("e")
        await seen.until(lambda: isinstance(seen.app.screen, ExportDialog))
        entry = seen.app.screen.query_one(Input)
        ends = [entry.value]
        for _ in range(5):
            await seen.press("ctrl+f")
            ends.append(entry.value)
        assert ends == [f"widths.{end}" for end in ("md", "csv", "tex", "json", "html", "md")]
        await seen.click("#format-csv")
        assert entry.value == "widths.csv"
        assert entry.has_focus
        await seen.press("escape")
        assert not list(tmp_path.glob("widths.*"))

    on(lab, scenario)


def test_a_file_is_never_replaced_unasked(lab: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.md"
    file.write_text("mine", encoding="utf-8")

    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("e")
        await seen.until(lambda: isinstance(seen.app.screen, ExportDialog))
        seen.app.screen.query_one(Input).value = str(file)
        await seen.press("enter")
        assert "mine.md is there already. Enter again replaces it." in seen.text("told")
        assert file.read_text("utf-8") == "mine"
        await seen.press("enter")
        await seen.until(lambda: file.read_text("utf-8") != "mine")

    on(lab, scenario)


def test_a_file_that_cannot_be_is_not_written(lab: Path) -> None:
    faults = {
        "": "Type the name",
        "a\x07b.md": "Type the name",
        "/nowhere/at/all.md": "There is no folder",
        "/tmp": "is a folder",
    }

    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("e")
        await seen.until(lambda: isinstance(seen.app.screen, ExportDialog))
        for text, fault in faults.items():
            seen.app.screen.query_one(Input).value = text
            await seen.press("enter")
            assert isinstance(seen.app.screen, ExportDialog)
            assert fault in seen.text("told")

    on(lab, scenario)


# Every size


def test_it_holds_at_every_size(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        for view in ("details", "curves", "scatter", "notes"):
            seen.panel.view = view
            for size in ((20, 8), (80, 24), (200, 60)):
                await seen.pilot.resize_terminal(*size)
                await seen.press("l", "j", "x" if view == "scatter" else "h")

    on(lab, scenario)


def test_ascii_is_all_that_is_drawn_where_that_is_asked_for(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("space", "l", "o", "x")
        plot = seen.app.screen.query_one(ScatterPlot)
        await seen.until(lambda: plot.scatter.points and "^" in seen.lines()[0] + "^")
        await seen.pilot.pause()
        assert all(plot.render_line(y).text.isascii() for y in range(plot.size.height))
        assert seen.lines()[0].replace("Δ", "").isascii()
        assert "A" in {line[0] for line in seen.lines()}

    on(lab, scenario, settings=Settings(ascii=True))


def test_nothing_is_drawn_again_while_nothing_changes(
    lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        drawn = []
        original = seen.table.render_line

        def noted(y: int) -> Strip:
            drawn.append(y)
            return original(y)

        monkeypatch.setattr(seen.table, "render_line", noted)
        screen = seen.app.screen
        assert isinstance(screen, CompareScreen)
        for _ in range(5):
            screen.loader.check_lab()
            await seen.pilot.pause()
        assert drawn == []

    on(lab, scenario)
