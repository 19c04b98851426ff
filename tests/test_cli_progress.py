"""The live board, and plain lines where there is no terminal."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from lab_studies import spec
from rich.console import Console

from netlab.cli.shared.progress import live_board, show_progress
from netlab.cli.shared.progress_board import ProgressBoard, select_visible, summary_line
from netlab.lab.records import Entry, Run
from netlab.lab.run_state import State
from netlab.lab.time_left import total_time_left


def entry(
    variant: str = "wide", state: State = "running", run: str = "a1", **facts: object
) -> Entry:
    base = Run(
        id=run, hash=run, condition="c", state=state, reason=None, message=None, seed=0,
        spec=spec(), created=0.0, started=1.0, ended=None, epoch=1, epochs=3, step=50, steps=150,
        device="cpu", hardware={"images": {"train": 6400}}, results={"val_accuracy": 61.23, "images_per_s": 1280.0, "train_loss": 1.5},
        live_metrics={"epoch": 2, "loss": 1.25, "lr": 0.1, "images_per_s": 1280.0},
    )  # fmt: skip
    return Entry("study", variant, replace(base, **facts))  # type: ignore[arg-type]


def drawn(entries: Sequence[Entry], width: int = 80, height: int = 24) -> list[str]:
    console = Console(file=io.StringIO(), width=width, height=height, color_system=None)
    with console.capture() as capture:
        console.print(ProgressBoard.of(entries, height))
    return [line.rstrip() for line in capture.get().splitlines()]


def test_a_line_says_where_a_run_is_and_how_long_it_will_take() -> None:
    heading, line, sums = drawn([entry()])
    assert heading.split() == ["variant", "seed", "epoch", "loss", "val", "%", "images/s"]
    assert line.split() == [
        "wide", "0", "1/3", "━━╸", "1.250", "61.2", "1,280", "0:10", "left",
    ]  # fmt: skip
    assert sums == "0 of 1 done · about 0:10 left · 1 running"


@pytest.mark.parametrize(
    ("facts", "end"),
    [
        ({"state": "queued", "step": 0, "steps": 0}, "queued"),
        ({"state": "running", "steps": 0, "live_metrics": {}, "results": {}}, "starting"),
        ({"state": "running", "stop_request": "stop"}, "stopping"),
        ({"state": "done", "results": {"accuracy": 87.0}}, "test 87.00 %"),
        ({"state": "done", "results": {}}, "done"),
        ({"state": "failed", "reason": "out-of-memory"}, "failed (out of memory)"),
        ({"state": "diverged", "reason": "diverged"}, "diverged"),
        ({"state": "interrupted"}, "interrupted"),
    ],
)
def test_the_end_of_a_line_says_the_state_in_words(facts: dict[str, object], end: str) -> None:
    assert drawn([entry(**facts)])[1].endswith(end)  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_line_is_wider_than_the_screen_and_each_run_has_one(width: int) -> None:
    entries = [entry("a-very-long-variant-name-of-thirty-chars", run=f"r{n}") for n in range(5)]
    lines = drawn(entries, width)
    assert len(lines) == 7
    assert max(len(line) for line in lines) <= width


def test_a_long_name_gives_way_to_what_is_told_of_the_run() -> None:
    failed = entry("depthwise-separable-with-attention", "failed", reason="out-of-memory")
    _, line, _ = drawn([failed])
    assert re.match("depthwise-.*… ", line)
    assert line.endswith("failed (out of memory)")
    assert "1,280" in line


@pytest.mark.parametrize(
    ("width", "headings"),
    [
        (80, "variant seed epoch loss val % images/s"),
        (60, "variant seed epoch loss val %"),
        (50, "variant seed epoch val %"),
        (30, "variant epoch"),
    ],
)
def test_a_narrow_screen_goes_without_what_matters_least(width: int, headings: str) -> None:
    lines = drawn([entry("a-variant-with-a-name", "done", results={"accuracy": 9.0})], width)
    assert lines[0].split() == headings.split()
    assert lines[1].endswith("test 9.00 %")


def test_markup_in_a_name_is_only_text() -> None:
    assert drawn([entry("[red]x[/y]")])[1].startswith("[red]x[/y]    0")


def test_a_small_screen_shows_what_runs_and_what_went_wrong_first() -> None:
    states: list[State] = ["done", "queued", "failed", "running", "queued"]
    entries = [entry(str(n), state, run=f"r{n}") for n, state in enumerate(states)]
    assert [shown.variant for shown in select_visible(entries, 2)] == ["2", "3"]
    assert [shown.variant for shown in select_visible(entries, 4)] == ["1", "2", "3", "4"]
    assert "… 3 more · 1 of 5 done" in drawn(entries, height=6)[-1]


def test_time_left_counts_the_images_that_are_left() -> None:
    assert entry().run.time_left == pytest.approx(100 * 128 / 1280)
    assert entry(hardware={}).run.time_left is None
    assert entry(live_metrics={}, results={}).run.time_left is None


def test_what_waits_takes_what_the_known_runs_take_on_average() -> None:
    runs = [entry().run, entry(state="queued", steps=0, step=0, results={}).run]
    assert total_time_left(runs) == pytest.approx(10 + 15)
    assert total_time_left([entry().run, entry().run]) == pytest.approx(10)
    assert total_time_left([entry(state="done").run]) is None
    assert total_time_left([entry(live_metrics={}, results={}).run]) is None


def test_a_run_in_two_places_is_counted_once() -> None:
    assert summary_line([entry("one", "done"), entry("two", "done")]) == "1 of 1 done"


class Screen:
    """A terminal in memory that counts its paintings, and a clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.file = io.StringIO()
        self.console = Console(file=self.file, force_terminal=True, width=80, height=24)

    def painted(self) -> int:
        size = len(self.file.getvalue())
        self.file.truncate(0)
        self.file.seek(0)
        return size


def test_nothing_is_painted_while_nothing_changes() -> None:
    screen = Screen()
    with live_board(screen.console, clock=lambda: screen.now) as listener:
        listener([entry()])
        assert screen.painted()
        screen.now += 1
        listener([entry()])
        assert not screen.painted()
        listener([entry(step=60)])
        assert screen.painted()


def test_it_is_painted_at_most_five_times_a_second_and_once_at_the_end() -> None:
    screen = Screen()
    with live_board(screen.console, clock=lambda: screen.now) as listener:
        listener([entry()])
        screen.painted()
        screen.now += 0.1
        listener([entry(step=60)])
        assert not screen.painted()
        screen.now += 0.1
        listener([entry(step=70)])
        assert screen.painted()
        listener([entry(state="done", results={"accuracy": 87.5})])
    assert "test 87.50 %" in screen.file.getvalue()


def test_plain_lines_stand_in_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with show_progress([]) as listener:
        listener([entry(state="queued", epoch=0)])
        listener([entry(epoch=0)])
    out, err = capsys.readouterr()
    assert (out, err) == ("", "wide · seed 0: started on cpu\n")
