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
from pathlib import Path

from netlab.events import CHECKPOINT_FILE, LOG_FILE
from netlab.lab.fold import ON_REQUEST, Facts
from netlab.lab.launch import last_words
from netlab.lab.records import Run, State

STOPPED = 3
"""Exit code of a worker that stopped because it was asked to."""

DISK_FULL = 4
"""Exit code of a worker that found no space left, perhaps not even to say so."""

_CRASHES = frozenset(
    getattr(signal, name)
    for name in ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSYS", "SIGTRAP")
    if hasattr(signal, name)
)


def verdict(run: Run, code: int | None, folder: Path) -> Facts:
    """The columns of a run that its end changes; `code` is None where nobody saw it end."""
    if run.wanted is not None or code == STOPPED:
        state, how = ON_REQUEST[run.wanted]
        return _resumable(run, state, None, how, folder)
    if code is None:
        how = "its worker is gone: killed, crashed, or the machine went down"
        return _resumable(run, "interrupted", None, how, folder)
    if code < 0 and -code not in _CRASHES:
        hint = ", perhaps for want of memory" if -code == signal.SIGKILL else ""
        how = f"its worker was killed by {_name(code)}{hint}"
        return _resumable(run, "interrupted", "killed", how, folder)
    if code == DISK_FULL:
        how = f"the disk that holds {folder} is full: make room"
        return _resumable(run, "interrupted", "disk-full", how, folder)
    said = last_words(folder / LOG_FILE)
    log = f": {said[-1].strip()}" if said else ""
    if code < 0:
        return _failed("killed", f"its worker crashed ({_name(code)}){log}")
    return _failed("error", f"its worker left with code {code} and no result{log}")


def _resumable(run: Run, state: State, reason: str | None, how: str, folder: Path) -> Facts:
    kept = (folder / CHECKPOINT_FILE).exists()
    where = f", after epoch {run.epoch} of {run.epochs}" if run.epoch else ""
    then = f"go on from its last checkpoint{where}" if kept else "start it afresh"
    message = f"{how}; `netlab run` or `netlab runs resume` will {then}"
    return {"state": state, "reason": reason, "message": message, **_AT_REST}


def _failed(reason: str, message: str) -> Facts:
    return {"state": "failed", "reason": reason, "message": message, **_AT_REST}


_AT_REST: Facts = {"wanted": None, "live": None}


def _name(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
