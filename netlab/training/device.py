"""Choose the device of a run, and read its abilities and its memory.

All accelerators (CUDA, ROCm, XPU, MPS) use `torch.accelerator`. The device's own module
(`torch.get_device_module`) has the functions that `torch.accelerator` lacks.
"""

from __future__ import annotations

import platform
import re
import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from netlab.errors import DeviceError
from netlab.format import join_with_or

MemoryKind = Literal["device", "resident"]
Precision = Literal["float32", "bfloat16"]

BYTES_PER_MB = 2**20


@dataclass(frozen=True)
class Device:
    """A device of this machine, with facts for the record.

    `bfloat16`: whether the hardware multiplies bfloat16 natively. `memory_kind`: whether
    `peak_memory` measures tensors on the device ("device") or the whole process ("resident").
    """

    torch_device: torch.device
    name: str
    bfloat16: bool
    memory_kind: MemoryKind = "resident"

    @property
    def is_cpu(self) -> bool:
        """Whether this is the CPU, where runs are reproducible bit for bit."""
        return self.torch_device.type == "cpu"

    def precision(self, requested: Precision) -> Precision:
        """The precision to use: bfloat16 only if it is requested and native."""
        return "bfloat16" if requested == "bfloat16" and self.bfloat16 else "float32"

    def synchronize(self) -> None:
        """Wait for all work on the device; call it before reading the clock."""
        if not self.is_cpu:
            torch.accelerator.synchronize(self.torch_device)

    def peak_memory(self) -> float:
        """The peak so far in MB (2**20 bytes), of the memory that `memory_kind` names."""
        if self.memory_kind == "resident":
            return resident_peak() / BYTES_PER_MB
        return torch.accelerator.max_memory_allocated(self.torch_device) / BYTES_PER_MB

    def rng_state(self) -> dict[str, Tensor]:
        """The state of every generator that layers such as dropout use."""
        state = {"cpu": torch.get_rng_state()}
        if not self.is_cpu:
            state["device"] = torch.get_device_module(self.torch_device).get_rng_state()
        return state

    def set_rng_state(self, state: dict[str, Tensor]) -> None:
        """Restore `state`; if it was saved on another kind of device, only its CPU part."""
        torch.set_rng_state(state["cpu"])
        if not self.is_cpu and "device" in state:
            torch.get_device_module(self.torch_device).set_rng_state(state["device"])


def choose_device(requested: str) -> Device:
    """Find the device called `auto`, `cpu`, `cuda`, `cuda:1`, `mps` …, and make it the current one.

    `auto` is the accelerator if there is one, otherwise the CPU. Raises `DeviceError`, which lists
    the devices of this machine.
    """
    found = torch.accelerator.current_accelerator(check_available=True)
    device = resolve_device(
        requested,
        accelerator=found.type if found else None,
        count=torch.accelerator.device_count() if found else 0,
    )
    if device.type == "cpu":
        return Device(device, cpu_name(_cpuinfo()), cpu_has_bfloat16(_cpuinfo()))
    torch.accelerator.set_device_index(device.index)
    module = torch.get_device_module(device)
    name = getattr(module, "get_device_name", None)
    bfloat16 = getattr(module, "is_bf16_supported", None)
    return Device(
        device,
        str(name(device)) if name else device.type,
        # Emulated bfloat16 is slower than float32, so only native support counts.
        bool(bfloat16(including_emulation=False)) if bfloat16 else False,
        "device" if counts_memory(device) else "resident",
    )


def resolve_device(requested: str, *, accelerator: str | None, count: int) -> torch.device:
    """The device for `requested` on a machine with `count` devices of type `accelerator`.

    Raises `DeviceError`.
    """
    has = ["cpu", *(f"{accelerator}:{index}" for index in range(count))]
    if requested == "auto":
        return torch.device(has[1] if count else "cpu")
    match = re.fullmatch(r"([a-z]+)(?::(\d+))?", requested)
    if match:
        kind, index = match[1], match[2]
        if kind == "cpu" and index in (None, "0"):
            return torch.device("cpu")
        device_name = f"{kind}:{index or 0}"
        if device_name in has:
            return torch.device(device_name)
    raise DeviceError(f"no device '{requested}' here: {join_with_or(['auto', *has])} would work")


def counts_memory(device: torch.device) -> bool:
    """Whether torch counts the memory allocated on `device`; some allocators do not count."""
    held = torch.empty(1, device=device)
    return held.nbytes <= torch.accelerator.max_memory_allocated(device)


def cpu_threads() -> int:
    """The number of threads for one operation on the CPU."""
    return torch.get_num_threads()


def resident_peak() -> int:
    """The largest resident set of this process so far, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def cpu_has_bfloat16(cpuinfo: str) -> bool:
    """Whether `/proc/cpuinfo` lists native bfloat16 dot products (AVX-512 or AMX).

    Without them bfloat16 on a CPU is emulated and slower than float32.
    """
    flags = re.search(r"^flags\s*:(.*)$", cpuinfo, re.MULTILINE)
    return bool(flags and {"avx512_bf16", "amx_bf16"} & set(flags[1].split()))


def cpu_name(cpuinfo: str) -> str:
    """The processor's model, or its architecture if the system does not name the model."""
    model = re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    return model[1] if model else platform.processor() or platform.machine()


def _cpuinfo() -> str:
    path = Path("/proc/cpuinfo")
    return path.read_text() if path.exists() else ""
