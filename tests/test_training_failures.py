from __future__ import annotations

import errno

import pytest
import torch

from netlab.errors import BlockError, DataError, DeviceError
from netlab.training.failures import DivergedError, explain_failure


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (DivergedError("the loss became nan"), "diverged"),
        (MemoryError(), "out-of-memory"),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), "out-of-memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), "out-of-memory"),
        (RuntimeError("MPS backend out of memory"), "out-of-memory"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk-full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "disk-full"),
        (DataError("no such folder"), "bad-data"),
        (DeviceError("no device 'cuda' here"), "error"),
        (BlockError("groups 3 does not divide 16"), "error"),
        (OSError(errno.EACCES, "Permission denied"), "error"),
        (RuntimeError("shapes differ"), "error"),
    ],
)
def test_every_error_has_its_reason_and_a_sentence(error: Exception, reason: str) -> None:
    failure = explain_failure(error)
    assert failure.reason == reason
    assert failure.message
    assert "\n" not in failure.message


def test_only_surprises_ask_for_a_traceback() -> None:
    assert explain_failure(RuntimeError("shapes differ\nat line 3")).unexpected
    assert (
        explain_failure(RuntimeError("shapes differ\nat line 3")).message
        == "RuntimeError: shapes differ"
    )
    assert explain_failure(KeyError()).message == "KeyError: no message"
    assert not explain_failure(DataError("no such folder")).unexpected
    assert not explain_failure(MemoryError()).unexpected


def test_a_real_allocation_that_is_too_large_is_out_of_memory() -> None:
    with pytest.raises(RuntimeError) as error:
        torch.empty(2**60, dtype=torch.uint8)
    assert explain_failure(error.value).reason == "out-of-memory"
