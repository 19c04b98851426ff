"""The worker process: `python -m netlab.training.worker RUN_FOLDER` trains one run.

It leaves with 0 when the run is finished, 1 when it failed (with a `failed` event wherever one
could be written), 2 when the folder does not tell what to train, and 3 when SIGTERM or SIGINT
asked it to stop: then a checkpoint at the current step is left to go on from. 4 is a failure for
want of disk space, which the code must tell because the event file may not take it.
"""

from __future__ import annotations

import sys
import traceback
from contextlib import suppress
from enum import IntEnum
from pathlib import Path

from netlab.errors import NetlabError
from netlab.events import EVENT_FILE, EventWriter
from netlab.training.failures import explain_failure
from netlab.training.reporter import Reporter
from netlab.training.stop import StopFlag


class WorkerExit(IntEnum):
    """How a worker ended."""

    FINISHED = 0
    FAILED = 1
    UNUSABLE = 2
    STOPPED = 3
    DISK_FULL = 4


def main(arguments: list[str]) -> WorkerExit:
    """Train the run in the folder that is the only argument."""
    if len(arguments) != 1:
        return _reject("usage: python -m netlab.training.worker RUN_FOLDER")
    stop = StopFlag()
    stop.install_handlers()
    # The imports of heavy modules come after it, as a request to stop may well come during them.
    from netlab.training.job import read_job

    folder = Path(arguments[0])
    try:
        job = read_job(folder)
        events = EventWriter(folder / EVENT_FILE)
    except (NetlabError, OSError) as error:
        return _reject(str(error))
    reporter = Reporter(events)
    try:
        from netlab.training.session import Session

        done = Session(job, folder, reporter, stop).train()
    except Exception as error:  # noqa: BLE001 - whatever ends a run is told in its record
        return _record_failure(reporter, error)
    finally:
        reporter.close()
    return WorkerExit.FINISHED if done else WorkerExit.STOPPED


def _record_failure(reporter: Reporter, error: Exception) -> WorkerExit:
    trace = "".join(traceback.format_exception(error))
    failure = explain_failure(error)
    detail = trace if failure.unexpected else None
    with suppress(
        OSError
    ):  # the disk may be full for the log and for the event: the exit code tells
        print(trace, file=sys.stderr, flush=True)
    with suppress(OSError):
        reporter.emit("failed", reason=failure.reason, message=failure.message, detail=detail)
    return WorkerExit.DISK_FULL if failure.reason == "disk-full" else WorkerExit.FAILED


def _reject(message: str) -> WorkerExit:
    print(message, file=sys.stderr)
    return WorkerExit.UNUSABLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
