"""Telling processes apart, and what a worker is started with."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from lab_studies import wait_for

from netlab.events import EVENT_FILE
from netlab.lab.process_id import (
    ProcessId,
    find_live_worker,
    remote_worker_active,
    scan_for_worker,
)
from netlab.lab.scheduler import launch
from netlab.paths import PACKAGE

SLEEPER = [sys.executable, "-c", "import sys; sys.stdin.read()"]


def test_an_identity_survives_being_written() -> None:
    mine = replace(ProcessId.current(), host="a-host.example/odd@name")
    back = ProcessId.parse(str(mine))
    assert (back.host, back.pid) == (mine.host, mine.pid)
    assert back.started == pytest.approx(mine.started, abs=0.01)


def test_this_process_is_alive() -> None:
    assert ProcessId.parse(str(ProcessId.current())).is_alive()


def test_another_process_with_the_same_pid_is_another() -> None:
    assert not replace(ProcessId.current(), started=ProcessId.current().started - 60).is_alive()


def test_a_process_that_has_ended_is_dead_also_before_it_is_collected() -> None:
    child = subprocess.Popen(SLEEPER, stdin=subprocess.PIPE)
    worker = ProcessId.of(child.pid)
    assert worker.is_alive()
    child.kill()
    wait_for(lambda: not worker.is_alive())
    assert child.returncode is None
    child.communicate(timeout=120)
    assert not worker.is_alive()


def test_a_process_that_is_gone_has_an_identity_that_is_dead() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait(120)
    assert not ProcessId.of(child.pid).is_alive()


def test_a_worker_is_found_by_the_folder_on_its_command_line(tmp_path: Path) -> None:
    assert scan_for_worker(tmp_path) is None
    child = subprocess.Popen(
        [*SLEEPER, str(tmp_path)], stdin=subprocess.PIPE, start_new_session=True
    )
    found = wait_for(lambda: scan_for_worker(tmp_path))
    assert found.pid == child.pid
    assert find_live_worker(None, tmp_path) == found
    assert find_live_worker(str(replace(found, started=1.0)), tmp_path) == found
    child.communicate(timeout=120)
    assert find_live_worker(str(found), tmp_path) is None


def test_who_only_looks_at_a_folder_is_no_worker(tmp_path: Path) -> None:
    """It would be waited for in place of the worker, and ended in its place by a stop."""
    child = subprocess.Popen([*SLEEPER, str(tmp_path)], stdin=subprocess.PIPE)
    wait_for(lambda: str(tmp_path) in psutil.Process(child.pid).cmdline())
    assert scan_for_worker(tmp_path) is None
    child.communicate(timeout=120)


def test_a_worker_of_another_machine_lives_while_its_file_grows(tmp_path: Path) -> None:
    far = replace(ProcessId.current(), host="another machine")
    events = tmp_path / EVENT_FILE
    assert not far.is_alive()
    assert not remote_worker_active(far, events)
    events.touch()
    assert find_live_worker(str(far), tmp_path) == far
    long_ago = time.time() - 3600
    os.utime(events, (long_ago, long_ago))
    assert find_live_worker(str(far), tmp_path) is None


def test_a_child_finds_this_netlab_from_anywhere(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-P", "-c", "import netlab; print(netlab.__file__)"],
        env=launch.child_environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(said.stdout.strip()).parent == PACKAGE


def test_a_module_path_that_is_set_already_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    assert launch.child_environment()["PYTHONPATH"].split(os.pathsep)[-1] == "/somewhere"


def test_an_installed_netlab_needs_no_module_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setattr("site.getsitepackages", lambda: [str(PACKAGE.parent)])
    assert "PYTHONPATH" not in launch.child_environment()


def test_workers_at_once_share_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("psutil.cpu_count", lambda **_: 8)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(16)), raising=False)
    assert [launch.threads_per_worker(jobs) for jobs in (1, 2, 3, 16)] == [None, 4, 2, 1]
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2}, raising=False)
    assert launch.threads_per_worker(2) == 1


def test_the_last_words_of_a_log_are_its_last_lines_that_say_something(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    assert launch.log_tail(log) == []
    log.write_bytes(b"first\nsecond \xff\n\nthird\n   \n")
    assert launch.log_tail(log) == ["third"]
    assert launch.log_tail(log, 2) == ["second \ufffd", "third"]
