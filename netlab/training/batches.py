"""The interface of batches, and batches of images that are resident on the device."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol as Interface

import torch
from torch import Tensor

from netlab.recipe.protocol import Protocol
from netlab.training.augment import Augmenter, draw_augmentation
from netlab.training.normalise import Normaliser
from netlab.training.run_data import Images

Batch = tuple[Tensor, Tensor]
"""Images for the network, (B, C, H, W), and labels, int64 (B,), on the device."""


class TrainingBatches(Interface):
    """The training images of a run, epoch by epoch."""

    steps: int
    images: int

    def epoch(self, epoch: int, first: int = 0) -> Iterator[Batch]:
        """The batches of `epoch` from batch `first` on, both from 0; a pure function."""


class EvaluationBatches(Interface):
    """Images to evaluate on, always in the same order."""

    labels: Tensor
    """int64 (N,) on the device."""
    shapes: tuple[tuple[int, ...], ...]
    """The shapes of the batches, for warming up."""

    def batches(self) -> Iterator[Tensor]:
        """The images in batches, (B, C, H, W), in the order of the labels."""


def count_batches(images: int, size: int) -> tuple[int, int]:
    """The number of batches in an epoch, and the number of images in these batches.

    The last batch may be smaller, but a last batch of one image is dropped, because batch
    normalisation cannot estimate a variance from one image if the map is one pixel.
    """
    used = images - 1 if images % size == 1 and images > 1 and size > 1 else images
    return -(-used // size), used


def batch_shapes(images: Images, size: int) -> tuple[tuple[int, ...], ...]:
    """The shapes (B, C, H, W) of the batches that `images` are evaluated in."""
    height, width, channels = images.pixels.shape[1:]
    lengths = dict.fromkeys(len(part) for part in torch.split(images.labels, size))
    return tuple((length, channels, height, width) for length in lengths)


class ResidentTraining:
    """Augmented batches of resident images, in a new order each epoch."""

    def __init__(
        self, images: Images, protocol: Protocol, normaliser: Normaliser, seed: int
    ) -> None:
        self.steps, self.images = count_batches(len(images), protocol.batch_size)
        self._augmenter = Augmenter(images.size, protocol.augmentation, normaliser)
        self._source = self._augmenter.flat_pixels(images.pixels)
        self._image_size = images.size
        self._labels = images.labels
        self._size = protocol.batch_size
        self._seed = seed

    def epoch(self, epoch: int, first: int = 0) -> Iterator[Batch]:
        draws = draw_augmentation(
            self._augmenter.augmentation, self._seed, epoch, len(self._labels), self._image_size
        ).to(self._labels.device)
        for indices in torch.split(draws.order[: self.images], self._size)[first:]:
            yield self._augmenter.batch(self._source, indices, draws), self._labels[indices]


class ResidentEvaluation:
    """Resident images, normalised but not augmented."""

    def __init__(self, images: Images, batch_size: int, normaliser: Normaliser) -> None:
        self.labels = images.labels
        self._parts = torch.split(images.pixels, batch_size)
        self._normaliser = normaliser
        self.shapes = batch_shapes(images, batch_size)

    def batches(self) -> Iterator[Tensor]:
        for part in self._parts:
            yield self._normaliser.to_network(self._normaliser(part))
