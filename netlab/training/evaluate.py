"""Evaluation of a network on images that it is not trained on."""

from __future__ import annotations

import time
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from netlab.training.batches import EvaluationBatches
from netlab.training.device import Device, Precision

TOP_K = 5


@dataclass(frozen=True)
class Score:
    """Mean cross-entropy (no label smoothing), top-1 and top-5 accuracy in percent.

    With fewer than five classes, top-5 counts as many guesses as there are classes.
    """

    loss: float
    accuracy: float
    top5: float
    images: int


class Evaluator:
    """Computes class scores: eval mode, no gradients, the precision of the run."""

    def __init__(self, model: nn.Module, device: Device, precision: Precision) -> None:
        self.model = model
        self.device = device
        self.autocast = torch.autocast(
            device.torch_device.type, torch.bfloat16, enabled=precision == "bfloat16"
        )

    def scores(self, images: EvaluationBatches, *, mirrored: bool = False) -> Tensor:
        """Class scores of all images, or of their mirror images: float32 (N, classes)."""
        self.model.eval()
        with torch.inference_mode(), self.autocast:
            return torch.cat(
                [
                    self.model(batch.flip(3) if mirrored else batch).float()
                    for batch in images.batches()
                ]
            )

    def timed_scores(
        self, images: EvaluationBatches, layout: torch.memory_format
    ) -> tuple[Tensor, float]:
        """Class scores, and the seconds they took after a warm-up.

        The warm-up runs blank batches of every shape that occurs, so no image is seen twice.
        """
        self.model.eval()
        with torch.inference_mode(), self.autocast:
            for shape in images.shapes:
                blank = torch.zeros(shape, device=self.device.torch_device)
                self.model(blank.contiguous(memory_format=layout))
        self.device.synchronize()
        start = time.perf_counter()
        scores = self.scores(images)
        self.device.synchronize()
        return scores, time.perf_counter() - start


def score(scores: Tensor, labels: Tensor) -> Score:
    """The score of class scores, float32 (N, classes), against labels, int64 (N,)."""
    guesses = scores.topk(min(TOP_K, scores.shape[1]), dim=1).indices
    right = guesses == labels[:, None]
    return Score(
        functional.cross_entropy(scores, labels).item(),
        100 * right[:, 0].double().mean().item(),
        100 * right.any(1).double().mean().item(),
        len(labels),
    )
