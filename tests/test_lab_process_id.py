"""Telling processes apart, and what a worker is started with."""

from __future__ import annotations

import errno
import fcntl
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lab_studies import wait_for

from netlab.events import EVENT_FILE
from netlab.lab.process_id import ProcessId
from netlab.lab.scheduler import start_worker
from netlab.lab.worker_liveness import find_live_worker
from netlab.paths import PACKAGE
from netlab.worker_lock import LOCK_FILE, hold_worker_lock, worker_lock_holder

LOCK_HOLDER = (
    "import sys; from pathlib import Path; from netlab.worker_lock import hold_worker_lock\n"
    "with hold_worker_lock(Path(sys.argv[1])) as held: print(held, flush=True); sys.stdin.read()"
)

SLEEPER = [sys.executable, "-c", "import sys; sys.stdin.read()"]


def test_a_process_id_survives_being_written() -> None:
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


def test_a_process_that_is_gone_is_dead() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait(120)
    assert not ProcessId.of(child.pid).is_alive()


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock of a worker until its input ends."""
    command = [sys.executable, "-c", LOCK_HOLDER, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "True\n"
        yield child
        child.kill()


def test_a_worker_is_known_by_its_lock(tmp_path: Path, worker: subprocess.Popen[str]) -> None:
    found = find_live_worker(None, tmp_path)
    assert found is not None
    assert found.pid == worker.pid
    assert find_live_worker(str(found), tmp_path) == ProcessId.parse(str(found))
    clock_was_set = str(replace(found, started=1.0))
    assert find_live_worker(clock_was_set, tmp_path) == found
    another = str(ProcessId.current())
    assert find_live_worker(another, tmp_path) == found


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_lock_is_free_when_its_worker_has_ended(
    tmp_path: Path, worker: subprocess.Popen[str], end: signal.Signals
) -> None:
    worker.send_signal(end)
    wait_for(lambda: worker_lock_holder(tmp_path) is None)
    assert find_live_worker(None, tmp_path) is None


def test_a_run_has_one_worker(tmp_path: Path, worker: subprocess.Popen[str]) -> None:
    second = subprocess.run(
        [sys.executable, "-c", LOCK_HOLDER, str(tmp_path)], capture_output=True, text=True, check=True,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert second.stdout == "False\n"
    assert worker_lock_holder(tmp_path) == (platform.node(), worker.pid)


def test_who_looks_at_a_lock_is_no_worker(tmp_path: Path) -> None:
    """It would be waited for in place of the worker, and ended in its place by a stop."""
    assert worker_lock_holder(tmp_path) is None
    (tmp_path / LOCK_FILE).touch(0o400)
    with (tmp_path / LOCK_FILE).open() as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        assert worker_lock_holder(tmp_path) is None


def test_the_pid_of_the_last_worker_is_not_taken_for_that_of_the_next(tmp_path: Path) -> None:
    """The next one has the lock, but has not written its pid yet."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait(120)
    (tmp_path / LOCK_FILE).write_text(f"{platform.node()}/{child.pid}")
    with (tmp_path / LOCK_FILE).open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert worker_lock_holder(tmp_path) == ("", 0)
        found = find_live_worker(None, tmp_path)
    assert found is not None
    assert not found.is_local


def test_a_worker_without_a_lock_is_known_by_its_process(tmp_path: Path) -> None:
    """An older netlab started it, or it has not come to its lock yet."""
    mine = ProcessId.current()
    assert find_live_worker(str(mine), tmp_path) == ProcessId.parse(str(mine))
    assert find_live_worker(str(replace(mine, started=1.0)), tmp_path) is None


def test_a_file_system_without_locks_leaves_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_file: int, _kind: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with hold_worker_lock(tmp_path) as held:
        assert held
        assert worker_lock_holder(tmp_path) is None
        mine = str(ProcessId.current())
        assert find_live_worker(mine, tmp_path) == ProcessId.parse(mine)


def test_a_worker_of_another_machine_lives_while_its_file_grows(tmp_path: Path) -> None:
    far = replace(ProcessId.current(), host="another machine")
    events = tmp_path / EVENT_FILE
    assert not far.is_alive()
    assert find_live_worker(str(far), tmp_path) is None
    events.touch()
    assert find_live_worker(str(far), tmp_path) == far
    long_ago = time.time() - 3600
    os.utime(events, (long_ago, long_ago))
    assert find_live_worker(str(far), tmp_path) is None


def test_a_child_finds_this_netlab_from_anywhere(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-P", "-c", "import netlab; print(netlab.__file__)"],
        env=start_worker.child_environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(said.stdout.strip()).parent == PACKAGE


def test_a_module_path_that_is_set_already_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    assert start_worker.child_environment()["PYTHONPATH"].split(os.pathsep)[-1] == "/somewhere"


def test_an_installed_netlab_needs_no_module_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setattr("site.getsitepackages", lambda: [str(PACKAGE.parent)])
    assert "PYTHONPATH" not in start_worker.child_environment()


def test_workers_at_once_share_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("psutil.cpu_count", lambda **_: 8)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(16)), raising=False)
    assert [start_worker.threads_per_worker(jobs) for jobs in (1, 2, 3, 16)] == [None, 4, 2, 1]
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2}, raising=False)
    assert start_worker.threads_per_worker(2) == 1


def test_the_tail_of_a_log_is_its_last_lines_that_are_not_blank(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    assert start_worker.log_tail(log) == []
    log.write_bytes(b"first\nsecond \xff\n\nthird\n   \n")
    assert start_worker.log_tail(log) == ["third"]
    assert start_worker.log_tail(log, 2) == ["second \ufffd", "third"]
