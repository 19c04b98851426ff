"""A run that was stopped and resumed gives the very bits of one that was not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from training_helpers import events_in, same_state, start_session, tiny_spec, use_arrays

from netlab.recipe.run_spec import RunSpec
from netlab.training.checkpoint import CheckpointError

TIMES = {"seconds", "images_per_s", "memory", "train_time", "test_time"}

OPTIMIZERS = {
    "sgd": {"name": "sgd", "lr": 0.1, "weight_decay": 1e-3},
    "adam": {"name": "adam", "lr": 0.01, "decay_vectors": False},
    "adamw": {"name": "adamw", "lr": 0.01, "weight_decay": 0.1, "decay_vectors": False},
}


@pytest.fixture(autouse=True)
def tiny_data(monkeypatch: pytest.MonkeyPatch) -> None:
    use_arrays(monkeypatch)


def everything_random(**protocol: Any) -> RunSpec:
    """A run that draws from every generator there is."""
    augmentation = {"crop": 2, "cutout": 3, "flip": "alternating"}
    return tiny_spec(dropout=0.5, **{"epochs": 4, "augmentation": augmentation, **protocol})


def figures(folder: Path, *kinds: str) -> list[dict[str, Any]]:
    """The data of events without times; the last one if an epoch was reported twice."""
    figures_by_event: dict[Any, dict[str, Any]] = {}
    for event in events_in(folder, *kinds):
        figures = {key: value for key, value in event.data.items() if key not in TIMES}
        figures_by_event[event.kind, event.data.get("epoch")] = figures
    return list(figures_by_event.values())


def checkpoint(folder: Path) -> Any:
    return torch.load(folder / "checkpoint.pt", weights_only=True)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("stop_after", [1, 3, 4, 6, 8, 15])
def test_stop_and_resume_equals_going_on(tmp_path: Path, optimizer: str, stop_after: int) -> None:
    """Four epochs of four steps, stopped within an epoch and at the end of one."""
    spec = everything_random(optimizer=OPTIMIZERS[optimizer])
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert start_session(spec, whole).train()

    assert not start_session(spec, parts, stop_after=stop_after).train()
    [stopped] = events_in(parts, "stopped")
    assert stopped.data == {"step": stop_after, "epoch": stop_after // 4}
    assert checkpoint(parts)["step"] == stop_after
    torch.manual_seed(99)  # another process starts with another state
    assert start_session(spec, parts).train()

    assert same_state(checkpoint(parts), checkpoint(whole))
    kinds = ("epoch", "evaluated", "finished")
    assert figures(parts, *kinds) == figures(whole, *kinds)


def test_a_run_may_be_stopped_again_and_again(tmp_path: Path) -> None:
    spec = everything_random()
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert start_session(spec, whole).train()
    for step in range(1, 16):
        assert not start_session(spec, parts, stop_after=step).train()
    assert start_session(spec, parts).train()
    assert same_state(checkpoint(parts), checkpoint(whole))
    assert figures(parts, "epoch") == figures(whole, "epoch")


def test_a_killed_run_goes_on_from_its_last_epoch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = everything_random()
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert start_session(spec, whole).train()
    killed = start_session(spec, parts)

    class KilledError(Exception):
        pass

    def kill(*_: object) -> None:
        if killed.trainer.step == 10:
            raise KilledError

    killed.trainer.model.register_forward_hook(kill)
    with pytest.raises(KilledError):
        killed.train()
    assert checkpoint(parts)["step"] == 8
    assert start_session(spec, parts).train()
    assert same_state(checkpoint(parts), checkpoint(whole))


def test_a_resumed_run_says_so_and_keeps_its_clock(tmp_path: Path) -> None:
    spec = everything_random()
    first = start_session(spec, tmp_path, stop_after=6)
    first.train()
    before = first.trainer.train_time
    second = start_session(spec, tmp_path)
    second.train()
    assert second.trainer.train_time > before > 0
    started = [event.data for event in events_in(tmp_path, "started")]
    assert [event["resumed"] for event in started] == [False, True]
    assert [event["step"] for event in started] == [0, 6]
    assert [event["epoch"] for event in started] == [0, 1]
    [finished] = events_in(tmp_path, "finished")
    assert finished.data["train_time"] == second.trainer.train_time
    assert [event.seq for event in events_in(tmp_path)] == list(
        range(1, len(events_in(tmp_path)) + 1)
    )


def test_a_run_whose_training_is_done_is_only_tested(tmp_path: Path) -> None:
    spec = everything_random()
    start_session(spec, tmp_path).train()
    start_session(spec, tmp_path).train()
    assert len(events_in(tmp_path, "epoch")) == 4
    first, second = (event.data["accuracy"] for event in events_in(tmp_path, "evaluated"))
    assert first == second


def test_the_same_run_twice_gives_the_same_bits(tmp_path: Path) -> None:
    for name in ("one", "two"):
        start_session(everything_random(), tmp_path / name).train()
    assert same_state(checkpoint(tmp_path / "one"), checkpoint(tmp_path / "two"))


def test_a_checkpoint_of_a_network_built_differently_says_how_to_start_again(
    tmp_path: Path,
) -> None:
    spec = tiny_spec()
    assert not start_session(spec, tmp_path, stop_after=2).train()
    path = tmp_path / "checkpoint.pt"
    state = torch.load(path, weights_only=True)
    state["model"] = {f"other.{name}": tensor for name, tensor in state["model"].items()}
    torch.save(state, path)
    resumed = start_session(spec, tmp_path)
    with pytest.raises(CheckpointError, match="does not fit the network"):
        resumed.train()
    resumed.reporter.close()
