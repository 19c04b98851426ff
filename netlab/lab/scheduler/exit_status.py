"""What to write about a run whose worker has ended without telling how.

A worker tells of its end in its event file. Where it could not, this is decided:

- it had been asked to stop or pause: the state that was asked for;
- a signal from outside ended it (SIGKILL, SIGTERM …): `interrupted`, reason `killed`;
- it crashed (SIGSEGV, SIGABRT …): `failed`, reason `killed`;
- it found the disk full and could not even write that: `interrupted`, reason `disk-full`;
- it left with another code of its own: `failed`, reason `error`, with the last line of its log;
- it was adopted from another supervisor, so nobody could see how it ended: `interrupted`.

`netlab run` goes on with interrupted runs from their last checkpoint, and leaves failed ones
alone unless it is told `--retry-failed`.
"""

from __future__ import annotations

import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from netlab.events import CHECKPOINT_FILE, LOG_FILE
from netlab.lab.db.apply_events import STATE_AFTER_STOP, ColumnValues
from netlab.lab.run_state import State
from netlab.lab.scheduler.launch import log_tail

EXIT_STOPPED = 3
"""Exit code of a worker that stopped because it was asked to."""

EXIT_DISK_FULL = 4
"""Exit code of a worker that found no space left, perhaps not even to say so."""

_CRASH_SIGNALS = frozenset(
    getattr(signal, name)
    for name in ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSYS", "SIGTRAP")
    if hasattr(signal, name)
)


def state_after_exit(run: Mapping[str, Any], code: int | None, folder: Path) -> ColumnValues:
    """The columns that the end of its worker changes in a run with these columns.

    `code` is the worker's exit code; None where nobody saw it end.
    """
    if run["stop_request"] is not None or code == EXIT_STOPPED:
        state, how = STATE_AFTER_STOP[run["stop_request"]]
        return _resumable(run, state, None, how, folder)
    if code is None:
        how = "its worker is gone: killed, crashed, or the machine went down"
        return _resumable(run, "interrupted", None, how, folder)
    if code < 0 and -code not in _CRASH_SIGNALS:
        hint = ", perhaps for want of memory" if -code == signal.SIGKILL else ""
        how = f"its worker was killed by {_signal_name(code)}{hint}"
        return _resumable(run, "interrupted", "killed", how, folder)
    if code == EXIT_DISK_FULL:
        how = f"the disk that holds {folder} is full: make room"
        return _resumable(run, "interrupted", "disk-full", how, folder)
    said = log_tail(folder / LOG_FILE)
    log = f": {said[-1].strip()}" if said else ""
    if code < 0:
        return _failed("killed", f"its worker crashed ({_signal_name(code)}){log}")
    return _failed("error", f"its worker left with code {code} and no result{log}")


def _resumable(
    run: Mapping[str, Any], state: State, reason: str | None, how: str, folder: Path
) -> ColumnValues:
    kept = (folder / CHECKPOINT_FILE).exists()
    where = f", after epoch {run['epoch']} of {run['epochs']}" if run["epoch"] else ""
    then = f"goes on from its last checkpoint{where}" if kept else "starts afresh"
    message = f"{how}; resumed, it {then}"
    return {"state": state, "reason": reason, "message": message, **_NOT_RUNNING}


def _failed(reason: str, message: str) -> ColumnValues:
    return {"state": "failed", "reason": reason, "message": message, **_NOT_RUNNING}


_NOT_RUNNING: ColumnValues = {"stop_request": None, "live_metrics": None}


def _signal_name(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
