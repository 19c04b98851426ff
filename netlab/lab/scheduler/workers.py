"""The worker processes of a supervisor: adopting, polling, stopping and starting them."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from netlab.events import EVENT_FILE, read_events
from netlab.lab.db.apply_events import ColumnValues
from netlab.lab.db.connection import DISK_FULL_ERRORS, disk_error
from netlab.lab.process_id import ProcessId
from netlab.lab.records import Run
from netlab.lab.scheduler.exit_status import state_after_exit
from netlab.lab.scheduler.start_worker import WorkerCommand, start_worker, worker_command
from netlab.lab.store import Lab
from netlab.lab.worker_liveness import find_live_worker

SIGTERM_TIMEOUT_S = 60.0
"""How long a worker may take to write its checkpoint and exit before it is killed."""

WORKER_EXIT_TIMEOUT_S = 60.0
"""How long a worker may take to exit after its last event."""

log = logging.getLogger(__name__)


@dataclass
class WorkerProcess:
    """One process that trains one run; it is a `child` if this process started it."""

    run: str
    folder: Path
    process_id: ProcessId | None
    child: subprocess.Popen[bytes] | None = None
    offset: int = 0
    """How many bytes of the event file the lab has ingested."""
    stop_sent_at: float | None = None
    """When SIGTERM was sent, on the monotonic clock."""
    registered: bool = False
    """Whether `process_id` is stored in the lab."""

    def has_exited(self) -> bool:
        if self.child is not None:
            return self.child.poll() is not None
        return self._find_alive() is None

    @property
    def event_file(self) -> Path:
        return self.folder / EVENT_FILE

    def signal(self, what: signal.Signals) -> None:
        """Send a signal to the process if it is alive and on this machine."""
        if self.child is not None:
            self.child.send_signal(what)
        elif (process := self._find_alive()) is not None and process.is_local:
            os.kill(process.pid, what)

    def _find_alive(self) -> ProcessId | None:
        return find_live_worker(str(self.process_id) if self.process_id else None, self.folder)


class WorkerPool:
    """The workers of a lab, managed by its one supervisor.

    Call `adopt_orphans` first, then `step` repeatedly. If they raise `LabUnavailableError`,
    nothing is lost, because events stay in their file until the lab has ingested them.
    """

    def __init__(self, lab: Lab, *, jobs: int = 1, command: WorkerCommand = worker_command) -> None:
        self.lab = lab
        self.jobs = jobs
        self.command = command
        self.workers: dict[str, WorkerProcess] = {}

    def adopt_orphans(self) -> None:
        """Take over the workers of an earlier supervisor, and record what became of dead ones."""
        for run in self.lab.queue.running():
            folder = self.lab.run_folder(run.id)
            process = find_live_worker(run.worker, folder)
            registered = str(process) == run.worker
            self.workers[run.id] = WorkerProcess(run.id, folder, process, registered=registered)
        self.poll()
        self.lab.queue.interrupt_orphaned()

    def step(self, *, starting: bool) -> None:
        """Ingest events, stop runs with a stop request and, if `starting`, start queued runs."""
        self.poll()
        self.apply_stop_requests()
        if starting:
            self.start_queued()

    def poll(self) -> None:
        """Ingest the events of all workers; record the end of runs whose worker has exited."""
        for worker in list(self.workers.values()):
            # Check before reading: if it has exited, the file then has all of its events.
            exited = worker.has_exited()
            if worker.process_id is not None and not worker.registered:
                self.lab.queue.set_worker(worker.run, worker.process_id)
                worker.registered = True
            self._ingest_events(worker)
            if exited:
                self._record_exit(worker)
                del self.workers[worker.run]

    def apply_stop_requests(self) -> None:
        """Stop the workers of the running runs that have a stop request."""
        for run in self.lab.queue.stop_requests():
            if run in self.workers:
                self.request_stop(run)

    def request_stop(self, run: str) -> None:
        """Tell the worker of `run` to write a checkpoint and exit; after 60 s, a call kills it."""
        worker = self.workers[run]
        now = time.monotonic()
        if worker.stop_sent_at is None:
            worker.stop_sent_at = now
            worker.signal(signal.SIGTERM)
        elif now - worker.stop_sent_at > SIGTERM_TIMEOUT_S:
            worker.signal(signal.SIGKILL)

    def start_queued(self) -> None:
        """Start queued runs, in queue order, until `jobs` workers are alive."""
        free = self.jobs - len(self.workers)
        if free <= 0:
            return
        self.lab.queue.interrupt_orphaned()
        for run in self.lab.queue.queued(free):
            self._start(run)

    def join_finished(self) -> None:
        """Wait for the workers whose run has ended to exit, up to 60 s for each."""
        runs = self.lab.runs.by_id(self.workers)
        for worker in list(self.workers.values()):
            run = runs.get(worker.run)
            if worker.child is not None and (run is None or run.finished):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    worker.child.wait(WORKER_EXIT_TIMEOUT_S)

    def _start(self, run: Run) -> None:
        folder = self.lab.run_folder(run.id)
        if run.worker and find_live_worker(run.worker, folder):
            # The run's previous worker has written its final event, but has not exited yet.
            return
        worker = WorkerProcess(run.id, folder, None)
        self._ingest_events(worker)
        if not self.lab.queue.mark_running(run.id):
            return
        self.workers[run.id] = worker
        try:
            worker.child = start_worker(folder, run, jobs=self.jobs, command=self.command)
        except OSError as error:
            self._update(run.id, _launch_failure(error, folder))
            del self.workers[run.id]
            return
        worker.process_id = ProcessId.of(worker.child.pid)
        self.lab.queue.set_worker(run.id, worker.process_id)
        worker.registered = True

    def _ingest_events(self, worker: WorkerProcess) -> None:
        if not worker.event_file.exists() or worker.event_file.stat().st_size <= worker.offset:
            return
        events, offset = read_events(worker.event_file, worker.offset)
        if events:
            self.lab.runs.ingest(worker.run, events)
        worker.offset = offset

    def _record_exit(self, worker: WorkerProcess) -> None:
        # A run may be removed between its final event and the exit of its worker.
        run = self.lab.runs.by_id([worker.run]).get(worker.run)
        if run is None or run.state != "running":
            return
        code = worker.child.returncode if worker.child else None
        self._update(run.id, state_after_exit(vars(run), code, worker.folder))

    def _update(self, run: str, changed: ColumnValues) -> None:
        log.debug("run %s: %s", run, changed)
        self.lab.runs.update(run, {**changed, "ended": time.time()})


def _launch_failure(error: OSError, folder: Path) -> ColumnValues:
    return {
        "state": "failed",
        "reason": "disk-full" if error.errno in DISK_FULL_ERRORS else "error",
        "message": f"its worker could not be started: {disk_error(error, folder)}",
    }
