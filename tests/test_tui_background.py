"""Commands that the app has others do: what becomes of them, and what they say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from lab_studies import eventually

from netlab.lab.launch import environment
from tui.background import run_netlab

APP = """
import sys
from pathlib import Path
from netlab.lab import launch
launch.python = lambda *_: [sys.executable, "-c", sys.argv[1]]
from tui.background import run_netlab
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
    app = subprocess.Popen([sys.executable, "-c", APP, COMMAND], cwd=tmp_path, env=environment())
    eventually((tmp_path / "begun").exists)
    app.kill()
    app.wait()
    eventually((tmp_path / "done").exists)


def test_a_command_that_cannot_be_started_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netlab.lab.launch.python", lambda *_: [str(tmp_path / "none")])
    said = run_netlab(tmp_path / "lab.db", ["runs"])
    assert said.problem == "it cannot be started: No such file or directory"
