"""Following what a worker writes: its event file as curves, and the end of its log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from netlab.events import EVENT_FILE, LOG_FILE, EventWriter
from tui.lab import event_tail
from tui.lab.event_tail import EventTail, LogTail


@pytest.fixture
def events(tmp_path: Path) -> Iterator[EventWriter]:
    writer = EventWriter(tmp_path / EVENT_FILE)
    yield writer
    writer.close()


def start(events: EventWriter, step: int = 0) -> None:
    events.write("started", step=step, steps=30, epochs=3, epoch=step // 10, device="cpu",
                 memory_kind="resident", images={"train": 90})  # fmt: skip


def test_a_resumed_run_reports_its_steps_again(events: EventWriter, tmp_path: Path) -> None:
    start(events)
    for step in range(1, 19):
        events.write("step", step=step, epoch=1 + step // 10, loss=9.0, lr=0.1, images_per_s=1.0)
    start(events, step=10)
    for step in range(11, 16):
        events.write("step", step=step, epoch=2, loss=1.0, lr=0.1, images_per_s=1.0)
    tail = EventTail(tmp_path)
    tail.read_new()
    spans = tail.curves().train_loss
    assert [span.x for span in spans] == pytest.approx([step / 10 for step in range(1, 16)])
    assert [span.last for span in spans[10:]] == [1.0] * 5


def test_a_long_history_is_read_piece_by_piece(
    events: EventWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_tail, "MAX_EVENTS_PER_READ", 10)
    start(events)
    for step in range(1, 25):
        events.write("step", step=step, epoch=1, loss=1.0, lr=0.1, images_per_s=1.0)
    tail = EventTail(tmp_path)
    behind = []
    for _ in range(3):
        tail.read_new()
        behind.append(tail.has_more)
    assert behind == [True, True, False]
    assert len(tail.curves().train_loss) == 24


def test_a_log_is_shown_as_a_terminal_would_leave_it(tmp_path: Path) -> None:
    log = tmp_path / LOG_FILE
    log.write_bytes(b"plain [/x] text\n 10 %\r 99 %\r100 %\n\x1b[31mred\x1b[0m\x07\n" + b"y" * 5000)
    tail = LogTail("run", tmp_path)
    tail.read_new()
    lines = tail.text.lines
    assert lines[:2] == ("plain [/x] text", "100 %")
    assert lines[2] == "red�"
    assert len(lines[3]) == event_tail.MAX_LOG_LINE_CHARS
    assert lines[3].endswith("…")


def test_of_a_long_log_the_end_is_shown(tmp_path: Path) -> None:
    log = tmp_path / LOG_FILE
    log.write_text("".join(f"line {n}\n" for n in range(100_000)))
    tail = LogTail("run", tmp_path)
    tail.read_new()
    assert len(tail.text.lines) == event_tail.MAX_LOG_LINES
    assert tail.text.lines[-1] == "line 99999"
    first = tail.text
    tail.read_new()
    assert tail.text is first
