"""The hardware and software of runs, and whether they agree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from netlab.lab.records import Run

COMPARED = {
    "device_name": "hardware",
    "threads": "numbers of threads",
    "precision": "precision",
    "layout": "memory layout",
    "torch": "versions of torch",
    "memory_kind": "kinds of memory",
}
"""What must agree between runs for their figures to be comparable, with its name in a sentence."""


def run_setting(run: Run) -> dict[str, Any]:
    """The hardware and software of a run, by the keys of `COMPARED`; without unknown values."""
    known = {
        **run.hardware,
        "torch": run.hardware.get("versions", {}).get("torch"),
        "memory_kind": run.memory_kind,
    }
    return {aspect: known[aspect] for aspect in COMPARED if known.get(aspect) is not None}


def common_values(facts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The items that are in all of `facts` with the same value."""
    first, *rest = list(facts) or [{}]
    return {
        name: value
        for name, value in first.items()
        if all(other.get(name) == value for other in rest)
    }
