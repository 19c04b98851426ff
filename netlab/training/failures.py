"""Why a run failed: the reason that the lab records, and a message for people."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import Literal

from netlab.errors import DataError, NetlabError

FailureReason = Literal["diverged", "out-of-memory", "disk-full", "bad-data", "error"]

_DISK_FULL_ERRNOS = (errno.ENOSPC, errno.EDQUOT)
_OUT_OF_MEMORY_PHRASES = ("out of memory", "can't allocate memory", "not enough memory")
"""Phrases in the `RuntimeError` (or subclass) of torch's allocators when memory runs out."""


class DivergedError(Exception):
    """The loss is no longer finite, so training cannot recover."""


@dataclass(frozen=True)
class Failure:
    """A reason, a message, and whether a traceback would help to understand it."""

    reason: FailureReason
    message: str
    unexpected: bool = False


def explain_failure(error: BaseException) -> Failure:
    """The `Failure` for the exception that ended a run."""
    if isinstance(error, DivergedError):
        return Failure("diverged", str(error))
    if disk_full(error):
        return Failure("disk-full", "the disk is full: free some space and resume the run")
    if out_of_memory(error):
        return Failure(
            "out-of-memory",
            "out of memory: a smaller batch_size, a smaller network or input, or fewer runs at "
            "once would fit",
        )
    if isinstance(error, DataError):
        return Failure("bad-data", str(error))
    if isinstance(error, NetlabError):
        return Failure("error", str(error))
    text = (str(error).strip() or "no message").splitlines()[0]
    return Failure("error", f"{type(error).__name__}: {text}", unexpected=True)


def disk_full(error: BaseException) -> bool:
    """Whether `error` means that a disk or a quota is full."""
    return isinstance(error, OSError) and error.errno in _DISK_FULL_ERRNOS


def out_of_memory(error: BaseException) -> bool:
    """Whether `error` means that memory ran out, on the accelerator or on the host."""
    if isinstance(error, RuntimeError):
        return any(words in str(error).lower() for words in _OUT_OF_MEMORY_PHRASES)
    return isinstance(error, MemoryError)
