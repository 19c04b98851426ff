from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn import functional
from training_helpers import events_in, start_session, tiny_arrays, tiny_spec, use_arrays

from netlab.training.failures import DivergedError


@pytest.fixture(autouse=True)
def tiny_data(monkeypatch: pytest.MonkeyPatch) -> None:
    use_arrays(monkeypatch)


def events_of(folder: Path, **protocol: Any) -> dict[str, list[dict[str, Any]]]:
    """All events of one whole run, by kind."""
    assert start_session(tiny_spec(**protocol), folder).train()
    events: dict[str, list[dict[str, Any]]] = {}
    for event in events_in(folder):
        events.setdefault(event.kind, []).append(event.data)
    return events


def test_a_run_writes_its_events_in_order(tmp_path: Path) -> None:
    events = events_of(tmp_path, epochs=3)
    kinds = [event.kind for event in events_in(tmp_path) if event.kind != "step"]
    assert kinds == ["started", "epoch", "epoch", "epoch", "evaluated", "finished"]
    assert [epoch["epoch"] for epoch in events["epoch"]] == [1, 2, 3]


def test_the_start_event_says_what_runs_where(tmp_path: Path) -> None:
    [started] = events_of(tmp_path)["started"]
    assert started["device"] == "cpu"
    assert started["device_name"]
    assert started["layout"] == "channels_last"
    assert started["precision"] in {"float32", "bfloat16"}
    assert started["threads"] == torch.get_num_threads()
    assert set(started["versions"]) == {"python", "torch", "netlab"}
    assert started["params"] == 3 * 4 * 9 + 2 * 4 + 4 * 3 + 3
    assert started["images"] == {"train": 54, "validation": 6, "test": 21}
    assert (started["step"], started["steps"]) == (0, 8)
    assert (started["epoch"], started["epochs"]) == (0, 2)
    assert started["resumed"] is False
    assert started["memory_kind"] == "resident"


def test_an_epoch_is_measured_on_images_that_were_held_out(tmp_path: Path) -> None:
    for epoch in events_of(tmp_path)["epoch"]:
        assert epoch["val_loss"] > 0
        assert 0 <= epoch["val_accuracy"] <= epoch["val_top5"] == 100
        assert epoch["memory"] > 0
        assert epoch["seconds"] > 0


def test_without_held_out_images_there_is_nothing_to_measure(tmp_path: Path) -> None:
    for epoch in events_of(tmp_path, validation=0.0)["epoch"]:
        assert epoch["val_loss"] is epoch["val_accuracy"] is epoch["val_top5"] is None
        assert epoch["train_loss"] > 0


def test_the_result_adds_up(tmp_path: Path) -> None:
    events = events_of(tmp_path)
    [finished], [evaluated] = events["finished"], events["evaluated"]
    assert finished["train_time"] == pytest.approx(sum(e["seconds"] for e in events["epoch"]))
    assert finished["images_per_s"] == pytest.approx(2 * 54 / finished["train_time"])
    assert finished["test_time"] == evaluated["seconds"]
    assert finished["epochs"] == 2
    assert finished["memory"] >= events["epoch"][-1]["memory"]
    assert evaluated["split"] == "test"
    assert evaluated["images"] == 21
    assert evaluated["accuracy_flip"] is None


def test_the_test_set_is_used_once_after_the_last_epoch(tmp_path: Path) -> None:
    session = start_session(tiny_spec(), tmp_path)
    epochs_done: list[int] = []
    batches = session.test.batches

    def spy() -> Any:
        epochs_done.append(session.trainer.epoch)
        return batches()

    session.test.batches = spy  # type: ignore[method-assign]
    session.train()
    assert epochs_done == [2]


def test_the_score_is_that_of_the_last_weights(tmp_path: Path) -> None:
    session = start_session(tiny_spec(precision="float32", normalize=False), tmp_path)
    session.train()
    arrays = tiny_arrays()
    session.trainer.model.eval()
    with torch.no_grad():
        scores = session.trainer.model(torch.from_numpy(arrays.test_images) / 255)
    labels = torch.from_numpy(arrays.test_labels)
    [evaluated] = events_in(tmp_path, "evaluated")
    assert evaluated.data["accuracy"] == pytest.approx(
        100 * (scores.argmax(1) == labels).float().mean().item()
    )
    assert evaluated.data["loss"] == pytest.approx(
        functional.cross_entropy(scores, labels).item(), rel=1e-4
    )


def test_averaging_over_mirror_images_has_a_figure_of_its_own(tmp_path: Path) -> None:
    [plain] = events_of(tmp_path / "plain")["evaluated"]
    [both] = events_of(tmp_path / "both", flip_test=True)["evaluated"]
    assert both["accuracy_flip"] is not None
    assert both["accuracy"] == plain["accuracy"]
    assert both["loss"] == plain["loss"]


@pytest.mark.parametrize("layout", ["channels_last", "contiguous"])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_every_layout_and_precision_trains(tmp_path: Path, layout: str, precision: str) -> None:
    events = events_of(tmp_path, epochs=6, layout=layout, precision=precision)
    assert events["evaluated"][0]["accuracy"] > 60


def test_a_data_set_smaller_than_a_batch_trains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_arrays(monkeypatch, tiny_arrays(train=7, test=2))
    [started] = events_of(tmp_path, validation=0.0)["started"]
    assert started["steps"] == 2


def test_running_means_that_are_no_numbers_are_a_divergence(tmp_path: Path) -> None:
    """The training loss does not show them, as it takes the statistics of the batch."""
    session = start_session(tiny_spec(), tmp_path)
    session.trainer.model.get_buffer("0.1.running_mean").fill_(math.nan)
    with pytest.raises(DivergedError, match="validation loss became nan"):
        session.train()
    assert events_in(tmp_path, "epoch") == []


def test_a_compiled_network_keeps_the_names_of_its_weights(tmp_path: Path) -> None:
    """Or a checkpoint could not be resumed without compiling."""
    plain = start_session(tiny_spec(), tmp_path / "plain").trainer
    compiled = start_session(tiny_spec(compile=True), tmp_path / "compiled").trainer
    assert compiled.model.state_dict().keys() == plain.model.state_dict().keys()
    assert compiled.model._compiled_call_impl is not None
