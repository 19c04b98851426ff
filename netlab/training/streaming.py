"""Batches of image sets that are too large for the device, read from the disk when needed.

The pixels are mapped from the cache of decoded images. A thread reads a few batches ahead, and
the device augments them with the same draws as resident images, so results are the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

import numpy as np
import torch
from torch import Tensor

from netlab.recipe.protocol import Protocol
from netlab.training.augment import Augmenter, draw_augmentation
from netlab.training.batches import (
    Batch,
    EvaluationBatches,
    ResidentEvaluation,
    ResidentTraining,
    TrainingBatches,
    batch_shapes,
    count_batches,
)
from netlab.training.normalise import Normaliser
from netlab.training.run_data import Images

BATCHES_READ_AHEAD = 4


class StreamedTraining:
    """Augmented batches of streamed images, in a new order each epoch."""

    def __init__(
        self, images: Images, protocol: Protocol, normaliser: Normaliser, seed: int
    ) -> None:
        self.steps, self.images = count_batches(len(images), protocol.batch_size)
        self._all = images
        self._augmenter = Augmenter(images.size, protocol.augmentation, normaliser)
        self._size = protocol.batch_size
        self._seed = seed

    def epoch(self, epoch: int, first: int = 0) -> Iterator[Batch]:
        images, augmenter = self._all, self._augmenter
        draws = draw_augmentation(
            augmenter.augmentation, self._seed, epoch, len(images), images.size
        )
        parts = torch.split(draws.order[: self.images], self._size)[first:]
        device = images.labels.device
        for indices, pixels in zip(parts, read_ahead(images, parts), strict=True):
            source = augmenter.flat_pixels(pixels.to(device))
            changes = draws.select(indices).to(device)
            yield augmenter.batch(source, changes.order, changes), images.labels[indices.to(device)]


class StreamedEvaluation:
    """Streamed images, normalised but not augmented."""

    def __init__(self, images: Images, batch_size: int, normaliser: Normaliser) -> None:
        self.labels = images.labels
        self._all = images
        self._normaliser = normaliser
        self._parts = torch.split(torch.arange(len(images)), batch_size)
        self.shapes = batch_shapes(images, batch_size)

    def batches(self) -> Iterator[Tensor]:
        for pixels in read_ahead(self._all, self._parts):
            images = self._normaliser(pixels.to(self.labels.device))
            yield self._normaliser.to_network(images)


def read_ahead(images: Images, parts: Iterable[Tensor]) -> Iterator[Tensor]:
    """The pixels of each part, uint8 (B, H, W, C), read some parts before they are used."""
    assert images.indices is not None
    mapped, rows = images.pixels.numpy(), images.indices.numpy()

    def read(part: Tensor) -> Tensor:
        # numpy, because torch would use a second pool of threads in addition to the network's.
        return torch.from_numpy(np.take(mapped, rows[part.numpy()], axis=0))

    coming = iter(parts)
    with ThreadPoolExecutor(1) as pool:
        reading: deque[Future[Tensor]] = deque(
            pool.submit(read, p) for p in islice(coming, BATCHES_READ_AHEAD)
        )
        while reading:
            pixels = reading.popleft().result()
            reading.extend(pool.submit(read, part) for part in islice(coming, 1))
            yield pixels


def training_batches(
    images: Images, protocol: Protocol, normaliser: Normaliser, seed: int
) -> TrainingBatches:
    """The batches to train on, resident or streamed."""
    source = ResidentTraining if images.indices is None else StreamedTraining
    return source(images, protocol, normaliser, seed)


def evaluation_batches(
    images: Images, batch_size: int, normaliser: Normaliser
) -> EvaluationBatches:
    """The batches to evaluate on, resident or streamed."""
    source = ResidentEvaluation if images.indices is None else StreamedEvaluation
    return source(images, batch_size, normaliser)
