"""Fixtures for all tests: nothing touches the user's home, the network or the committed lab."""

from __future__ import annotations

import gc
import os
import signal

# Tests run one process a core, so torch must not start more threads; workers inherit it.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A script's background job ignores Ctrl-C; here, as in a shell, it interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

from collections.abc import Generator
from pathlib import Path

import pytest
from cli_helpers import Shell


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for garbage seldom, and only among what tests make: all that they import stays."""
    gc.disable()
    result = yield
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    gc.enable()
    return result


@pytest.fixture(autouse=True)
def _isolated_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NETLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NETLAB_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("NETLAB_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NETLAB_DB", raising=False)


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """Runs `netlab` in an empty folder."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Shell(folder, capsys)
