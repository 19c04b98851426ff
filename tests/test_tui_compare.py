"""The Compare mode under a pilot: by key, by mouse, and on labs of every kind."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from compare_app import Seen, on
from compare_labs import filled_lab, worker_events
from permissions import binding
from textual.strip import Strip
from train_labs import multiply
from tui_helpers import painted

from netlab.events import Event
from netlab.lab.process_id import ProcessId
from netlab.lab.store import Lab
from tui.compare.messages import LoadFailed
from tui.compare.screen import CompareScreen
from tui.compare.status_line import empty_text
from tui.compare.study_list import StudyList
from tui.config.settings import Settings
from tui.shell.header import ModeHeader
from tui.widgets.plots.scatter_widget import ScatterPlot

HOSTILE = "[/x out\x1b[31m \u202e of memory"

SIZES = [(80, 24), (120, 36), (200, 60)]


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
