"""Asking a run to stop: SIGTERM and SIGINT set a flag that is looked at after each step."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from types import FrameType


@dataclass
class StopFlag:
    """Whether the run was asked to stop."""

    requested: bool = False

    def install_handlers(self) -> None:
        """Take SIGTERM and SIGINT of this process as such a request."""

        def ask(_signal: int, _frame: FrameType | None) -> None:
            self.requested = True

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask)
