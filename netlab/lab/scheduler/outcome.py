"""How the runs that a command asked for ended."""

from __future__ import annotations

from dataclasses import dataclass

from netlab.lab.records import Entry


@dataclass(frozen=True)
class SupervisorOutcome:
    """The runs as they were when the command stopped waiting for them."""

    entries: tuple[Entry, ...]
    interrupted: bool = False
    """Whether Ctrl-C ended the waiting."""

    @property
    def done(self) -> tuple[Entry, ...]:
        """Those with a result."""
        return tuple(entry for entry in self.entries if entry.run.state == "done")

    @property
    def unfinished(self) -> tuple[Entry, ...]:
        """Those without one, for whatever reason."""
        return tuple(entry for entry in self.entries if entry.run.state != "done")

    @property
    def exit_code(self) -> int:
        """0 if every run is done, 1 if some is not, 130 after Ctrl-C."""
        if self.interrupted:
            return 130
        return 1 if self.unfinished else 0
