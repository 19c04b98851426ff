"""Writing down what has become of runs whose supervisor died."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from textual.message import Message

log = logging.getLogger(__name__)


@dataclass
class LabReconciled(Message):
    """The lab has the true states of its runs, unless it cannot be written."""


def reconcile_lab(lab: Path) -> LabReconciled:
    """Store true states, so that readers who see no processes see them. Not on the event loop."""
    from netlab.lab.db.connection import LabUnavailableError, ReadOnlyLabError
    from netlab.lab.scheduler.supervisor_lock import reconcile
    from netlab.lab.store import Lab

    try:
        with Lab.open(lab) as opened:
            reconcile(opened)
    except (ReadOnlyLabError, LabUnavailableError):
        log.debug("%s: true states are shown, not written", lab)
    return LabReconciled()
