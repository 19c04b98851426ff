"""The worker as a process: exit codes, signals, and that no end goes untold."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from training_helpers import events_in, tiny_spec, write_folder

from netlab import events
from netlab.recipe.run_spec import RunSpec
from netlab.training import checkpoint, worker
from netlab.training.loop import Trainer
from netlab.training.worker import WorkerExit

PAUSE = threading.Event()
"""Never set: waiting for it leaves the processor to the worker."""


@pytest.fixture
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of images; what is decoded from it is cached below the test's own folder."""
    monkeypatch.setenv("NETLAB_CACHE", str(tmp_path / "cache"))
    return write_folder(tmp_path / "images")


@pytest.fixture
def handlers() -> Iterator[None]:
    """Puts back the signal handlers that a worker in this process replaces."""
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def enter(folder: Path, spec: RunSpec | dict[str, Any], device: str = "cpu") -> Path:
    """A run's folder with its run.json."""
    folder.mkdir(exist_ok=True)
    written = spec.model_dump(mode="json") if isinstance(spec, RunSpec) else spec
    job = {"run": "r", "spec": written, "device": device, "threads": 1}
    (folder / "run.json").write_text(json.dumps(job))
    return folder


def launch(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "netlab.training.worker", str(folder)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def wait_until(true: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        PAUSE.wait(0.01)


def failure(folder: Path) -> dict[str, Any]:
    [event] = events_in(folder, "failed")
    assert events_in(folder)[-1] == event
    return event.data


def test_a_worker_stops_on_request_and_another_goes_on(tmp_path: Path, images: Path) -> None:
    """The whole life: SIGTERM in the middle, exit code 3, resumed, exit code 0."""
    folder = enter(tmp_path / "run", tiny_spec(data=f"folder:{images}", epochs=60))
    with launch(folder) as first:
        wait_until(lambda: events_in(folder, "epoch"))
        first.send_signal(signal.SIGTERM)
        _, log = first.communicate(timeout=120)
    assert first.returncode == WorkerExit.STOPPED, log
    last = events_in(folder)[-1]
    assert last.kind == "stopped"
    state = torch.load(folder / "checkpoint.pt", weights_only=True)
    assert state["step"] == last.data["step"] > 0

    with launch(folder) as second:
        _, log = second.communicate(timeout=120)
    assert second.returncode == WorkerExit.FINISHED, log
    assert log == ""
    started = events_in(folder, "started")[-1].data
    assert started["resumed"] is True
    assert started["step"] == last.data["step"]
    assert started["pid"] == second.pid
    assert events_in(folder)[-1].kind == "finished"
    assert [event.data["epoch"] for event in events_in(folder, "epoch")] == list(range(1, 61))


def test_a_request_to_stop_during_the_start_is_not_lost(tmp_path: Path, images: Path) -> None:
    """Signals count from before torch is imported."""
    folder = enter(tmp_path / "run", tiny_spec(data=f"folder:{images}", epochs=10_000))
    with launch(folder) as process:
        wait_until(lambda: handles_signals(process.pid))
        process.send_signal(signal.SIGINT)
        _, log = process.communicate(timeout=120)
    assert process.returncode == WorkerExit.STOPPED, log
    assert events_in(folder)[-1].kind == "stopped"
    assert (folder / "checkpoint.pt").exists()


def handles_signals(pid: int) -> bool:
    """Whether SIGTERM is handled; its handler is installed after that of SIGINT."""
    status = Path(f"/proc/{pid}/status")
    if not status.parent.parent.joinpath("self").exists():
        pytest.skip("needs /proc to see when a process handles signals")
    [caught] = [line for line in status.read_text().splitlines() if line.startswith("SigCgt")]
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read"),
        ("{", "Invalid JSON"),
        ('{"run": "r"}', "spec: Field required"),
        ('{"run": "r", "spec": {"network": {"input": [3, 8, 8], "blocks": []}}}', "blocks"),
    ],
)
def test_a_folder_without_a_valid_job_is_unusable(
    tmp_path: Path,
    handlers: None,
    capsys: pytest.CaptureFixture[str],
    content: str | None,
    says: str,
) -> None:
    if content is not None:
        (tmp_path / "run.json").write_text(content)
    assert worker.main([str(tmp_path)]) == WorkerExit.UNUSABLE
    assert says in capsys.readouterr().err
    assert events_in(tmp_path) == []


def test_a_worker_needs_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert worker.main([]) == WorkerExit.UNUSABLE
    assert "RUN_FOLDER" in capsys.readouterr().err


def test_a_divergence_is_reported(tmp_path: Path, images: Path, handlers: None) -> None:
    spec = tiny_spec(
        data=f"folder:{images}",
        optimizer={"lr": 1e30, "momentum": 0.0},
        schedule={"name": "constant"},
    )
    folder = enter(tmp_path / "run", spec)
    assert worker.main([str(folder)]) == WorkerExit.FAILED
    event = failure(folder)
    assert event["reason"] == "diverged"
    assert "loss became" in event["message"]
    assert event["detail"] is None


