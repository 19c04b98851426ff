"""Taking events in: what they change, and that taking them in twice changes nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab_studies import run_events, study

from netlab.errors import LabError
from netlab.events import Event
from netlab.lab.records import Epoch, Run
from netlab.lab.run_state import State, StopRequest
from netlab.lab.store import Lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with Lab.open(tmp_path / "lab.db", create=True) as opened:
        yield opened


@pytest.fixture
def run(lab: Lab) -> str:
    return lab.studies.register(study())[0].run.id


def test_a_finished_run_has_its_results(lab: Lab, run: str) -> None:
    lab.runs.ingest(run, run_events())
    done = lab.runs.get(run)
    assert (done.state, done.epoch, done.epochs, done.step, done.steps) == ("done", 3, 3, 30, 30)
    assert (done.started, done.ended) == (101.0, 109.0)
    assert done.device == "cpu"
    assert done.hardware["precision"] == "float32"
    assert done.memory_kind == "resident"
    assert done.results == {
        "accuracy": 80.0, "top5": 99.0, "loss": 0.5,
        "val_accuracy": 63.0, "val_top5": 90.0, "val_loss": 1.0,
        "train_accuracy": 53.0, "train_loss": pytest.approx(2 / 3),
        "train_time": 2.5, "test_time": 0.1, "images_per_s": 940.0, "memory": 64.0,
    }  # fmt: skip


def test_a_run_that_shared_the_machine_once_keeps_the_number_of_jobs(lab: Lab, run: str) -> None:
    for seq, jobs in enumerate((2, 1), 1):
        lab.runs.ingest(run, [Event(seq, 1.0, "started", {**run_events()[0].data, "jobs": jobs})])
    assert lab.runs.get(run).hardware["jobs"] == 2


def test_a_running_run_shows_its_last_report(lab: Lab, run: str) -> None:
    lab.runs.ingest(run, run_events()[:4])
    now = lab.runs.get(run)
    assert (now.state, now.epoch, now.step) == ("running", 1, 15)
    assert now.live_metrics == {"epoch": 2, "loss": 1.0, "lr": 0.1, "images_per_s": 900.0}


def test_the_last_report_of_an_epoch_counts(lab: Lab, run: str) -> None:
    events = run_events()[:5]
    again = Event(6, 200.0, "epoch", {**events[4].data, "val_accuracy": 77.0})
    lab.runs.ingest(run, [*events, again])
    assert [(e.epoch, e.val_accuracy) for e in lab.runs.epochs(run)] == [(1, 61.0), (2, 77.0)]
    assert lab.runs.get(run).results["val_accuracy"] == 77.0


def test_a_run_without_validation_has_none(lab: Lab, run: str) -> None:
    event = run_events()[2]
    missing = {"val_loss": None, "val_accuracy": None, "val_top5": None}
    lab.runs.ingest(run, [Event(1, 1.0, "epoch", {**event.data, **missing})])
    assert lab.runs.epochs(run)[0].val_accuracy is None
    assert "val_accuracy" not in lab.runs.get(run).results


def test_a_loss_that_is_no_number_is_kept_as_such(lab: Lab, run: str) -> None:
    event = run_events()[2]
    lab.runs.ingest(
        run,
        [
            Event(1, 1.0, "epoch", {**event.data, "train_loss": math.nan}),
            Event(2, 2.0, "failed", {"reason": "diverged", "message": "the loss is NaN"}),
        ],
    )
    assert math.isnan(lab.runs.epochs(run)[0].train_loss)
    assert lab.runs.get(run).state == "diverged"


@pytest.mark.parametrize(
    ("reason", "state"),
    [("diverged", "diverged"), ("out-of-memory", "failed"), ("disk-full", "failed")],
)
def test_a_failure_has_its_reason(lab: Lab, run: str, reason: str, state: State) -> None:
    lab.runs.ingest(run, [Event(1, 5.0, "failed", {"reason": reason, "message": "so it is"})])
    failed = lab.runs.get(run)
    assert (failed.state, failed.reason) == (state, reason)
    assert (failed.message, failed.ended) == ("so it is", 5.0)


@pytest.mark.parametrize(
    ("wanted", "state", "word"),
    [
        ("stop", "stopped", "on request"),
        ("pause", "paused", "on request"),
        ("interrupt", "interrupted", "Ctrl-C"),
        (None, "interrupted", "from outside"),
    ],
)
def test_a_stopped_run_has_the_state_that_was_requested(
    lab: Lab, run: str, wanted: StopRequest | None, state: State, word: str
) -> None:
    lab.runs.ingest(run, run_events()[:4])
    lab.runs.request_stop(run, wanted)
    lab.runs.ingest(run, [Event(5, 9.0, "stopped", {"step": 17, "epoch": 1})])
    stopped = lab.runs.get(run)
    assert (stopped.state, stopped.step, stopped.stop_request) == (state, 17, None)
    assert stopped.message is not None
    assert word in stopped.message
    assert "after step 17" in stopped.message


def test_a_resumed_run_keeps_its_first_start_and_loses_its_message(lab: Lab, run: str) -> None:
    lab.runs.ingest(run, [*run_events()[:3], Event(4, 110.0, "stopped", {"step": 10, "epoch": 1})])
    lab.runs.ingest(
        run, [Event(5, 300.0, "started", {"step": 10, "steps": 30, "epochs": 3, "epoch": 1})]
    )
    again = lab.runs.get(run)
    assert (again.state, again.started, again.ended) == ("running", 101.0, None)
    assert (again.message, again.epoch, again.device) == (None, 1, "cpu")


def test_event_kinds_of_a_newer_worker_are_ignored(lab: Lab, run: str) -> None:
    lab.runs.ingest(run, [Event(1, 1.0, "weather", {"sun": True}), *_events_from(2, run_events())])
    assert lab.runs.get(run).state == "done"


def test_another_split_than_test_gives_no_results(lab: Lab, run: str) -> None:
    lab.runs.ingest(run, [Event(1, 1.0, "evaluated", {"split": "validation", "accuracy": 99.0})])
    assert lab.runs.get(run).results == {}


def test_events_of_no_run_are_refused(lab: Lab) -> None:
    with pytest.raises(LabError, match="no run 'nobody'"):
        lab.runs.ingest("nobody", run_events())


_EVENTS = run_events()[:4] + [
    Event(seq, event.at, event.kind, event.data)
    for seq, event in enumerate(
        [Event(0, 50.0, "stopped", {"step": 15, "epoch": 1}), *run_events()], 5
    )
]
"""A run that was stopped in its second epoch and went through when it was resumed."""

_PLACES = st.integers(0, len(_EVENTS))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_PLACES, _PLACES), max_size=6))
def test_any_delivery_that_is_in_order_gives_the_same_lab(pieces: list[tuple[int, int]]) -> None:
    """Cut anywhere, and any of it delivered again: only the events count."""
    with TemporaryDirectory() as folder, Lab.open(Path(folder) / "lab.db", create=True) as lab:
        whole, cut = (entry.run.id for entry in lab.studies.register(study(seeds=(0,))))
        lab.runs.ingest(whole, _EVENTS)
        upto = 0
        for start, end in pieces:
            lab.runs.ingest(cut, _EVENTS[min(start, upto) : end])
            upto = max(upto, end)
        lab.runs.ingest(cut, _EVENTS[upto:])
        assert _stored(lab, cut) == _stored(lab, whole)


def _stored(lab: Lab, run: str) -> tuple[dict[str, object], list[Epoch]]:
    own = ("id", "hash", "spec", "created")
    facts: Run = lab.runs.get(run)
    return {n: v for n, v in vars(facts).items() if n not in own}, lab.runs.epochs(run)


def _events_from(seq: int, events: list[Event]) -> list[Event]:
    return [Event(seq + n, e.at, e.kind, e.data) for n, e in enumerate(events)]
