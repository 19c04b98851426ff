"""Snapshots of a lab, which can be used while it is closed, and what to read for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from netlab.lab.db.run_rows import StudyRows
from tui.lab.event_tail import LogText, RunCurves


@dataclass(frozen=True)
class Subscription:
    """What to read in addition to the list of runs: curves of some runs, the log of one."""

    curves: tuple[str, ...] = ()
    log: str | None = None


@dataclass(frozen=True)
class LabSnapshot:
    """The state of a lab at one moment."""

    groups: tuple[StudyRows, ...] = ()
    """The studies, the last entered first."""
    curves: Mapping[str, RunCurves] = field(default_factory=dict)
    log: LogText | None = None
    problem: str | None = None
    """A sentence on why the snapshot may be old or empty, if so."""
    missing: bool = False
    """Whether the lab file does not exist."""
    stale_runs: frozenset[str] = frozenset()
    """Runs that are queued or running in the lab, but have no process."""
