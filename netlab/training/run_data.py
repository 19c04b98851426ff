"""The images of a run: read, adapted to the network's input, and split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from netlab.errors import DataError
from netlab.recipe.network import Network
from netlab.recipe.run_spec import RunSpec
from netlab.training import readers
from netlab.training.seeds import make_generator

MAX_PADDING = 4
"""Images at most this many pixels too small on each side are padded with black, not resized: 28×28
becomes 32×32 without blur."""

RESIDENT_LIMIT_BYTES = 2 * 2**30
"""Images with more bytes of pixels are streamed, not held on the device."""

_RESIZE_CHUNK = 1024
"""Images resized at a time, so that the float copies stay small."""


@dataclass(frozen=True)
class Images:
    """N images, uint8 (N, H, W, C), and their labels, int64 (N,), on one device.

    For streamed images, `indices`, int64 (N,), selects them from the (M, H, W, C) in `pixels`,
    which stay mapped from the disk.
    """

    pixels: Tensor
    labels: Tensor
    indices: Tensor | None = None

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.pixels.shape[1], self.pixels.shape[2]

    def to(self, device: torch.device) -> Images:
        """The same images on `device`; for streamed images, only the labels move."""
        pixels = self.pixels if self.indices is not None else self.pixels.to(device)
        return Images(pixels, self.labels.to(device), self.indices)

    def take(self, indices: Tensor) -> Images:
        """The images at `indices`: a copy, or streamed images if there are too many to copy."""
        if self.pixels.nbytes > RESIDENT_LIMIT_BYTES:
            return Images(self.pixels, self.labels[indices], indices)
        if len(indices) == len(self):
            return self
        return Images(self.pixels[indices], self.labels[indices])


@dataclass(frozen=True)
class RunData:
    """The images of a run for training, validation and test; mean and SD on the scale 0 to 1."""

    train: Images
    validation: Images | None
    test: Images
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def to(self, device: torch.device) -> RunData:
        return replace(
            self,
            train=self.train.to(device),
            validation=self.validation.to(device) if self.validation else None,
            test=self.test.to(device),
        )


def load_data(spec: RunSpec) -> RunData:
    """The data of `spec` on the CPU, in the shape of its network's input.

    Raises `DataError` if the data is missing, broken, or does not fit the network.
    """
    network, protocol = spec.network, spec.protocol
    channels, height, width = network.input
    arrays = readers.read_data(spec.data, (height, width), channels)
    where = f"data set '{spec.data.label}'"
    _check_classes(where, len(arrays.classes), network)
    for part, labels in (("training", arrays.train_labels), ("test", arrays.test_labels)):
        _check_labels(f"the {part} images of {where}", labels, network.classes)
    train = Images(
        adapt_images(arrays.train_images, network.input, where),
        torch.from_numpy(arrays.train_labels),
    )
    test = Images(
        adapt_images(arrays.test_images, network.input, where), torch.from_numpy(arrays.test_labels)
    )
    test = test.take(torch.arange(len(test)))
    kept, held_out = split_validation(train.labels, protocol.validation, protocol.split_seed)
    if len(kept) < 2:
        raise DataError(
            f"{where} leaves {len(kept)} training images after the validation split; "
            "training needs at least 2"
        )
    repeat = channels // len(arrays.mean)
    return RunData(
        train.take(kept),
        train.take(held_out) if len(held_out) else None,
        test,
        arrays.mean * repeat,
        arrays.std * repeat,
    )


def adapt_images(
    images: NDArray[np.uint8], shape: Sequence[int], where: str = "the data"
) -> Tensor:
    """uint8 (N, C, H, W) from a reader as uint8 (N, H', W', C') for an input of C'×H'×W'.

    Grey is repeated over the channels. Images at most `MAX_PADDING` pixels too small on each side
    are padded with black, an odd pixel at the bottom and right; others are resized, bilinear with
    antialiasing. Raises `DataError` if the channels cannot be adapted.
    """
    channels, height, width = shape
    given = images.shape[1]
    if given not in (1, channels):
        raise DataError(
            f"{where} has {given} channels, but the network takes {channels}, and netlab does not "
            f"drop colours silently: input: [{given}, {height}, {width}] would work"
        )
    pixels = torch.from_numpy(images)
    if pixels.shape[2:] != (height, width):
        pixels = _pad_or_resize(pixels, height, width)
    return pixels.permute(0, 2, 3, 1).expand(-1, -1, -1, channels).contiguous()


def split_validation(labels: Tensor, share: float, seed: int) -> tuple[Tensor, Tensor]:
    """Indices of the training images and of the held-out images, each ascending.

    The held-out `share` is drawn from each class in proportion, within one image. The total is
    `share` of all images, rounded, and at least 1 if `share` is not 0.
    """
    if share == 0:
        return torch.arange(len(labels)), torch.arange(0)
    wanted = max(1, round(share * len(labels)))
    counts = torch.bincount(labels)
    exact = counts * (wanted / len(labels))
    take = exact.floor().long()
    # The classes with the largest remainders get the images left over from rounding down.
    remainders = (exact - take).argsort(descending=True, stable=True)
    take[remainders[: wanted - int(take.sum())]] += 1
    draws = make_generator(seed, "validation")
    held_out = []
    for number, quota in enumerate(take.tolist()):
        members = (labels == number).nonzero().flatten()
        held_out.append(members[torch.randperm(len(members), generator=draws)[:quota]])
    chosen = torch.zeros(len(labels), dtype=torch.bool)
    chosen[torch.cat(held_out)] = True
    return (~chosen).nonzero().flatten(), chosen.nonzero().flatten()


def _pad_or_resize(pixels: Tensor, height: int, width: int) -> Tensor:
    missing = (height - pixels.shape[2], width - pixels.shape[3])
    if all(0 <= pad <= 2 * MAX_PADDING for pad in missing):
        top, left = missing[0] // 2, missing[1] // 2
        return functional.pad(pixels, (left, missing[1] - left, top, missing[0] - top))
    resized = [
        functional.interpolate(chunk.float(), (height, width), mode="bilinear", antialias=True)
        for chunk in torch.split(pixels, _RESIZE_CHUNK)
    ]
    return torch.cat([chunk.round_().clamp_(0, 255).byte() for chunk in resized])


def _check_classes(where: str, given: int, network: Network) -> None:
    if given != network.classes:
        raise DataError(
            f"{where} has {given} classes, but the network has {network.classes}: "
            f"classes: {given} would work"
        )


def _check_labels(where: str, labels: NDArray[np.int64], classes: int) -> None:
    if not len(labels):
        raise DataError(f"{where}: there are none")
    if labels.min() < 0 or labels.max() >= classes:
        raise DataError(
            f"{where} have labels {labels.min()} to {labels.max()}; 0 to {classes - 1} are valid"
        )
