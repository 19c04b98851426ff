from __future__ import annotations

import pytest
import torch
from test_training_batches import sources
from torch import Tensor, nn

from netlab.training.device import choose_device
from netlab.training.evaluate import Evaluator, score


class Brightness(nn.Module):
    """Scores two classes by the left half's and the right half's brightness; counts its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.dropout = nn.Dropout(0.9)
        self.images = 0

    def forward(self, images: Tensor) -> Tensor:
        self.images += int((images != 0).any(1).any(1).any(1).sum())
        halves = torch.stack([images[..., :2].mean((1, 2, 3)), images[..., 2:].mean((1, 2, 3))], 1)
        return torch.as_tensor(self.dropout(halves))


def test_the_loss_is_the_mean_cross_entropy_and_accuracy_the_share_of_best_guesses() -> None:
    scores = torch.tensor([[3.0, 0, 0], [1, 2, 3], [0, 9, 0.5]])
    got = score(scores, torch.tensor([0, 0, 1]))
    assert got.accuracy == pytest.approx(200 / 3)
    shares = scores.double().softmax(1)[[0, 1, 2], [0, 0, 1]]
    assert got.loss == pytest.approx(-shares.log().mean().item(), rel=1e-5)
    assert got.images == 3


def test_top_5_takes_the_five_best_guesses() -> None:
    scores = torch.arange(10.0).repeat(10, 1)
    assert score(scores, torch.arange(10)).top5 == 50
    assert score(scores, torch.arange(10)).accuracy == 10


def test_with_fewer_than_five_classes_every_guess_counts() -> None:
    assert score(torch.tensor([[1.0, 0, 0]]), torch.tensor([2])).top5 == 100


def test_evaluation_is_in_eval_mode_without_gradients_and_in_order() -> None:
    _, images = sources(23, 5)
    model = Brightness().train()
    scores = Evaluator(model, choose_device("cpu"), "float32").scores(images)
    assert torch.allclose(scores[:, 0] * 255, images.labels.float(), atol=1e-3)
    assert not scores.requires_grad


def test_timing_looks_at_each_image_once_after_warming_up_on_blank_ones() -> None:
    _, images = sources(23, 5)
    model = Brightness()
    evaluator = Evaluator(model, choose_device("cpu"), "float32")
    scores, seconds = evaluator.timed_scores(images, torch.channels_last)
    assert model.images == 22  # the image numbered 0 is black
    assert seconds > 0
    assert torch.equal(scores, evaluator.scores(images))


def test_mirrored_scores_are_those_of_the_mirror_images() -> None:
    _, images = sources(8, 5)
    images._parts[0][:, :, :2] = 0
    evaluator = Evaluator(Brightness(), choose_device("cpu"), "float32")
    plain, mirrored = evaluator.scores(images), evaluator.scores(images, mirrored=True)
    assert torch.equal(mirrored, plain.flip(1))
    assert not torch.equal(mirrored, plain)
