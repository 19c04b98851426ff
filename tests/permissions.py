"""Permissions of files that hold for root too, so that a test says the same for everybody."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

VERSION = 0x20080522
"""Of Linux's calls `capget` and `capset`: the one with two words for each set."""
OVERRIDES = 0b110
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: by these root reads and writes what it may not."""

_Header = ctypes.c_uint32 * 2
_Sets = ctypes.c_uint32 * 6
"""Effective, permitted and inheritable ones, for 0 to 31 and then for 32 to 63."""


def _call(name: str, sets: ctypes.Array[ctypes.c_uint32]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(_Header(VERSION, 0), sets):
        raise OSError(ctypes.get_errno(), name)


@contextmanager
def binding() -> Iterator[None]:
    """Let permissions bind this thread, and those that it starts, whoever runs the tests."""
    if os.geteuid() != 0:
        yield
        return
    before = _Sets()
    try:
        _call("capget", before)
        less = _Sets(*before)
        less[0] &= ~OVERRIDES
        _call("capset", less)
    except (OSError, AttributeError) as fault:
        pytest.skip(f"root cannot be bound by permissions here: {fault}")
    try:
        yield
    finally:
        _call("capset", before)
