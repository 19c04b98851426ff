from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from training_helpers import events_in, same_state, start_session, tiny_spec, use_arrays

from netlab.training import loop
from netlab.training.failures import DivergedError
from netlab.training.schedule import lr_factor


@pytest.fixture(autouse=True)
def tiny_data(monkeypatch: pytest.MonkeyPatch) -> None:
    use_arrays(monkeypatch)


def test_training_learns(tmp_path: Path) -> None:
    trainer = start_session(tiny_spec(epochs=8, validation=0.0), tmp_path).trainer
    results = [trainer.train_epoch() for _ in range(8)]
    assert results[0] is not None
    assert results[-1] is not None
    assert results[-1].train_loss < results[0].train_loss / 2
    assert results[-1].train_accuracy > 90
    assert [result.epoch for result in results if result] == list(range(1, 9))
    assert results[-1].step == trainer.step == trainer.steps == 8 * 4


def test_metrics_of_an_epoch_are_means_over_its_images(tmp_path: Path) -> None:
    """With a learning rate next to nothing they are those of the network as it is."""
    protocol: dict[str, Any] = {
        "optimizer": {"lr": 1e-12},
        "precision": "float32",
        "validation": 0.0,
    }
    trainer = start_session(tiny_spec(**protocol), tmp_path).trainer
    trainer.model.train()
    losses, right = [], []
    with torch.no_grad():
        for images, labels in trainer.batches.epoch(0):
            scores = trainer.model(images)
            losses.append(nn.functional.cross_entropy(scores, labels, reduction="none"))
            right.append(scores.argmax(1) == labels)
    result = trainer.train_epoch()
    assert result is not None
    assert result.train_loss == pytest.approx(torch.cat(losses).mean().item(), rel=1e-4)
    assert result.train_accuracy == pytest.approx(100 * torch.cat(right).float().mean().item())
    assert result.images_per_s == pytest.approx(60 / result.seconds)
    assert result.seconds == trainer.train_time


def test_each_step_takes_the_learning_rate_of_the_schedule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = tiny_spec(epochs=3, optimizer={"lr": 0.5})
    trainer = start_session(spec, tmp_path).trainer
    used: list[float] = []
    step = trainer.optimizer.step

    def spy() -> None:
        used.append(trainer.optimizer.param_groups[0]["lr"])
        step()

    monkeypatch.setattr(trainer.optimizer, "step", spy)
    last = [trainer.train_epoch() for _ in range(3)][-1]
    assert len(used) == trainer.steps
    schedule = spec.protocol.schedule
    assert used == [
        0.5 * lr_factor(schedule, number, trainer.steps, trainer.batches.steps)
        for number in range(trainer.steps)
    ]
    assert last is not None
    assert last.lr == used[-1]


def test_reports_give_the_mean_loss_since_the_last_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "REPORT_INTERVAL_S", 0)  # a report after every step
    trainer = start_session(tiny_spec(validation=0.0), tmp_path).trainer
    result = trainer.train_epoch()
    assert result is not None
    reports = [event.data for event in events_in(tmp_path, "step")]
    assert [report["step"] for report in reports] == [1, 2, 3, 4]
    assert {report["epoch"] for report in reports} == {1}
    sizes = [16, 16, 16, 12]
    mean = sum(r["loss"] * size for r, size in zip(reports, sizes, strict=True)) / 60
    assert mean == pytest.approx(result.train_loss, rel=1e-5)
    assert all(report["images_per_s"] > 0 for report in reports)


def test_steps_between_reports_are_reported_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "REPORT_INTERVAL_S", math.inf)
    start_session(tiny_spec(), tmp_path).trainer.train_epoch()
    assert events_in(tmp_path, "step") == []


@pytest.mark.parametrize("report_every", [0, math.inf], ids=["at a report", "at the epoch's end"])
def test_a_loss_that_is_no_number_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report_every: float
) -> None:
    monkeypatch.setattr(loop, "REPORT_INTERVAL_S", report_every)
    trainer = start_session(tiny_spec(), tmp_path).trainer
    with torch.no_grad():
        next(trainer.model.parameters()).fill_(math.nan)
    with pytest.raises(DivergedError, match="training loss became nan by step"):
        trainer.train_epoch()


def test_warming_up_leaves_no_trace(tmp_path: Path) -> None:
    cold = start_session(tiny_spec(dropout=0.5), tmp_path / "cold").trainer
    expected = cold.train_epoch(), cold.state()
    warm = start_session(tiny_spec(dropout=0.5), tmp_path / "warm").trainer
    warm.warm_up()
    got = warm.train_epoch(), warm.state()
    assert same_state(got[1], expected[1])
    assert got[0] is not None
    assert expected[0] is not None
    assert got[0].train_loss == expected[0].train_loss


def test_label_smoothing_is_part_of_the_training_loss(tmp_path: Path) -> None:
    protocol: dict[str, Any] = {"optimizer": {"lr": 1e-12}, "validation": 0.0}
    plain = start_session(tiny_spec(**protocol), tmp_path / "0").trainer.train_epoch()
    smooth = start_session(
        tiny_spec(**protocol, label_smoothing=0.3), tmp_path / "1"
    ).trainer.train_epoch()
    assert plain is not None
    assert smooth is not None
    assert plain.train_accuracy == smooth.train_accuracy
    assert plain.train_loss != pytest.approx(smooth.train_loss)


def test_variants_that_share_a_seed_see_the_same_batches(tmp_path: Path) -> None:
    narrow = start_session(tiny_spec(width=4, dropout=0.5), tmp_path / "narrow").trainer
    wide = start_session(tiny_spec(width=9), tmp_path / "wide").trainer
    narrow.train_epoch()
    wide.train_epoch()
    pairs = zip(narrow.batches.epoch(1), wide.batches.epoch(1), strict=True)
    for (images, labels), (same_images, same_labels) in pairs:
        assert torch.equal(images, same_images)
        assert torch.equal(labels, same_labels)


def test_the_weights_are_given_by_the_seed_alone(tmp_path: Path) -> None:
    torch.manual_seed(1)
    first = start_session(tiny_spec(), tmp_path / "1").trainer.model.state_dict()
    torch.manual_seed(2)
    assert same_state(start_session(tiny_spec(), tmp_path / "2").trainer.model.state_dict(), first)
    assert not same_state(
        start_session(tiny_spec(seed=1), tmp_path / "3").trainer.model.state_dict(), first
    )
