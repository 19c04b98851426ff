"""The state and message of a run whose worker has ended without a final event.

- The run had a stop request: `stopped`, `paused` or `interrupted` (Ctrl-C).
- A signal from outside ended the worker (SIGKILL, SIGTERM …): `interrupted`, reason `killed`.
- It crashed (SIGSEGV, SIGABRT …): `failed`, reason `killed`.
- The disk was too full to write the final event: `interrupted`, reason `disk-full`.
- It exited with another code: `failed`, reason `error`, with the last line of its log.
- Its exit code is unknown, because another supervisor had started it: `interrupted`.

`netlab run` resumes interrupted runs from their last checkpoint, but failed runs only with
`--retry-failed`.
"""

from __future__ import annotations

import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from netlab.events import CHECKPOINT_FILE, LOG_FILE
from netlab.lab.db.apply_events import NOT_RUNNING, STATE_AFTER_STOP, ColumnValues
from netlab.lab.run_state import State
from netlab.lab.scheduler.start_worker import log_tail

EXIT_STOPPED = 3
"""Exit code of a worker that stopped on request."""

EXIT_DISK_FULL = 4
"""Exit code of a worker that found the disk full; its final event may be missing."""

_CRASH_SIGNALS = frozenset(
    getattr(signal, name)
    for name in ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSYS", "SIGTRAP")
    if hasattr(signal, name)
)


def state_after_exit(run: Mapping[str, Any], code: int | None, folder: Path) -> ColumnValues:
    """The changed columns of `run` (its columns so far) after its worker has ended.

    `code` is the worker's exit code; None if it is unknown.
    """
    if run["stop_request"] is not None or code == EXIT_STOPPED:
        state, why = STATE_AFTER_STOP[run["stop_request"]]
        return _resumable(run, state, None, why, folder)
    if code is None:
        why = "its worker is gone: killed, crashed, or the machine went down"
        return _resumable(run, "interrupted", None, why, folder)
    if code < 0 and -code not in _CRASH_SIGNALS:
        hint = ", perhaps because memory ran out" if -code == signal.SIGKILL else ""
        why = f"its worker was killed by {_signal_name(code)}{hint}"
        return _resumable(run, "interrupted", "killed", why, folder)
    if code == EXIT_DISK_FULL:
        why = f"the disk that holds {folder} is full: make room"
        return _resumable(run, "interrupted", "disk-full", why, folder)
    last_line = "".join(f": {line.strip()}" for line in log_tail(folder / LOG_FILE))
    if code < 0:
        return _failed("killed", f"its worker crashed ({_signal_name(code)}){last_line}")
    return _failed("error", f"its worker exited with code {code} and no result{last_line}")


def _resumable(
    run: Mapping[str, Any], state: State, reason: str | None, why: str, folder: Path
) -> ColumnValues:
    after = f", after epoch {run['epoch']} of {run['epochs']}" if run["epoch"] else ""
    has_checkpoint = (folder / CHECKPOINT_FILE).exists()
    then = f"goes on from its last checkpoint{after}" if has_checkpoint else "starts afresh"
    message = f"{why}; resumed, it {then}"
    return {"state": state, "reason": reason, "message": message, **NOT_RUNNING}


def _failed(reason: str, message: str) -> ColumnValues:
    return {"state": "failed", "reason": reason, "message": message, **NOT_RUNNING}


def _signal_name(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
