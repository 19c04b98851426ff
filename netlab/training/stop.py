"""Stop requests: SIGTERM and SIGINT set a flag that the training loop checks after each step."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from types import FrameType


@dataclass
class StopFlag:
    """Whether a stop was requested."""

    requested: bool = False

    def install_handlers(self) -> None:
        """Set the flag at SIGTERM and SIGINT."""

        def request_stop(_signal: int, _frame: FrameType | None) -> None:
            self.requested = True

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, request_stop)
