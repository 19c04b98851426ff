"""Reading a lab again and again: true, live, cheap, and through every trouble a file can have."""

from __future__ import annotations

import os
import platform
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_studies import run_events, study, wait_for
from permissions import binding

from netlab.events import EVENT_FILE, EventWriter, read_events
from netlab.lab import live
from netlab.lab.db.run_rows import RunRow
from netlab.lab.process_id import ProcessId
from netlab.lab.scheduler.reconcile import reconcile
from netlab.lab.store import Lab
from tui.lab import reader as reader_module
from tui.lab.event_tail import curves_from_epochs
from tui.lab.reader import LabReader
from tui.lab.snapshot import LabSnapshot, Subscription
from tui.lab.watcher import LabWatcher


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lab.db"


@pytest.fixture
def lab(path: Path) -> Iterator[Lab]:
    with Lab.open(path, create=True) as opened:
        yield opened


@pytest.fixture
def reader(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LabReader]:
    monkeypatch.setattr(live, "CHECK_INTERVAL_S", 0.0)
    reader = LabReader(path)
    yield reader
    reader.close()


_writers: list[EventWriter] = []


@pytest.fixture(autouse=True)
def _close_event_files() -> Iterator[None]:
    yield
    while _writers:
        _writers.pop().close()


def writer(folder: Path) -> EventWriter:
    """An event file that is closed at the end of the test."""
    folder.mkdir(parents=True, exist_ok=True)
    _writers.append(EventWriter(folder / EVENT_FILE))
    return _writers[-1]


def rows(snapshot: LabSnapshot) -> dict[str, RunRow]:
    return {row.run: row for group in snapshot.groups for row in group.rows}


def running(lab: Lab, run: str, worker: ProcessId | None = None) -> EventWriter:
    """Have `run` trained, by this process unless another is named; its event file."""
    with lab.writing() as conn:
        conn.execute(
            "UPDATE run SET state = 'running', worker = ? WHERE id = ?",
            (str(worker or ProcessId.current()), run),
        )
    return writer(lab.run_folder(run))


def began(events: EventWriter, step: int = 0) -> None:
    events.write("started", step=step, steps=30, epochs=3, epoch=step // 10, device="cpu",
                 memory_kind="resident", images={"train": 90})  # fmt: skip


def entered(lab: Lab) -> list[str]:
    """The runs of a study that this process wants done."""
    runs = [entry.run.id for entry in lab.studies.register(study())]
    lab.queue.request(runs, ProcessId.current(), None)
    return runs


GONE = ProcessId(platform.node(), os.getpid(), 1.0)
"""A worker whose pid another process has now."""


def test_a_lab_that_is_not_there_is_missing_until_it_is(reader: LabReader, path: Path) -> None:
    assert reader.poll().missing
    with Lab.open(path, create=True) as lab:
        lab.studies.register(study())
        found = reader.poll()
        assert not found.missing
        assert len(found.groups) == 1


def test_an_empty_lab_has_no_groups(reader: LabReader, lab: Lab) -> None:
    assert reader.poll() == LabSnapshot()


def test_studies_are_shown_the_newest_first_and_runs_as_in_the_recipe(
    reader: LabReader, lab: Lab
) -> None:
    lab.studies.register(study("old"))
    lab.studies.register(study("new", channels=(8, 4)))
    found = reader.poll()
    assert [group.study for group in found.groups] == ["new", "old"]
    assert [row.name for row in found.groups[0].rows] == [
        "baseline · 0", "baseline · 1", "w4 · 0", "w4 · 1",
    ]  # fmt: skip
    assert found.groups[0].label == "fashion-mini · custom@1 · 3 epochs"


def test_the_same_snapshot_means_that_nothing_is_new(reader: LabReader, lab: Lab) -> None:
    runs = entered(lab)
    first = reader.poll()
    assert reader.poll() is first
    lab.runs.request_stop(runs[0], "pause")
    second = reader.poll()
    assert second is not first
    assert rows(second)[runs[0]].state == "paused"
    assert reader.poll() is second


def test_runs_that_swap_states_between_two_looks_are_seen(reader: LabReader, lab: Lab) -> None:
    runs = entered(lab)
    lab.runs.request_stop(runs[0], "pause")
    reader.poll()
    with lab.writing() as conn:
        conn.execute("UPDATE run SET state = 'queued' WHERE id = ?", (runs[0],))
        conn.execute("UPDATE run SET state = 'paused' WHERE id = ?", (runs[1],))
    found = rows(reader.poll())
    assert (found[runs[0]].state, found[runs[1]].state) == ("queued", "paused")


