"""Commands that the app has others do: what becomes of them, and what they say."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from lab_studies import wait_for

from netlab.lab.process_id import ProcessId
from netlab.lab.scheduler import start_worker
from netlab.lab.scheduler.start_worker import child_environment
from tui.background.netlab_command import CommandResult, NetlabCommand, run_netlab

APP = """
import sys
from pathlib import Path
from netlab.lab.scheduler import start_worker
start_worker.python_command = lambda *_: [sys.executable, "-c", sys.argv[1]]
from tui.background.netlab_command import run_netlab
run_netlab(Path("lab.db"), [])
"""
"""Stands in for an app that has a command run."""

COMMAND = """
import os, sys, time
from pathlib import Path
app = os.getppid()
Path("begun").touch()
while os.getppid() == app:
    time.sleep(0.01)
print("mine: 8 runs", file=sys.stderr, flush=True)
print("the table", flush=True)
Path("done").touch()
"""
"""Speaks once the app that began it is gone."""


def test_a_command_goes_on_where_the_app_ends_before_it(tmp_path: Path) -> None:
    app = subprocess.Popen(
        [sys.executable, "-c", APP, COMMAND], cwd=tmp_path, env=child_environment()
    )
    wait_for((tmp_path / "begun").exists)
    app.kill()
    app.wait()
    wait_for((tmp_path / "done").exists)


def test_a_command_that_cannot_be_started_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "netlab.lab.scheduler.start_worker.python_command", lambda *_: [str(tmp_path / "none")]
    )
    said = run_netlab(tmp_path / "lab.db", ["runs"])
    assert said.problem == "it cannot be started: No such file or directory"


TIMER = """
import subprocess, sys, time
from pathlib import Path
stubborn = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", stubborn], start_new_session=True)
try:
    Path("child").write_text(str(child.pid))
    time.sleep(600)
except KeyboardInterrupt:
    if sys.argv[1:] == ["stubborn"]:
        time.sleep(600)
    child.kill()
    child.wait()
    sys.exit(130)
"""
"""Has a process of its own at work, as `netlab time` has, and may not heed Ctrl-C."""


@pytest.mark.parametrize(("how", "patience", "code"), [("", 60.0, 130), ("stubborn", 0.05, -9)])
def test_an_interrupted_command_leaves_no_process_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, patience: float, code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        start_worker, "python_command", lambda *_: [sys.executable, "-c", TIMER, how]
    )
    command = NetlabCommand(Path("lab.db"), ["time"])
    command.interrupt()  # it has not begun: there is nothing to end yet
    command = NetlabCommand(Path("lab.db"), ["time"])
    said: list[CommandResult] = []
    thread = threading.Thread(target=lambda: said.append(command.run()))
    thread.start()
    wait_for(lambda: (tmp_path / "child").exists() and (tmp_path / "child").read_text())
    command.interrupt(patience)
    thread.join(60)
    assert [one.exit_code for one in said] == [code]
    pid = int((tmp_path / "child").read_text())
    wait_for(lambda: not ProcessId.of(pid).is_alive())


def test_a_command_that_is_not_wanted_any_more_ends_as_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wait = "import time; time.sleep(600)"
    monkeypatch.setattr(start_worker, "python_command", lambda *_: [sys.executable, "-c", wait])
    command = NetlabCommand(Path("lab.db"), ["time"])
    command.interrupt()
    assert command.run().exit_code != 0
