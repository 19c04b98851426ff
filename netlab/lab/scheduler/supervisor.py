"""Getting runs done: one process at a time supervises a lab, others wait and watch.

Whoever has the lead (`netlab.lab.scheduler.supervisor_lock`) supervises: it alone takes events in and starts workers,
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

from netlab.lab.db.connection import LabUnavailableError
from netlab.lab.process_id import ProcessId
from netlab.lab.records import Entry
from netlab.lab.scheduler.launch import WorkerCommand, worker_command
from netlab.lab.scheduler.outcome import SupervisorOutcome
from netlab.lab.scheduler.supervisor_lock import POLL_INTERVAL_S, SupervisorLock
from netlab.lab.scheduler.workers import WorkerPool
from netlab.lab.store import Lab

OnChange = Callable[[Sequence[Entry]], None]

LAB_RETRY_TIMEOUT_S = 60.0
"""Seconds that a supervisor without workers bears a lab that cannot be written."""

log = logging.getLogger(__name__)


def supervise(
    lab: Lab,
    entries: Sequence[Entry],
    *,
    device: str | None = None,
    jobs: int = 1,
    on_change: OnChange = lambda _: None,
    command: WorkerCommand = worker_command,
    poll_interval: float = POLL_INTERVAL_S,
) -> SupervisorOutcome:
    """Get the runs of `entries` done and say how they ended.

    Runs that were stopped, paused or interrupted go on from their checkpoint, those that are just
    being stopped once they have; done, failed and diverged ones stay as they are. `jobs` workers
    train at once on `device`, by default the one last asked for, else `auto`. `listener` is given
    the entries anew whenever something has changed. Ctrl-C asks the workers to stop and waits for
    their checkpoints; a second one leaves at once, and they stop by themselves. What another live
    command wants too goes on. Raises `LabError` where the lab cannot be written.
    """
    watch = _ChangeNotifier(lab, entries, on_change)
    with _count_interrupts() as presses:
        me = ProcessId.current()
        again = lab.queue.request(watch.runs, me, device)
        try:
            _run_loop(
                lab,
                watch,
                me,
                presses,
                WorkerPool(lab, jobs=jobs, command=command),
                poll_interval,
                again,
            )
        finally:
            with contextlib.suppress(LabUnavailableError):
                lab.queue.cancel(me)
        watch.poll()
        return SupervisorOutcome(tuple(watch.entries), interrupted=bool(presses))


def _run_loop(
    lab: Lab,
    watch: _ChangeNotifier,
    me: ProcessId,
    presses: list[int],
    workers: WorkerPool,
    tick: float,
    again: Sequence[str],
) -> None:
    mine: Sequence[str] = watch.runs
    leaving = False
    trouble = _RetryWindow(lab)
    with SupervisorLock(lab) as lead:
        # One who leaves does not wait for what others have queued again meanwhile.
        while again or lab.queue.any_active(mine, include_queued=not leaving):
            if presses and not leaving:
                mine, leaving, again = _cancel(lab, me, workers, mine), True, ()
                continue
            if len(presses) > 1:
                return
            with trouble.tolerate(workers):
                again = _requeue_stopped(lab, again, me)
                if lead.try_acquire(workers):
                    workers.step(starting=not leaving)
            watch.poll()
            time.sleep(tick)
        workers.join_finished()


def _requeue_stopped(lab: Lab, runs: Sequence[str], me: ProcessId) -> Sequence[str]:
    """Queue again those of `runs` that have been stopped by now; the ones that are about to be."""
    found = lab.runs.by_id(runs) if runs else {}
    stopped = [run for run in found if found[run].state != "running"]
    if stopped:
        lab.queue.request(stopped, me, None)
    return [run for run in found if run not in stopped]


def _cancel(lab: Lab, me: ProcessId, workers: WorkerPool, mine: Sequence[str]) -> Sequence[str]:
    """Take the wishes of this process back; the runs whose workers now stop."""
    log.warning("stopping: workers write their checkpoints; Ctrl-C again leaves at once")
    try:
        return lab.queue.interrupt(me)
    except LabUnavailableError as fault:
        # The workers must hear of Ctrl-C also when the lab cannot.
        log.warning("%s", fault)
        stopping = [run for run in mine if run in workers.workers]
        for run in stopping:
            workers.request_stop(run)
        return stopping


class _ChangeNotifier:
    """Tells a listener of its entries whenever the lab has changed."""

    def __init__(self, lab: Lab, entries: Sequence[Entry], listener: OnChange) -> None:
        self.lab = lab
        self.entries = list(entries)
        self.runs = list(dict.fromkeys(entry.run.id for entry in entries))
        self._on_change = listener
        self._stamp: tuple[int, int] | None = None

    def poll(self) -> None:
        """Tell the listener, if anything was written since the last look."""
        with self.lab.reading() as conn:
            stamp = (conn.execute("PRAGMA data_version").fetchone()[0], conn.total_changes)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        runs = self.lab.runs.by_id(self.runs)
        self.entries = [
            Entry(entry.study, entry.variant, runs[entry.run.id])
            for entry in self.entries
            if entry.run.id in runs
        ]
        self._on_change(self.entries)


class _RetryWindow:
    """Bears a lab that cannot be written for a while: events wait in their files."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._since: float | None = None

    @contextlib.contextmanager
    def tolerate(self, crew: WorkerPool) -> Iterator[None]:
        """Bear trouble in the body; raise it after all where no worker is left to wait for."""
        try:
            yield
            self._since = None
        except LabUnavailableError as fault:
            now = time.monotonic()
            if self._since is None:
                self._since = now
                log.warning("%s; training goes on, its events are taken in later", fault)
            if not crew.workers and now - self._since > LAB_RETRY_TIMEOUT_S:
                raise


@contextlib.contextmanager
def _count_interrupts() -> Iterator[list[int]]:
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
