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
from lab_studies import eventually

from netlab.events import EVENT_FILE
from netlab.lab import launch
from netlab.lab.process import Identity, busy_elsewhere, find_worker, live_worker
from netlab.paths import PACKAGE

SLEEPER = [sys.executable, "-c", "import sys; sys.stdin.read()"]


def test_an_identity_survives_being_written() -> None:
    mine = replace(Identity.mine(), host="a-host.example/odd@name")
    back = Identity.parse(str(mine))
    assert (back.host, back.pid) == (mine.host, mine.pid)
    assert back.started == pytest.approx(mine.started, abs=0.01)


def test_this_process_is_alive() -> None:
    assert Identity.parse(str(Identity.mine())).alive()


def test_another_process_with_the_same_pid_is_another() -> None:
    assert not replace(Identity.mine(), started=Identity.mine().started - 60).alive()


def test_a_process_that_has_ended_is_dead_also_before_it_is_collected() -> None:
    child = subprocess.Popen(SLEEPER, stdin=subprocess.PIPE)
    worker = Identity.of(child.pid)
    assert worker.alive()
    child.kill()
    eventually(lambda: not worker.alive())
    assert child.returncode is None
    child.communicate(timeout=30)
    assert not worker.alive()


def test_a_process_that_is_gone_has_an_identity_that_is_dead() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait(30)
    assert not Identity.of(child.pid).alive()


def test_a_worker_is_found_by_the_folder_on_its_command_line(tmp_path: Path) -> None:
    assert find_worker(tmp_path) is None
    child = subprocess.Popen(
        [*SLEEPER, str(tmp_path)], stdin=subprocess.PIPE, start_new_session=True
    )
    found = eventually(lambda: find_worker(tmp_path))
    assert found.pid == child.pid
    assert live_worker(None, tmp_path) == found
    assert live_worker(str(replace(found, started=1.0)), tmp_path) == found
    child.communicate(timeout=30)
    assert live_worker(str(found), tmp_path) is None


def test_who_only_looks_at_a_folder_is_no_worker(tmp_path: Path) -> None:
    """It would be waited for in place of the worker, and ended in its place by a stop."""
    child = subprocess.Popen([*SLEEPER, str(tmp_path)], stdin=subprocess.PIPE)
    eventually(lambda: str(tmp_path) in psutil.Process(child.pid).cmdline())
    assert find_worker(tmp_path) is None
    child.communicate(timeout=30)


def test_a_worker_of_another_machine_lives_while_its_file_grows(tmp_path: Path) -> None:
    far = replace(Identity.mine(), host="another machine")
    events = tmp_path / EVENT_FILE
    assert not far.alive()
    assert not busy_elsewhere(far, events)
    events.touch()
    assert live_worker(str(far), tmp_path) == far
    long_ago = time.time() - 3600
    os.utime(events, (long_ago, long_ago))
    assert live_worker(str(far), tmp_path) is None


def test_a_child_finds_this_netlab_from_anywhere(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-P", "-c", "import netlab; print(netlab.__file__)"],
        env=launch.environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(said.stdout.strip()).parent == PACKAGE


def test_a_module_path_that_is_set_already_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    assert launch.environment()["PYTHONPATH"].split(os.pathsep)[-1] == "/somewhere"


def test_an_installed_netlab_needs_no_module_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setattr("site.getsitepackages", lambda: [str(PACKAGE.parent)])
    assert "PYTHONPATH" not in launch.environment()


def test_workers_at_once_share_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("psutil.cpu_count", lambda **_: 8)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(16)), raising=False)
    assert [launch.threads_each(jobs) for jobs in (1, 2, 3, 16)] == [None, 4, 2, 1]
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2}, raising=False)
    assert launch.threads_each(2) == 1


def test_the_last_words_of_a_log_are_its_last_lines_that_say_something(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    assert launch.last_words(log) == []
    log.write_bytes(b"first\nsecond \xff\n\nthird\n   \n")
    assert launch.last_words(log) == ["third"]
    assert launch.last_words(log, 2) == ["second \ufffd", "third"]
