"""Stores the true states of runs whose supervisor died."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from textual.message import Message
from textual.message_pump import MessagePump

from tui.background.jobs import run_in_background

log = logging.getLogger(__name__)


@dataclass
class LabReconciled(Message):
    """The lab now has the true states of its runs, unless it cannot be written."""


class LabReconciler:
    """Reconciles the lab when the set of stale runs changes; posts `LabReconciled` to `screen`."""

    def __init__(self, lab: Path, screen: MessagePump) -> None:
        self._lab = lab
        self._screen = screen
        self._runs: frozenset[str] = frozenset()

    def check(self, runs: frozenset[str]) -> None:
        """Reconcile if the stale `runs` differ from those of the last call."""
        if runs != self._runs:
            self._runs = runs
            self.check_again()

    def check_again(self) -> None:
        """Reconcile again if the last call of `check` had any stale runs."""
        if self._runs:
            run_in_background(lambda: reconcile_lab(self._lab), self._screen)

    def forget(self) -> None:
        """Forget the stale runs, so that the next `check` with any runs reconciles."""
        self._runs = frozenset()


def reconcile_lab(lab: Path) -> LabReconciled:
    """Store true states for readers that cannot check processes. Call it in a thread."""
    from netlab.lab.db.connection import LabUnavailableError, ReadOnlyLabError
    from netlab.lab.scheduler.reconcile import reconcile
    from netlab.lab.store import Lab

    try:
        with Lab.open(lab) as opened:
            reconcile(opened)
    except (ReadOnlyLabError, LabUnavailableError):
        log.debug("%s: true states are shown, not written", lab)
    return LabReconciled()
