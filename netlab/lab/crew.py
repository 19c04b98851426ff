"""The workers in a supervisor's hands: adopting, following, stopping and starting them."""

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
from netlab.lab import queue
from netlab.lab.connection import disk_fault
from netlab.lab.fold import Facts
from netlab.lab.launch import Command, launch, worker_command
from netlab.lab.process import Identity, busy_elsewhere, live_worker
from netlab.lab.records import Run
from netlab.lab.store import Lab, update
from netlab.lab.verdict import verdict

GRACE = 60.0
"""Seconds that a worker has to write its checkpoint and leave before it is killed."""

FAREWELL = 60.0
"""Seconds that a worker may take to leave after it has told of its end."""

log = logging.getLogger(__name__)


@dataclass
class Worker:
    """One process that trains one run; `child` only where this process started it."""

    run: str
    folder: Path
    identity: Identity | None
    child: subprocess.Popen[bytes] | None = None
    offset: int = 0
    """Bytes of the event file that are in the lab."""
    asked: float | None = None
    """When it was asked to stop, on the monotonic clock."""
    known: bool = False
    """Whether the lab knows its identity."""

    def ended(self) -> bool:
        """Whether the process is gone."""
        if self.child is not None:
            return self.child.poll() is not None
        if self.identity is None:
            return True
        return not (self.identity.alive() or busy_elsewhere(self.identity, self.events))

    @property
    def events(self) -> Path:
        """The event file of its run."""
        return self.folder / EVENT_FILE

    def signal(self, what: signal.Signals) -> None:
        """Send it a signal, if it is still there to take one."""
        if self.child is not None:
            self.child.send_signal(what)
        elif self.identity is not None and self.identity.alive():
            os.kill(self.identity.pid, what)


class Crew:
    """The workers of a lab, held by its one supervisor.

    Only the holder of the supervisor's lock may make one. `adopt` comes first, then `tick`
    again and again. Both may raise `LabUnavailableError` and lose nothing: what a worker said
    stays in its event file until the lab has taken it in.
    """

    def __init__(self, lab: Lab, *, jobs: int = 1, command: Command = worker_command) -> None:
        self.lab = lab
        self.jobs = jobs
        self.command = command
        self.workers: dict[str, Worker] = {}

    def adopt(self) -> None:
        """Find the live workers of an earlier supervisor, take in what was missed, bury the dead."""
        for run in queue.running(self.lab):
            folder = self.lab.run_folder(run.id)
            identity = live_worker(run.worker, folder)
            known = str(identity) == run.worker
            self.workers[run.id] = Worker(run.id, folder, identity, known=known)
        self.follow()
        queue.drop_abandoned(self.lab)

    def tick(self, *, starting: bool) -> None:
        """One look at everything: follow, obey and, where wished, start."""
        self.follow()
        self.obey()
        if starting:
            self.start()

    def follow(self) -> None:
        """Take in what the workers have said, and settle the runs whose worker has ended."""
        for worker in list(self.workers.values()):
            # Asked first: what it said before its end is then all in the file.
            ended = worker.ended()
            if worker.identity is not None and not worker.known:
                queue.hand_over(self.lab, worker.run, worker.identity)
                worker.known = True
            self._take_in(worker)
            if ended:
                self._settle(worker)
                del self.workers[worker.run]

    def obey(self) -> None:
        """Ask workers to stop whose runs shall; kill those that were asked long ago."""
        for run in queue.requests(self.lab):
            if run in self.workers:
                self.ask(run)

    def ask(self, run: str) -> None:
        """Tell the worker of `run` to write a checkpoint and stop; kill it if it will not."""
        worker = self.workers[run]
        now = time.monotonic()
        if worker.asked is None:
            worker.asked = now
            worker.signal(signal.SIGTERM)
        elif now - worker.asked > GRACE:
            worker.signal(signal.SIGKILL)

    def start(self) -> None:
        """Start queued runs, in the order of their entry, while a slot is free."""
        free = self.jobs - len(self.workers)
        if free <= 0:
            return
        queue.drop_abandoned(self.lab)
        for run in queue.waiting(self.lab, free):
            self._start(run)

    def see_off(self) -> None:
        """Wait for workers that have told of their end and are about to leave."""
        settled = self.lab.runs(self.workers)
        for worker in list(self.workers.values()):
            run = settled.get(worker.run)
            if worker.child is not None and (run is None or run.settled):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    worker.child.wait(FAREWELL)

    def _start(self, run: Run) -> None:
        folder = self.lab.run_folder(run.id)
        if run.worker and live_worker(run.worker, folder):
            # Its last worker has said its farewell, but is still about to leave.
            return
        worker = Worker(run.id, folder, None)
        self._take_in(worker)
        if not queue.claim(self.lab, run.id):
            return
        self.workers[run.id] = worker
        try:
            worker.child = launch(folder, run, jobs=self.jobs, command=self.command)
        except OSError as fault:
            self._write(run.id, _unable(fault, folder))
            del self.workers[run.id]
            return
        worker.identity = Identity.of(worker.child.pid)
        queue.hand_over(self.lab, run.id, worker.identity)
        worker.known = True

    def _take_in(self, worker: Worker) -> None:
        if not worker.events.exists() or worker.events.stat().st_size <= worker.offset:
            return
        events, offset = read_events(worker.events, worker.offset)
        if events:
            self.lab.ingest(worker.run, events)
        worker.offset = offset

    def _settle(self, worker: Worker) -> None:
        # One that has told of its end may have been removed before its process was gone.
        run = self.lab.runs([worker.run]).get(worker.run)
        if run is None or run.state != "running":
            return
        code = worker.child.returncode if worker.child else None
        self._write(run.id, verdict(run, code, worker.folder))

    def _write(self, run: str, facts: Facts) -> None:
        log.debug("run %s: %s", run, facts)
        with self.lab.writing() as conn:
            update(conn, run, {**facts, "ended": time.time()})


def _unable(fault: OSError, folder: Path) -> Facts:
    sentence = str(disk_fault(fault, folder))
    full = "no space left" in sentence
    return {
        "state": "failed",
        "reason": "disk-full" if full else "error",
        "message": f"its worker could not be started: {sentence}",
    }
