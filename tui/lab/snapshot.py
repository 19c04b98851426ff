"""A lab at one moment, and what to read of it: values that need no open lab."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from netlab.lab.db.run_rows import StudyRows
from tui.lab.event_tail import LogText, RunCurves


@dataclass(frozen=True)
class Subscription:
    """What to read besides the list: the curves of these runs, and the log of one."""

    curves: tuple[str, ...] = ()
    log: str | None = None


@dataclass(frozen=True)
class LabSnapshot:
    """A lab at one moment."""

    groups: tuple[StudyRows, ...] = ()
    """Studies, the last entered first."""
    curves: Mapping[str, RunCurves] = field(default_factory=dict)
    log: LogText | None = None
    problem: str | None = None
    """One sentence: why the snapshot may be old, or why it is empty."""
    missing: bool = False
    """Whether there is no lab yet."""
    stale_runs: frozenset[str] = frozenset()
    """Runs that the lab still calls queued or running, though no process works on them."""
