"""Writing down what has become of runs whose supervisor died."""

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
    """The lab has the true states of its runs, unless it cannot be written."""


class LabReconciler:
    """Has the lab reconciled whenever other runs are in question. `screen` gets `LabReconciled`."""

    def __init__(self, lab: Path, screen: MessagePump) -> None:
        self._lab = lab
        self._screen = screen
        self._runs: frozenset[str] = frozenset()

    def check(self, runs: frozenset[str]) -> None:
        """Reconcile if these are other runs than the last time."""
        if runs != self._runs:
            self._runs = runs
            self.check_again()

    def check_again(self) -> None:
        """Reconcile if any runs are in question."""
        if self._runs:
            run_in_background(lambda: reconcile_lab(self._lab), self._screen)

    def forget(self) -> None:
        """Let the next runs in question count as other runs."""
        self._runs = frozenset()


def reconcile_lab(lab: Path) -> LabReconciled:
    """Store true states, so that readers who see no processes see them. Not on the event loop."""
    from netlab.lab.db.connection import LabUnavailableError, ReadOnlyLabError
    from netlab.lab.scheduler.reconcile import reconcile
    from netlab.lab.store import Lab

    try:
        with Lab.open(lab) as opened:
            reconcile(opened)
    except (ReadOnlyLabError, LabUnavailableError):
        log.debug("%s: true states are shown, not written", lab)
    return LabReconciled()
