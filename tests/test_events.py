"""Event files: what is written whole is read once, and nothing else is taken for an event."""

from __future__ import annotations

from pathlib import Path

import pytest

from netlab.events import EventWriter, read_events


@pytest.mark.parametrize("line", ["nonsense", "[1, 2]", "3", '"seq"', "null", '{"seq": 2}', ""])
def test_a_line_that_is_no_event_is_skipped(tmp_path: Path, line: str) -> None:
    path = tmp_path / "events.jsonl"
    writer = EventWriter(path)
    writer.write("started")
    with path.open("a") as file:
        file.write(f"{line}\n")
    writer.write("step", step=1)
    writer.close()
    found, end = read_events(path)
    assert [(event.seq, event.kind) for event in found] == [(1, "started"), (2, "step")]
    assert end == path.stat().st_size


def test_half_a_line_is_left_until_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    writer = EventWriter(path)
    writer.write("started")
    writer.close()
    whole = path.stat().st_size
    with path.open("a") as file:
        file.write('{"seq": 2, "at": 1.0, "ki')
    assert read_events(path)[1] == whole
    again = EventWriter(path)
    again.write("stopped", step=0, epoch=0)
    again.close()
    assert [event.seq for event in read_events(path)[0]] == [1, 2]
