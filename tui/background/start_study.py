"""Starts a study with `netlab run … --detach`, so that the app does not import torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual.message import Message

from tui.background.netlab_command import CommandResult, run_netlab


@dataclass(frozen=True)
class StartOptions:
    """The options of `netlab run`: those that override the recipe, and how to train."""

    seeds: tuple[int, ...] = ()
    epochs: int | None = None
    data: str | None = None
    protocol: str | None = None
    device: str = "auto"
    jobs: int = 1
    retry_failed: bool = False
    again: bool = False
    quick: bool = False
    """Train the quick version of the recipe."""

    def to_args(self) -> list[str]:
        args = ["--device", self.device, "--jobs", str(self.jobs)]
        if self.seeds:
            args += ["--seeds", ",".join(map(str, self.seeds))]
        for name in ("epochs", "data", "protocol"):
            value = getattr(self, name)
            if value is not None:
                args += [f"--{name}", str(value)]
        args += ["--retry-failed"] * self.retry_failed
        args += ["--quick"] * self.quick
        return [*args, *["--again"] * self.again]


@dataclass
class StartEnded(Message):
    """The command that starts a study has ended; `result.problem` is why it failed, if so."""

    name: str
    result: CommandResult


def run_detached(lab: Path, recipe: str, options: StartOptions) -> StartEnded:
    """Queue the runs of `recipe` and start their supervisor. Takes seconds: use a thread."""
    result = run_netlab(lab, ["run", recipe, "--detach", *options.to_args()])
    return StartEnded(Path(recipe).stem, result)
