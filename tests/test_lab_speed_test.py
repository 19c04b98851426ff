"""Timing with the machine to itself: rounds in turn, kept as they are taken, nothing beside it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lab_studies import fake_worker, spec, study, wait_for

from netlab.errors import LabError
from netlab.lab import speed_test
from netlab.lab.db.register_study import series_hash
from netlab.lab.db.timings import timing_values
from netlab.lab.process_id import ProcessId
from netlab.lab.records import TimingRound
from netlab.lab.scheduler.supervisor_lock import SupervisorLock
from netlab.lab.scheduler.workers import WorkerPool
from netlab.lab.speed_test import exclusive_timing, time_networks
from netlab.lab.store import Lab

FAKE = Path(__file__).with_name("fake_timing_worker.py")
NETWORKS = {"baseline": spec(4), "w8": spec(8), "same": spec(8, seed=1)}


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with Lab.open(tmp_path / "lab.db", create=True) as opened:
        yield opened


@pytest.fixture
def fake_timing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Path]:
    """Let networks be timed by the process that pretends to; gives its log."""

    def use(*options: str) -> Path:
        log = tmp_path / "log"
        command = [sys.executable, "-S", str(FAKE), str(log), *options]
        monkeypatch.setattr(speed_test, "timing_command", lambda: command)
        return log

    return use


def test_rounds_take_the_networks_in_turn_and_every_other_one_backwards(
    lab: Lab, fake_timing: Callable[..., Path]
) -> None:
    log = fake_timing()
    rounds_seen: list[tuple[str, int]] = []
    failed = time_networks(
        lab,
        NETWORKS,
        rounds=3,
        device="cpu",
        on_round=lambda name, timing: rounds_seen.append((name, timing.round)),
    )
    assert failed == {}
    assert log.read_text().split() == ["4", "8", "8", "4", "4", "8"]
    assert rounds_seen[:3] == [("baseline", 1), ("w8", 1), ("same", 1)]
    lab.studies.register_plan(study())
    assert timing_values(lab.timings.rounds(lab.studies.get("widths"))) == {
        name: {
            "images_per_s": dict.fromkeys((1, 2, 3), 8000 / width),
            "inference_ms": dict.fromkeys((1, 2, 3), width / 10),
            "inference_ms_100": dict.fromkeys((1, 2, 3), 5.0 * width),
            "memory": dict.fromkeys((1, 2, 3), 3.0 * width),
        }
        for name, width in (("baseline", 4), ("w8", 8))
    }
    last = lab.timings.rounds(lab.studies.get("widths"))["w8"][-1]
    assert last.hardware["device_name"] == "Abacus"
    assert 0 <= last.hardware["others"] <= 1
    assert last.blocks["inference_ms"] == (0.8, 0.8)


def test_a_network_that_cannot_be_timed_is_left_out_and_says_why(
    lab: Lab, fake_timing: Callable[..., Path]
) -> None:
    log = fake_timing("--fail", "8")
    failed = time_networks(lab, NETWORKS, rounds=2)
    why = "out of memory: a smaller batch would fit"
    assert failed == {"w8": why, "same": why}
    assert log.read_text().split() == ["4", "8", "4"]
    lab.studies.register_plan(study())
    assert list(timing_values(lab.timings.rounds(lab.studies.get("widths")))) == ["baseline"]


def test_an_interrupt_ends_the_process_at_work_and_keeps_the_rounds_done(
    lab: Lab, fake_timing: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_timing()
    time_networks(lab, {"baseline": spec(4)}, rounds=1)
    children: list[subprocess.Popen[str]] = []

    class Interrupted(subprocess.Popen[str]):
        def communicate(self, *given: object, **_: object) -> tuple[str, str]:
            if not given:
                return super().communicate()
            children.append(self)
            raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        time_networks(lab, {"w8": spec(8)}, rounds=1)
    assert children[0].returncode == -9
    lab.studies.register_plan(study())
    assert list(timing_values(lab.timings.rounds(lab.studies.get("widths")))) == ["baseline"]


def test_values_of_two_sessions_are_not_mixed(lab: Lab) -> None:
    lab.studies.register_plan(study())
    wide, base = (series_hash(spec(width)) for width in (8, 4))

    def took(session: str, series: str, value: float, at: float) -> None:
        lab.timings.add(TimingRound(session, series, 1, {"inference_ms": value}, at=at))

    took("first", base, 1.0, 1.0)
    took("first", wide, 2.0, 2.0)
    took("later", wide, 9.0, 3.0)
    first = {"baseline": {"inference_ms": {1: 1.0}}, "w8": {"inference_ms": {1: 2.0}}}
    assert timing_values(lab.timings.rounds(lab.studies.get("widths"))) == first
    took("later", base, 8.0, 4.0)
    later = {"baseline": {"inference_ms": {1: 8.0}}, "w8": {"inference_ms": {1: 9.0}}}
    assert timing_values(lab.timings.rounds(lab.studies.get("widths"))) == later


def test_a_session_cut_short_takes_no_spread_away(lab: Lab) -> None:
    lab.studies.register_plan(study())
    wide, base = (series_hash(spec(width)) for width in (8, 4))

    def took(session: str, *rounds: int) -> None:
        for number in rounds:
            for series in (wide, base):
                timing = TimingRound(session, series, number, {"inference_ms": 1.0}, at=time.time())
                lab.timings.add(timing)

    took("whole", 1, 2, 3)
    took("interrupted", 1)
    assert {len(rounds) for rounds in lab.timings.rounds(lab.studies.get("widths")).values()} == {3}
    took("interrupted", 2)
    assert {len(rounds) for rounds in lab.timings.rounds(lab.studies.get("widths")).values()} == {2}


def test_a_value_that_is_no_number_is_not_stored(lab: Lab) -> None:
    with pytest.raises(ValueError, match="inference_ms is nan"):
        lab.timings.add(TimingRound("s", "x", 1, {"inference_ms": float("nan")}))


def test_neither_a_supervisor_nor_another_timer_works_beside_it(lab: Lab) -> None:
    with exclusive_timing(lab):
        with pytest.raises(LabError, match="would falsify the times"):
            exclusive_timing(lab).__enter__()
        with SupervisorLock(lab) as lead:
            assert not lead.try_acquire(WorkerPool(lab))
    with exclusive_timing(lab, wait=True), pytest.raises(LabError):
        exclusive_timing(lab).__enter__()


def test_a_worker_whose_supervisor_is_gone_is_waited_for(lab: Lab, tmp_path: Path) -> None:
    """It trains on by itself: to hold the lock is not enough."""
    gate = tmp_path / "gate"
    entries = lab.studies.register(study(seeds=(0,), channels=(4,)))
    lab.queue.request([entries[0].run.id], ProcessId.current(), None)
    pool = WorkerPool(lab, command=fake_worker("--gate", str(gate)))
    pool.start_queued()

    def trained() -> int:
        pool.poll()
        return lab.runs.get(entries[0].run.id).epoch

    wait_for(trained)
    with pytest.raises(LabError, match="`--wait` waits"):
        exclusive_timing(lab).__enter__()
    threading.Timer(0.2, gate.touch).start()
    with exclusive_timing(lab, wait=True, poll_interval=0.01):
        assert lab.runs.get(entries[0].run.id).state == "done"
    pool.join_finished()