def test_what_a_worker_says_is_seen_before_the_lab_has_taken_it_in(
    reader: LabReader, lab: Lab
) -> None:
    runs = entered(lab)
    events = running(lab, runs[1])
    reader.poll()
    began(events)
    events.write("step", step=5, epoch=1, loss=1.5, lr=0.1, images_per_s=45.0)
    row = rows(reader.poll())[runs[1]]
    assert (row.loss, row.lr, row.images_per_s, row.device) == (1.5, 0.1, 45.0, "cpu")
    assert row.share == pytest.approx(5 / 30)
    assert row.time_left == pytest.approx(25 / 30 * 3 * 90 / 45.0)
    assert lab.runs.get(runs[1]).step == 0


def test_taking_the_events_in_changes_nothing_that_is_shown(reader: LabReader, lab: Lab) -> None:
    runs = entered(lab)
    events = running(lab, runs[0])
    began(events)
    events.write("step", step=5, epoch=1, loss=1.5, lr=0.1, images_per_s=45.0)
    first = reader.poll()
    lab.runs.ingest(runs[0], read_events(events.path)[0])
    assert reader.poll() is first


def test_a_run_in_two_studies_is_live_in_both(reader: LabReader, lab: Lab) -> None:
    runs = entered(lab)
    lab.studies.register(study("again", channels=(4,)))
    events = running(lab, runs[0])
    began(events)
    events.write("step", step=7, epoch=1, loss=1.0, lr=0.1, images_per_s=1.0)
    steps = [row.step for g in reader.poll().groups for row in g.rows if row.run == runs[0]]
    assert steps == [7, 7]


def test_without_supervisor_and_worker_a_run_is_interrupted_though_the_lab_says_otherwise(
    reader: LabReader, lab: Lab
) -> None:
    runs = entered(lab)
    running(lab, runs[0], GONE)
    assert rows(reader.poll())[runs[0]].state == "running"
    lab.queue.cancel(ProcessId.current())
    found = reader.poll()
    assert rows(found)[runs[0]].state == "interrupted"
    assert "its worker is gone" in (rows(found)[runs[0]].message or "")
    assert runs[0] in found.stale_runs
    assert lab.runs.get(runs[0]).state == "running"


def test_a_worker_outlives_its_supervisor(reader: LabReader, lab: Lab) -> None:
    runs = entered(lab)
    events = running(lab, runs[0])
    lab.queue.cancel(ProcessId.current())
    began(events)
    assert rows(reader.poll())[runs[0]].state == "running"
    for event in run_events()[1:]:
        events.write(event.kind, **event.data)  # type: ignore[arg-type]
    row = rows(reader.poll())[runs[0]]
    assert (row.state, row.accuracy, row.epoch) == ("done", 80.0, 3)


def test_what_waits_without_a_supervisor_is_interrupted_after_a_while(
    reader: LabReader, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [entry.run.id for entry in lab.studies.register(study())]
    # A command that has just entered runs is about to start their supervisor.
    assert rows(reader.poll())[runs[0]].state == "queued"
    monkeypatch.setattr(live, "SUPERVISOR_START_S", 0.0)
    found = reader.poll()
    assert {row.state for row in rows(found).values()} == {"interrupted"}
    assert found.stale_runs == set(runs)
    lab.queue.request(runs, ProcessId.current(), None)
    assert {row.state for row in rows(reader.poll()).values()} == {"queued"}


def test_an_old_queue_without_a_supervisor_is_known_for_what_it_is_at_once(
    reader: LabReader, lab: Lab
) -> None:
    lab.studies.register(study())
    with lab.writing() as conn:
        conn.execute("UPDATE plan SET entered = 1")
    assert {row.state for row in rows(reader.poll()).values()} == {"interrupted"}


def test_a_queue_that_has_grown_waits_for_its_supervisor(reader: LabReader, lab: Lab) -> None:
    lab.studies.register(study())
    with lab.writing() as conn:
        conn.execute("UPDATE plan SET entered = 1")
    assert {row.state for row in rows(reader.poll()).values()} == {"interrupted"}
    lab.studies.register(study(name="more", channels=(7,)))
    assert {row.state for row in rows(reader.poll()).values()} == {"queued"}


def test_putting_the_lab_right_leaves_nothing_untrue(reader: LabReader, lab: Lab) -> None:
    runs = entered(lab)
    running(lab, runs[0], GONE)
    lab.queue.cancel(ProcessId.current())
    before = reader.poll()
    assert before.stale_runs
    reconcile(lab)
    after = reader.poll()
    assert not after.stale_runs
    assert rows(after)[runs[0]].state == "interrupted"


def test_a_killed_supervisor_changes_nothing_for_a_run_that_goes_on(
    reader: LabReader, lab: Lab, path: Path, tmp_path: Path
) -> None:
    lab.studies.register(study(channels=(4,), seeds=(0,)))
    gate = tmp_path / "gate"
    here = Path(__file__).parent
    supervisor = subprocess.Popen(
        [
            sys.executable,
            str(here / "fake_supervisor.py"),
            str(path),
            "widths",
            "--gate",
            str(gate),
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(here), str(here.parent)))},
    )

    def only() -> RunRow:
        return next(iter(rows(reader.poll()).values()))

    try:
        wait_for(lambda: only().epoch == 1)
    finally:
        supervisor.send_signal(signal.SIGKILL)
        supervisor.wait()
    assert only().state == "running"
    gate.touch()
    wait_for(lambda: only().state == "done")
    assert (only().epoch, only().accuracy) == (3, 80.0)
    reader.subscription = Subscription((only().run,))
    assert [span.x for span in reader.poll().curves[only().run].val_accuracy] == [1, 2, 3]


