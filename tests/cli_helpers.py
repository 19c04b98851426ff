"""Running `netlab` inside a test, as a person would in a shell."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from netlab.cli.main import run_command


@dataclass(frozen=True)
class CommandOutput:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


class Shell:
    """A working directory in which commands are run, with a lab and caches of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def __call__(self, *arguments: str) -> CommandOutput:
        """Run `netlab` with these arguments."""
        self._capsys.readouterr()
        code = run_command(list(arguments))
        printed = self._capsys.readouterr()
        return CommandOutput(code, printed.out, printed.err)