def test_missing_data_is_reported(tmp_path: Path, images: Path, handlers: None) -> None:
    folder = enter(tmp_path / "run", tiny_spec(data=f"folder:{tmp_path / 'nowhere'}"))
    assert worker.main([str(folder)]) == WorkerExit.FAILED
    event = failure(folder)
    assert event["reason"] == "bad-data"
    assert "nowhere" in event["message"]


def test_a_missing_device_is_reported(tmp_path: Path, images: Path, handlers: None) -> None:
    folder = enter(tmp_path / "run", tiny_spec(data=f"folder:{images}"), device="warp:9")
    assert worker.main([str(folder)]) == WorkerExit.FAILED
    assert failure(folder)["reason"] == "error"
    assert "no device 'warp:9' here" in failure(folder)["message"]


def test_an_unreadable_checkpoint_is_reported(tmp_path: Path, images: Path, handlers: None) -> None:
    folder = enter(tmp_path / "run", tiny_spec(data=f"folder:{images}"))
    (folder / "checkpoint.pt").write_bytes(b"rubbish")
    assert worker.main([str(folder)]) == WorkerExit.FAILED
    assert failure(folder)["reason"] == "error"
    assert "checkpoint cannot be read" in failure(folder)["message"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (MemoryError(), "out-of-memory"),
        (torch.OutOfMemoryError("CUDA out of memory"), "out-of-memory"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk-full"),
    ],
)
def test_what_runs_out_is_reported(
    tmp_path: Path,
    images: Path,
    handlers: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    reason: str,
) -> None:
    def run_out(*_: object) -> None:
        raise error

    monkeypatch.setattr(checkpoint, "save", run_out)
    folder = enter(tmp_path / "run", tiny_spec(data=f"folder:{images}"))
    expected = WorkerExit.DISK_FULL if reason == "disk-full" else WorkerExit.FAILED
    assert worker.main([str(folder)]) == expected
    assert failure(folder)["reason"] == reason
    assert len(events_in(folder, "epoch")) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_fault_of_netlab_leaves_its_traceback_in_the_event_and_the_log(
    tmp_path: Path,
    images: Path,
    handlers: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(_self: Trainer) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(Trainer, "train_epoch", broken)
    folder = enter(tmp_path / "run", tiny_spec(data=f"folder:{images}"))
    assert worker.main([str(folder)]) == WorkerExit.FAILED
    event = failure(folder)
    assert (event["reason"], event["message"]) == ("error", "ZeroDivisionError: division by zero")
    assert "in broken" in event["detail"]
    assert "in broken" in capsys.readouterr().err


def failing_writer(monkeypatch: pytest.MonkeyPatch, kinds: set[str], number: int) -> None:
    """Let events of these kinds meet a failing disk."""
    write = events.EventWriter.write

    def fail(self: events.EventWriter, kind: events.EventKind, **data: Any) -> events.Event:
        if kind in kinds:
            raise OSError(number, os.strerror(number))
        return write(self, kind, **data)

    monkeypatch.setattr(events.EventWriter, "write", fail)


def test_an_event_that_cannot_be_written_does_not_stop_training(
    tmp_path: Path,
    images: Path,
    handlers: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    failing_writer(monkeypatch, {"started", "step", "epoch"}, errno.EIO)
    folder = enter(tmp_path / "run", tiny_spec(data=f"folder:{images}"))
    assert worker.main([str(folder)]) == WorkerExit.FINISHED
    assert [event.kind for event in events_in(folder)] == ["evaluated", "finished"]
    assert "event 'epoch' could not be written" in capsys.readouterr().err


def test_a_result_that_cannot_be_written_is_a_failure_that_can_be_made_good(
    tmp_path: Path, images: Path, handlers: None
) -> None:
    folder = enter(tmp_path / "run", tiny_spec(data=f"folder:{images}"))
    with pytest.MonkeyPatch.context() as faulty:
        failing_writer(faulty, {"finished"}, errno.EIO)
        assert worker.main([str(folder)]) == WorkerExit.FAILED
    assert failure(folder)["reason"] == "error"
    assert worker.main([str(folder)]) == WorkerExit.FINISHED
    assert len(events_in(folder, "epoch")) == 2
    assert events_in(folder)[-1].kind == "finished"


def test_a_disk_that_is_full_for_every_event_still_ends_in_an_exit_code(
    tmp_path: Path, images: Path, handlers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = {"started", "step", "epoch", "evaluated", "finished", "failed"}
    failing_writer(monkeypatch, every, errno.ENOSPC)
    folder = enter(tmp_path / "run", tiny_spec(data=f"folder:{images}"))
    assert worker.main([str(folder)]) == WorkerExit.DISK_FULL
    assert events_in(folder) == []
