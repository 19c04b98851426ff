"""How long the study will take: asked of `netlab plan` in a process of its own."""

from __future__ import annotations

import asyncio
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from netlab.lab.scheduler.launch import child_environment, python_command

DEBOUNCE_S = 0.6
"""Seconds for which a study has to stay as it is before its time is worked out."""


@dataclass(frozen=True)
class TimeEstimate:
    """Seconds for the runs that are not done yet, and where that is known from."""

    seconds: float
    source: str


class TimeUnknownError(Exception):
    """The time cannot be told; why, in words."""


def plan_command(lab: Path, recipe: Path, device: str) -> list[str]:
    """The command line that plans a recipe, to be trained on `device`."""
    options = ("--device", device, "--json")
    return python_command("netlab", "--db", str(lab), "plan", str(recipe), *options)


async def estimate_time(recipe: str, lab: Path, device: str = "auto") -> TimeEstimate:
    """The time on `device` for the recipe's runs that `lab` does not hold yet.

    Raises `TimeUnknownError`. Where the task is cancelled, the process is ended.
    """
    with tempfile.TemporaryDirectory(prefix="netlab-") as folder:
        file = Path(folder) / "study.yaml"
        file.write_text(recipe, encoding="utf-8")
        out, err, code = await _run(plan_command(lab, file, device))
    if code:
        lines = err.decode(errors="replace").strip().splitlines()
        raise TimeUnknownError(
            lines[-1].replace(str(file), "the study") if lines else f"exit code {code}"
        )
    try:
        told = json.loads(out)
        return TimeEstimate(float(told["estimated_seconds"]), str(told["estimated_from"]))
    except (ValueError, KeyError, TypeError):
        raise TimeUnknownError("netlab plan gave no time") from None


async def _run(command: list[str]) -> tuple[bytes, bytes, int]:
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=child_environment(),
        )
    except OSError as error:
        raise TimeUnknownError(f"netlab plan cannot be started: {error.strerror}") from None
    try:
        out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return out, err, process.returncode or 0
