"""The worker process: `python -m netlab.training.worker RUN_FOLDER` trains one run.

It exits with 0 if the run is finished, 1 if it failed (with a `failed` event if one could be
written), 2 if the folder has no valid job, and 3 if SIGTERM or SIGINT stopped it, with a checkpoint
of the current step to resume from. 4 means that the disk is full; this has its own code because it
may be impossible to write a `failed` event then.
"""

from __future__ import annotations

import sys
import traceback
from contextlib import ExitStack, suppress
from enum import IntEnum
from pathlib import Path

from netlab.errors import NetlabError
from netlab.events import EVENT_FILE, EventWriter
from netlab.training.failures import explain_failure
from netlab.training.reporter import Reporter
from netlab.training.stop import StopFlag
from netlab.worker_lock import hold_worker_lock


class WorkerExit(IntEnum):
    """The exit code of a worker."""

    FINISHED = 0
    FAILED = 1
    UNUSABLE = 2
    STOPPED = 3
    DISK_FULL = 4


def main(arguments: list[str]) -> WorkerExit:
    """Train the run in the folder that is the only argument; returns the exit code."""
    if len(arguments) != 1:
        return _reject("usage: python -m netlab.training.worker RUN_FOLDER")
    stop = StopFlag()
    stop.install_handlers()
    folder = Path(arguments[0])
    with ExitStack() as stack:
        try:
            held = stack.enter_context(hold_worker_lock(folder))
        except OSError as error:
            return _reject(str(error))
        if not held:
            return _reject(f"another worker trains the run in {folder}")
        return _train(folder, stop)


def _train(folder: Path, stop: StopFlag) -> WorkerExit:
    # Heavy modules are imported only now, because a stop request may come during the imports.
    from netlab.training.job import read_job

    try:
        job = read_job(folder)
        events = EventWriter(folder / EVENT_FILE)
    except (NetlabError, OSError) as error:
        return _reject(str(error))
    reporter = Reporter(events)
    try:
        from netlab.training.session import Session

        done = Session(job, folder, reporter, stop).train()
    except Exception as error:  # noqa: BLE001 - every error goes to the run's record
        return _record_failure(reporter, error)
    finally:
        reporter.close()
    return WorkerExit.FINISHED if done else WorkerExit.STOPPED


def _record_failure(reporter: Reporter, error: Exception) -> WorkerExit:
    trace = "".join(traceback.format_exception(error))
    failure = explain_failure(error)
    detail = trace if failure.unexpected else None
    # A full disk may prevent both log and event; the exit code then reports it.
    with suppress(OSError):
        print(trace, file=sys.stderr, flush=True)
    with suppress(OSError):
        reporter.emit("failed", reason=failure.reason, message=failure.message, detail=detail)
    return WorkerExit.DISK_FULL if failure.reason == "disk-full" else WorkerExit.FAILED


def _reject(message: str) -> WorkerExit:
    print(message, file=sys.stderr)
    return WorkerExit.UNUSABLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
