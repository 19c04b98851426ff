"""Ctrl-C is not lost in modules that pass over what is raised while they are imported."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from netlab.cli.shared.import_interrupts import exit_on_ctrl_c_in_imports

DEAF = """
import signal
try:
    signal.raise_signal(signal.SIGINT)
except BaseException:
    pass
"""
COMMAND = """
import click
from netlab.cli import main
@click.command()
def blocks():
    import deaf
    print("went on")
main.LazyGroup.get_command = lambda *_: blocks
main.main(["blocks"])
"""


def test_a_module_cannot_swallow_it(tmp_path: Path) -> None:
    (tmp_path / "deaf.py").write_text(DEAF)
    done = subprocess.run(
        [sys.executable, "-c", COMMAND], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "netlab: interrupted\n")


def test_elsewhere_it_interrupts_as_always() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), exit_on_ctrl_c_in_imports():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
