"""Executing runs: one process at a time supervises a lab, and the others wait and watch.

The process that holds the supervisor's lock ingests events and starts workers, for the queued runs
of all commands in queue order. When that process ends, its lock is released and the next waiting
command takes over; this does not affect the workers.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import FrameType

from netlab.lab.db.connection import LabUnavailableError, first_value
from netlab.lab.process_id import ProcessId
from netlab.lab.records import Entry
from netlab.lab.scheduler.start_worker import WorkerCommand, worker_command
from netlab.lab.scheduler.supervisor_lock import POLL_INTERVAL_S, SupervisorLock
from netlab.lab.scheduler.workers import WorkerPool
from netlab.lab.store import Lab

OnChange = Callable[[Sequence[Entry]], None]

LAB_RETRY_TIMEOUT_S = 60.0
"""How long a supervisor without workers waits for a lab that cannot be written."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SupervisorOutcome:
    """The runs as they were when the command stopped waiting for them."""

    entries: tuple[Entry, ...]
    interrupted: bool = False
    """Whether the user pressed Ctrl-C."""

    @property
    def done(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.run.state == "done")

    @property
    def unfinished(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.run.state != "done")

    @property
    def exit_code(self) -> int:
        """0 if every run is done, 1 if any is not, 130 after Ctrl-C."""
        if self.interrupted:
            return 130
        return 1 if self.unfinished else 0


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
    """Execute the runs of `entries`, and return their final states.

    Stopped, paused and interrupted runs resume from their checkpoint; runs that are stopping now
    resume after that. Done, failed and diverged runs stay as they are. `jobs` workers train in
    parallel, on `device` or else the device last requested or `auto`. `on_change` is called with
    the entries after each change. Ctrl-C stops the workers and waits for their checkpoints; a
    second Ctrl-C does not wait. Runs that another live command has requested continue. Raises
    `LabError` if the lab cannot be written.
    """
    notifier = _ChangeNotifier(lab, entries, on_change)
    workers = WorkerPool(lab, jobs=jobs, command=command)
    retry_window = _RetryWindow()
    with _count_interrupts() as interrupts:
        requests = _Requests(lab, notifier.runs, device)
        try:
            with SupervisorLock(lab) as lock:
                while requests.pending():
                    if interrupts and not requests.interrupted:
                        requests.interrupt(workers)
                        continue
                    if len(interrupts) > 1:
                        break
                    with retry_window.tolerate(workers):
                        requests.renew()
                        if lock.try_acquire(workers):
                            workers.step(starting=not requests.interrupted)
                    notifier.poll()
                    time.sleep(poll_interval)
                else:
                    workers.join_finished()
        finally:
            requests.cancel()
        notifier.poll()
        return SupervisorOutcome(tuple(notifier.entries), interrupted=bool(interrupts))


class _Requests:
    """The runs that this process waits for: all, but after Ctrl-C only those that are stopping."""

    def __init__(self, lab: Lab, runs: Sequence[str], device: str | None) -> None:
        self._lab = lab
        self._me = ProcessId.current()
        self._runs = runs
        self._stopping: Sequence[str] = lab.queue.request(runs, self._me, device)
        """Runs that are stopping by an earlier request; requested again once they have stopped."""
        self.interrupted = False

    def pending(self) -> bool:
        # After Ctrl-C, do not wait for runs that other commands have queued again since.
        return bool(self._stopping) or self._lab.queue.any_active(
            self._runs, include_queued=not self.interrupted
        )

    def renew(self) -> None:
        """Request again the runs that were stopping and have now stopped."""
        if not self._stopping:
            return
        found = self._lab.runs.by_id(self._stopping)
        stopped = [run for run in found if found[run].state != "running"]
        if stopped:
            self._lab.queue.request(stopped, self._me)
        self._stopping = [run for run in found if run not in stopped]

    def interrupt(self, workers: WorkerPool) -> None:
        """Take the requests back after Ctrl-C, and wait only for runs whose workers now stop."""
        log.warning("stopping: workers write their checkpoints; Ctrl-C again leaves at once")
        self.interrupted, self._stopping = True, ()
        try:
            self._runs = self._lab.queue.interrupt(self._me)
        except LabUnavailableError as error:
            # Ctrl-C must reach the workers even if it cannot be written to the lab.
            log.warning("%s", error)
            self._runs = [run for run in self._runs if run in workers.workers]
            for run in self._runs:
                workers.request_stop(run)

    def cancel(self) -> None:
        with contextlib.suppress(LabUnavailableError):
            self._lab.queue.cancel(self._me)


class _ChangeNotifier:
    """Calls `on_change` with the entries whenever the lab has changed."""

    def __init__(self, lab: Lab, entries: Sequence[Entry], on_change: OnChange) -> None:
        self.entries = list(entries)
        self.runs = list(dict.fromkeys(entry.run.id for entry in entries))
        self._lab = lab
        self._on_change = on_change
        self._version: tuple[int, int] | None = None

    def poll(self) -> None:
        """Read the entries again if anything was written to the lab since the last call."""
        with self._lab.reading() as conn:
            version = (first_value(conn, "PRAGMA data_version"), conn.total_changes)
        if version == self._version:
            return
        self._version = version
        runs = self._lab.runs.by_id(self.runs)
        self.entries = [
            Entry(entry.study, entry.variant, runs[entry.run.id])
            for entry in self.entries
            if entry.run.id in runs
        ]
        self._on_change(self.entries)


class _RetryWindow:
    """Tolerates a lab that cannot be written for a while; events stay in their files until then."""

    def __init__(self) -> None:
        self._since: float | None = None

    @contextlib.contextmanager
    def tolerate(self, workers: WorkerPool) -> Iterator[None]:
        """Swallow `LabUnavailableError`; re-raise it after 60 s if no worker is left."""
        try:
            yield
            self._since = None
        except LabUnavailableError as error:
            now = time.monotonic()
            if self._since is None:
                self._since = now
                log.warning("%s; training goes on, its events are ingested later", error)
            if not workers.workers and now - self._since > LAB_RETRY_TIMEOUT_S:
                raise


@contextlib.contextmanager
def _count_interrupts() -> Iterator[list[int]]:
    """A list to which each Ctrl-C adds an item; Ctrl-C has no other effect in the body."""
    interrupts: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield interrupts
        return

    def count(number: int, _frame: FrameType | None) -> None:
        interrupts.append(number)

    before = signal.signal(signal.SIGINT, count)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)
