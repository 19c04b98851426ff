from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from netlab.errors import DeviceError
from netlab.training import device
from netlab.training.device import (
    Device,
    choose_device,
    cpu_has_bfloat16,
    cpu_name,
    resident_peak,
    resolve_device,
)


@pytest.mark.parametrize(
    ("wanted", "accelerator", "count", "place"),
    [
        ("auto", None, 0, "cpu"),
        ("auto", "cuda", 2, "cuda:0"),
        ("auto", "mps", 1, "mps:0"),
        ("cpu", "cuda", 2, "cpu"),
        ("cuda", "cuda", 2, "cuda:0"),
        ("cuda:1", "cuda", 2, "cuda:1"),
        ("xpu:0", "xpu", 1, "xpu:0"),
    ],
)
def test_a_name_means_a_device(
    wanted: str, accelerator: str | None, count: int, place: str
) -> None:
    assert resolve_device(wanted, accelerator=accelerator, count=count) == torch.device(place)


@pytest.mark.parametrize(
    ("wanted", "accelerator", "count", "remedy"),
    [
        ("cuda", None, 0, "auto or cpu would work"),
        ("cuda:2", "cuda", 2, "auto, cpu, cuda:0 or cuda:1 would work"),
        ("mps", "cuda", 1, "auto, cpu or cuda:0 would work"),
        ("cpu:1", None, 0, "auto or cpu would work"),
        ("GPU 0", None, 0, "auto or cpu would work"),
        ("", None, 0, "auto or cpu would work"),
    ],
)
def test_a_device_that_is_not_here_is_an_error_that_names_what_is(
    wanted: str, accelerator: str | None, count: int, remedy: str
) -> None:
    with pytest.raises(DeviceError) as error:
        resolve_device(wanted, accelerator=accelerator, count=count)
    assert f"'{wanted}'" in str(error.value)
    assert remedy in str(error.value)


@pytest.mark.parametrize(
    ("cpuinfo", "native"),
    [
        ("flags\t\t: fpu avx512f avx512_bf16 sse\n", True),
        ("flags\t\t: fpu amx_bf16\n", True),
        ("flags\t\t: fpu avx512f avx2\n", False),
        ("Features\t: fp asimd\n", False),
        ("", False),
    ],
)
def test_bfloat16_counts_on_a_cpu_only_where_it_is_native(cpuinfo: str, native: bool) -> None:
    assert cpu_has_bfloat16(cpuinfo) is native


@pytest.mark.parametrize(
    ("native", "wanted", "precision"),
    [
        (True, "bfloat16", "bfloat16"),
        (True, "float32", "float32"),
        (False, "bfloat16", "float32"),
        (False, "float32", "float32"),
    ],
)
def test_the_precision_in_force_is_float32_without_native_bfloat16(
    native: bool, wanted: str, precision: str
) -> None:
    device = Device(torch.device("cpu"), "a processor", native)
    assert device.precision("bfloat16" if wanted == "bfloat16" else "float32") == precision


def test_the_cpu_has_a_name_and_resident_memory() -> None:
    cpu = choose_device("cpu")
    assert cpu.name
    assert cpu.memory_kind == "resident"
    cpu.synchronize()
    block = torch.ones(32 * 2**20, dtype=torch.uint8)
    assert len(block) / 2**20 < cpu.peak_memory() == resident_peak() / 2**20


@pytest.mark.parametrize(("counts", "kind"), [(True, "device"), (False, "resident")])
def test_an_accelerator_has_a_name_precision_and_memory(
    monkeypatch: pytest.MonkeyPatch, counts: bool, kind: str
) -> None:
    """With stand-ins for what torch asks of the hardware."""
    chosen: list[int] = []
    module = SimpleNamespace(
        get_device_name=lambda place: f"Accelerator {place.index}",
        is_bf16_supported=lambda including_emulation: including_emulation,
    )
    found = torch.device("cuda")
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda **_: found)
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: 2)
    monkeypatch.setattr(torch.accelerator, "set_device_index", chosen.append)
    monkeypatch.setattr(torch.accelerator, "max_memory_allocated", lambda _: 300 * 2**20)
    monkeypatch.setattr(torch, "get_device_module", lambda _: module)
    monkeypatch.setattr(device, "counts_memory", lambda _: counts)
    second = choose_device("cuda:1")
    assert (second.torch_device, chosen) == (torch.device("cuda:1"), [1])
    assert second.name == "Accelerator 1"
    assert not second.bfloat16  # emulated only, which does not count
    assert second.memory_kind == kind
    assert (second.peak_memory() == 300) is counts


def test_the_processor_is_named_as_the_system_names_it() -> None:
    assert (
        cpu_name("processor : 0\nmodel name\t: Fast 9000\nmodel name\t: Fast 9000\n") == "Fast 9000"
    )
    assert cpu_name("") != ""


def test_layers_draw_the_same_again_from_a_saved_state() -> None:
    cpu = choose_device("cpu")
    state = cpu.rng_state()
    first = torch.rand(4)
    cpu.set_rng_state(state)
    assert torch.equal(torch.rand(4), first)
