"""Results, seeds and states of runs, for tables and verdicts."""

from __future__ import annotations

import math
from collections.abc import Iterable

from netlab.lab.records import Run
from netlab.lab.run_state import FAILURE_REASONS


def results_by_seed(runs: Iterable[Run], measure: str) -> dict[int, float]:
    """The finite results of the finished runs; those of unfinished runs do not count."""
    found = {run.seed: run.results.get(measure) for run in runs if run.state == "done"}
    return {seed: one for seed, one in found.items() if one is not None and math.isfinite(one)}


def format_seeds(seeds: Iterable[int], noun: str = "seed") -> str:
    """`seed 2`, `seeds 0, 2`, `seeds 0–2`: three or more in a row become a range."""
    numbers = sorted(seeds)
    if len(numbers) == 1:
        return f"{noun} {numbers[0]}"
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{noun}s {numbers[0]}–{numbers[-1]}"
    return f"{noun}s {', '.join(map(str, numbers))}"


def describe_state(run: Run) -> str:
    """The state of a run that is not done: `running, epoch 4 of 12`."""
    epoch = min(run.epoch + 1, run.epochs)
    if run.state == "running":
        return f"running, epoch {epoch} of {run.epochs}"
    if run.state == "diverged":
        return f"diverged in epoch {epoch}"
    if run.state == "failed":
        return FAILURE_REASONS.get(run.reason or "", "failed")
    if run.state == "queued":
        return "queued"
    return f"{run.state} after epoch {run.epoch} of {run.epochs}"


def describe_unfinished(runs: Iterable[Run]) -> str:
    """`seed 2: out of memory; seeds 3, 4: queued`; empty where every run is done."""
    planned = list(runs)
    if not planned:
        return "not run"
    seeds: dict[str, list[int]] = {}
    for run in planned:
        if run.state != "done":
            seeds.setdefault(describe_state(run), []).append(run.seed)
    return "; ".join(f"{format_seeds(own)}: {state}" for state, own in seeds.items())


def capitalize(text: str) -> str:
    """`text` with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]
