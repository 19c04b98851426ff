"""What a timing process does: real steps on random images, figures with their blocks."""

from __future__ import annotations

import io
import json

import pytest
import torch
from lab_studies import spec

from netlab.training import memory, timing, timing_worker
from netlab.training.device import BYTES_PER_MB, Device, choose_device
from netlab.training.memory import MemoryMeter, parse_status
from netlab.training.session import build_model


def timing_answer(monkeypatch: pytest.MonkeyPatch, job: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(job))
    return timing_worker.main()


def test_a_job_is_answered_with_figures_and_what_they_were_taken_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(timing, "TIMED_BLOCKS", 3)
    monkeypatch.setattr(timing.measure_speed, "__kwdefaults__", {"min_block_s": 0.001})
    small = spec(2)
    protocol = small.protocol.model_copy(update={"batch_size": 4})
    small = small.model_copy(update={"protocol": protocol})
    job = {"spec": small.model_dump(mode="json"), "device": "cpu"}
    assert timing_answer(monkeypatch, json.dumps(job)) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer["measures"]) == {
        "images_per_s", "inference_ms", "inference_ms_100", "memory"
    }  # fmt: skip
    for name, figure in answer["measures"].items():
        assert len(figure["blocks"]) == (0 if name == "memory" else 3)
        if name != "memory":
            assert figure["median"] == sorted(figure["blocks"])[1] > 0
    hardware = answer["hardware"]
    assert (hardware["device"], hardware["precision"], hardware["layout"]) == (
        "cpu", choose_device("cpu").precision("bfloat16"), "channels_last"
    )  # fmt: skip
    assert (hardware["batch_size"], hardware["memory_kind"]) == (4, "rise")
    assert hardware["threads"] == torch.get_num_threads()
    assert hardware["versions"]["torch"] == torch.__version__


@pytest.mark.parametrize(
    ("job", "code", "said"),
    [
        ("{}", 2, "invalid timing job: Field required"),
        (json.dumps({"spec": spec().model_dump(mode="json"), "device": "tpu"}), 1, "no device"),
    ],
)  # fmt: skip
def test_what_cannot_be_timed_is_explained_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    job: str,
    code: int,
    said: str,
) -> None:
    assert timing_answer(monkeypatch, job) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines()[-1].startswith(said)


def test_training_is_timed_by_real_steps_that_leave_the_weights_finite() -> None:
    device = choose_device("cpu")
    small = spec(2)
    model = build_model(small, device, torch.channels_last)
    before = [parameter.detach().clone() for parameter in model.parameters()]
    batch = (1e3 * torch.randn(4, 1, 28, 28), torch.arange(4))
    figure = timing._time_training(model, batch, small.protocol, device, 0.0)
    assert len(figure.blocks) == timing.TIMED_BLOCKS
    for old, new in zip(before, model.parameters(), strict=True):
        assert torch.allclose(old, new, atol=1e-6)


def test_memory_on_a_cpu_is_what_the_process_has_grown_by(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sets = iter(
        [(500 * BYTES_PER_MB, 600 * BYTES_PER_MB), (520 * BYTES_PER_MB, 640 * BYTES_PER_MB)]
    )
    monkeypatch.setattr(memory, "resident_memory", lambda: next(sets))
    meter = MemoryMeter(choose_device("cpu"))
    assert (meter.kind, meter.peak()) == ("rise", 140)


def test_memory_that_is_taken_is_seen() -> None:
    status = "Name:\tx\nVmHWM:\t  2048 kB\nVmRSS:\t    1024 kB\n"
    assert parse_status(status) == (BYTES_PER_MB, 2 * BYTES_PER_MB)
    assert parse_status("Name:\tx\n") is None
    before = memory.resident_memory()[0]
    held = torch.ones(64 * BYTES_PER_MB // 4)
    now, peak = memory.resident_memory()
    assert now - before > 60 * BYTES_PER_MB
    assert peak >= now
    assert held.sum() == held.numel()


def test_memory_on_an_accelerator_is_what_was_allocated_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.accelerator, "max_memory_allocated", lambda _place: 96 * BYTES_PER_MB)
    meter = MemoryMeter(Device(torch.device("cpu"), "a GPU", bfloat16=True, memory_kind="device"))
    assert (meter.kind, meter.peak()) == ("device", 96)