def test_a_locked_lab_keeps_what_was_read_last(
    reader: LabReader, lab: Lab, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_module, "BUSY_TIMEOUT_S", 0.001)
    entered(lab)
    lab.close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA journal_mode = delete")
    before = reader.poll()
    other.execute("BEGIN EXCLUSIVE")
    found = reader.poll()
    assert found.groups == before.groups
    assert "in use by another process" in (found.problem or "")
    other.execute("ROLLBACK")
    assert reader.poll().problem is None
    other.close()


def test_what_is_no_lab_is_told_so(reader: LabReader, path: Path) -> None:
    path.write_text("a shopping list, long enough to be taken for a database" * 20)
    assert "is not a lab" in (reader.poll().problem or "")


def test_a_lab_that_may_not_be_written_is_read(reader: LabReader, lab: Lab, path: Path) -> None:
    lab.studies.register(study())
    lab.close()
    path.chmod(0o400)
    path.parent.chmod(0o500)
    try:
        with binding():
            assert len(reader.poll().groups) == 1
    finally:
        path.parent.chmod(0o700)


def test_another_file_in_its_place_is_opened(
    reader: LabReader, lab: Lab, path: Path, tmp_path: Path
) -> None:
    lab.studies.register(study("first"))
    reader.poll()
    lab.close()
    with Lab.open(tmp_path / "other.db", create=True) as other:
        other.studies.register(study("second"))
    for old in path.parent.glob("lab.db-*"):
        old.unlink()
    (tmp_path / "other.db").replace(path)
    assert [group.study for group in reader.poll().groups] == ["second"]
    path.unlink()
    assert reader.poll().missing


def test_curves_come_for_the_runs_that_are_wished_for(reader: LabReader, lab: Lab) -> None:
    runs = entered(lab)
    events = running(lab, runs[0])
    began(events)
    for step in range(1, 10):
        events.write("step", step=step, epoch=1, loss=2.0 - step / 10, lr=0.1, images_per_s=1.0)
    reader.subscription = Subscription((runs[0],))
    curves = reader.poll().curves[runs[0]]
    assert [span.x for span in curves.train_loss] == pytest.approx([s / 10 for s in range(1, 10)])
    assert curves.val_loss == ()
    reader.subscription = Subscription()
    assert reader.poll().curves == {}


def test_a_run_without_its_folder_has_the_curves_that_the_lab_keeps(
    reader: LabReader, lab: Lab
) -> None:
    runs = entered(lab)
    lab.runs.ingest(runs[0], run_events())
    reader.subscription = Subscription((runs[0],))
    curves = reader.poll().curves[runs[0]]
    assert [span.last for span in curves.train_loss] == pytest.approx([2.0, 1.0, 2 / 3])
    assert curves == curves_from_epochs(lab.runs.epochs(runs[0]))
    assert reader.poll() is reader.poll()


def test_the_watch_hands_out_what_is_new_and_only_that(lab: Lab, path: Path) -> None:
    runs = entered(lab)
    seen: list[LabSnapshot] = []
    watch = LabWatcher(path, seen.append, interval_s=0.01)
    watch.start()
    try:
        wait_for(lambda: seen)
        watch.subscribe(Subscription((runs[0],)))
        wait_for(lambda: runs[0] in seen[-1].curves)
        before = len(seen)
        lab.runs.request_stop(runs[0], "pause")
        wait_for(lambda: rows(seen[-1])[runs[0]].state == "paused")
        assert len(seen) == before + 1
        watch.pause()
        lab.runs.request_stop(runs[1], "pause")
        watch.resume()
        wait_for(lambda: rows(seen[-1])[runs[1]].state == "paused")
    finally:
        watch.stop()
