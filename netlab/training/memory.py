"""Measure the memory that a task takes in addition to what the process used before."""

from __future__ import annotations

import re
from pathlib import Path

import torch
from torch import nn

from netlab.training.device import BYTES_PER_MB, Device, resident_peak

PROC_STATUS = Path("/proc/self/status")
"""The file in which Linux reports the resident set of this process, now and at its peak."""


class MemoryMeter:
    """Peak memory since its creation. Create it after all imports, before the network is built.

    On an accelerator this is the peak of what torch allocated there. Elsewhere it is the growth of
    the process's resident set since the creation, when Python, torch and its kernels were loaded.
    In a new process that is the memory of the network, its gradients, activations, inputs and
    optimiser, with the work space of the kernels. The system counts whole pages, and libraries keep
    freed memory, so differences of a few MB mean nothing.
    """

    def __init__(self, device: Device) -> None:
        self._device = device
        load_kernels(device)
        self._idle = resident_memory()[0]

    @property
    def kind(self) -> str:
        """What `peak` measures: `device`, or the `rise` of the resident set."""
        return "device" if self._device.memory_kind == "device" else "rise"

    def peak(self) -> float:
        """The peak so far in MB (2**20 bytes)."""
        if self._device.memory_kind == "device":
            return self._device.peak_memory()
        return max(0, resident_memory()[1] - self._idle) / BYTES_PER_MB


def load_kernels(device: Device) -> None:
    """Train a tiny network for one step, because a process's first step loads 170 MB of code."""
    tiny = nn.Sequential(
        nn.Conv2d(3, 8, 3),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(8, 2),
    ).to(device.torch_device)
    scores = tiny(torch.zeros(4, 3, 8, 8, device=device.torch_device))
    scores.logsumexp(1).sum().backward()
    torch.optim.SGD(tiny.parameters(), lr=0.1).step()
    device.synchronize()


def resident_memory() -> tuple[int, int]:
    """The resident set now and at its peak, in bytes; without `/proc` both are the peak.

    `/proc` is preferred because the peak of `getrusage` may be that of the parent process.
    """
    known = parse_status(PROC_STATUS.read_text(encoding="utf-8")) if PROC_STATUS.exists() else None
    return known or (resident_peak(), resident_peak())


def parse_status(status: str) -> tuple[int, int] | None:
    """VmRSS and VmHWM of a `/proc/PID/status`, in bytes; None if it does not have both."""
    found = dict(re.findall(r"^(VmRSS|VmHWM):\s*(\d+) kB$", status, re.MULTILINE))
    if len(found) < 2:
        return None
    return 1024 * int(found["VmRSS"]), 1024 * int(found["VmHWM"])
