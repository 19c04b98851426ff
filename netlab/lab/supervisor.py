"""Getting runs done: one process at a time supervises a lab, others wait and watch.

Whoever has the lead (`netlab.lab.lead`) supervises: it alone takes events in and starts workers,
for every command's queued runs in the order of their entry. The lead goes with its process, so
the next waiting command takes over by itself; workers never notice.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from types import FrameType

from netlab.lab import queue
from netlab.lab.connection import LabUnavailableError
from netlab.lab.crew import Crew
from netlab.lab.launch import Command, worker_command
from netlab.lab.lead import TICK, Lead
from netlab.lab.outcome import Outcome
from netlab.lab.process import Identity
from netlab.lab.records import Entry
from netlab.lab.store import Lab

Listener = Callable[[Sequence[Entry]], None]

ENDURANCE = 60.0
"""Seconds that a supervisor without workers bears a lab that cannot be written."""

log = logging.getLogger(__name__)


def supervise(
    lab: Lab,
    entries: Sequence[Entry],
    *,
    device: str | None = None,
    jobs: int = 1,
    listener: Listener = lambda _: None,
    command: Command = worker_command,
    tick: float = TICK,
) -> Outcome:
    """Get the runs of `entries` done and say how they ended.

    Runs that were stopped, paused or interrupted go on from their checkpoint, those that are just
    being stopped once they have; done, failed and diverged ones stay as they are. `jobs` workers
    train at once on `device`, by default the one last asked for, else `auto`. `listener` is given
    the entries anew whenever something has changed. Ctrl-C asks the workers to stop and waits for
    their checkpoints; a second one leaves at once, and they stop by themselves. What another live
    command wants too goes on. Raises `LabError` where the lab cannot be written.
    """
    watch = _Watch(lab, entries, listener)
    with _ctrl_c() as presses:
        me = Identity.mine()
        again = queue.demand(lab, watch.runs, me, device)
        try:
            _attend(lab, watch, me, presses, Crew(lab, jobs=jobs, command=command), tick, again)
        finally:
            with contextlib.suppress(LabUnavailableError):
                queue.release(lab, me)
        watch.look()
        return Outcome(tuple(watch.entries), interrupted=bool(presses))


def _attend(
    lab: Lab,
    watch: _Watch,
    me: Identity,
    presses: list[int],
    crew: Crew,
    tick: float,
    again: Sequence[str],
) -> None:
    mine: Sequence[str] = watch.runs
    leaving = False
    trouble = _Trouble(lab)
    with Lead(lab) as lead:
        # One who leaves does not wait for what others have queued again meanwhile.
        while again or queue.pending(lab, mine, queued=not leaving):
            if presses and not leaving:
                mine, leaving, again = _leave(lab, me, crew, mine), True, ()
                continue
            if len(presses) > 1:
                return
            with trouble.borne(crew):
                again = _taken_up(lab, again, me)
                if lead.taken(crew):
                    crew.tick(starting=not leaving)
            watch.look()
            time.sleep(tick)
        crew.see_off()


def _taken_up(lab: Lab, runs: Sequence[str], me: Identity) -> Sequence[str]:
    """Queue again those of `runs` that have been stopped by now; the ones that are about to be."""
    found = lab.runs(runs) if runs else {}
    stopped = [run for run in found if found[run].state != "running"]
    if stopped:
        queue.demand(lab, stopped, me, None)
    return [run for run in found if run not in stopped]


def _leave(lab: Lab, me: Identity, crew: Crew, mine: Sequence[str]) -> Sequence[str]:
    """Take the wishes of this process back; the runs whose workers now stop."""
    log.warning("stopping: workers write their checkpoints; Ctrl-C again leaves at once")
    try:
        return queue.withdraw(lab, me)
    except LabUnavailableError as fault:
        # The workers must hear of Ctrl-C also when the lab cannot.
        log.warning("%s", fault)
        stopping = [run for run in mine if run in crew.workers]
        for run in stopping:
            crew.ask(run)
        return stopping


class _Watch:
    """Tells a listener of its entries whenever the lab has changed."""

    def __init__(self, lab: Lab, entries: Sequence[Entry], listener: Listener) -> None:
        self.lab = lab
        self.entries = list(entries)
        self.runs = list(dict.fromkeys(entry.run.id for entry in entries))
        self._listener = listener
        self._stamp: tuple[int, int] | None = None

    def look(self) -> None:
        """Tell the listener, if anything was written since the last look."""
        with self.lab.reading() as conn:
            stamp = (conn.execute("PRAGMA data_version").fetchone()[0], conn.total_changes)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        runs = self.lab.runs(self.runs)
        self.entries = [
            Entry(entry.study, entry.variant, runs[entry.run.id])
            for entry in self.entries
            if entry.run.id in runs
        ]
        self._listener(self.entries)


class _Trouble:
    """Bears a lab that cannot be written for a while: events wait in their files."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._since: float | None = None

    @contextlib.contextmanager
    def borne(self, crew: Crew) -> Iterator[None]:
        """Bear trouble in the body; raise it after all where no worker is left to wait for."""
        try:
            yield
            self._since = None
        except LabUnavailableError as fault:
            now = time.monotonic()
            if self._since is None:
                self._since = now
                log.warning("%s; training goes on, its events are taken in later", fault)
            if not crew.workers and now - self._since > ENDURANCE:
                raise


@contextlib.contextmanager
def _ctrl_c() -> Iterator[list[int]]:
    """A list that grows by one with every Ctrl-C, which then does nothing else."""
    presses: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield presses
        return

    def pressed(number: int, _frame: FrameType | None) -> None:
        presses.append(number)

    before = signal.signal(signal.SIGINT, pressed)
    try:
        yield presses
    finally:
        signal.signal(signal.SIGINT, before)
