"""Augmentation of whole batches on the device: crop by gather, flip, cutout.

The augmentation of an epoch is drawn on the CPU at its start and depends only on (seed, epoch). It
is therefore equal on every device and for every variant, and checkpoints need not store it. A
gather then reads each output pixel from its source, so crop and flip together take one pass over
uint8 pixels, without a padded copy.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor

from netlab.recipe.protocol import Augmentation
from netlab.training.normalise import Normaliser
from netlab.training.seeds import epoch_order, make_generator


@dataclass(frozen=True)
class AugmentationDraws:
    """The augmentation of each image in one epoch; every tensor has one entry per image, (N,)."""

    order: Tensor
    """Image indices in the order of training."""
    top: Tensor
    """First row of the crop, 0 to 2 × padding."""
    left: Tensor
    mirrored: Tensor
    hole_top: Tensor
    """First row of the cutout; it may begin above the image."""
    hole_left: Tensor

    def to(self, device: torch.device) -> AugmentationDraws:
        return AugmentationDraws(*(getattr(self, field.name).to(device) for field in fields(self)))

    def select(self, indices: Tensor) -> AugmentationDraws:
        parts = {field.name: getattr(self, field.name)[indices] for field in fields(self)}
        return AugmentationDraws(**{**parts, "order": torch.arange(len(indices))})


def draw_augmentation(
    augmentation: Augmentation, seed: int, epoch: int, images: int, size: tuple[int, int]
) -> AugmentationDraws:
    """The draws of `epoch` (from 0) for images of `size` (H, W)."""
    height, width = size
    crop = make_generator(seed, "crop", epoch)
    hole = make_generator(seed, "cutout", epoch)
    offsets = 2 * augmentation.crop + 1
    half = augmentation.cutout // 2
    return AugmentationDraws(
        epoch_order(seed, epoch, images),
        torch.randint(offsets, (images,), generator=crop),
        torch.randint(offsets, (images,), generator=crop),
        _mirrored(augmentation, seed, epoch, images),
        torch.randint(height, (images,), generator=hole) - half,
        torch.randint(width, (images,), generator=hole) - half,
    )


def _mirrored(augmentation: Augmentation, seed: int, epoch: int, images: int) -> Tensor:
    if augmentation.flip == "none":
        return torch.zeros(images, dtype=torch.bool)
    if augmentation.flip == "random":
        return torch.rand(images, generator=make_generator(seed, "flip", epoch)) < 0.5
    first = torch.rand(images, generator=make_generator(seed, "flip")) < 0.5
    return first ^ bool(epoch % 2)


class Augmenter:
    """Cuts augmented batches out of images of `size` (H, W) on the normaliser's device."""

    def __init__(
        self, size: tuple[int, int], augmentation: Augmentation, normaliser: Normaliser
    ) -> None:
        self.augmentation = augmentation
        self.normaliser = normaliser
        self.height, self.width = size
        self._pads_black = augmentation.crop > 0 and augmentation.crop_mode == "zero"
        device = normaliser.scale.device
        self._rows = self._source_indices(self.height).to(device)
        self._columns = self._source_indices(self.width).to(device)

    def flat_pixels(self, pixels: Tensor) -> Tensor:
        """`pixels`, uint8 (N, H, W, C), as `batch` needs it: a pixel per row, (N × H × W, C).

        With zero padding, an extra black pixel at the end is the source of all padding.
        """
        rows = pixels.view(-1, pixels.shape[3])
        return torch.cat([rows, rows.new_zeros(1, rows.shape[1])]) if self._pads_black else rows

    def batch(self, source: Tensor, indices: Tensor, draws: AugmentationDraws) -> Tensor:
        """The augmented images `indices`, int64 (B,), for the network: float32 (B, C, H, W).

        `source` (from `flat_pixels`) and `draws` contain all N images that `indices` selects from.
        """
        addresses = self._addresses(indices, draws, black=len(source) - 1)
        pixels = source.index_select(0, addresses.view(-1))
        images = self.normaliser(pixels.view(len(indices), self.height, self.width, -1))
        if self.augmentation.cutout:
            images = self._cut_out(images, indices, draws)
        return self.normaliser.to_network(images)

    def _addresses(self, indices: Tensor, draws: AugmentationDraws, black: int) -> Tensor:
        """The row of the source for each output pixel: int64 (B, H, W)."""
        device = indices.device
        down = torch.arange(self.height, device=device)
        across = torch.arange(self.width, device=device)
        across = torch.where(draws.mirrored[indices, None], self.width - 1 - across, across)
        rows = self._rows[draws.top[indices, None] + down]
        columns = self._columns[draws.left[indices, None] + across]
        addresses = ((indices[:, None] * self.height + rows) * self.width)[:, :, None]
        addresses = addresses + columns[:, None, :]
        if self._pads_black:
            outside = (rows < 0)[:, :, None] | (columns < 0)[:, None, :]
            addresses.masked_fill_(outside, black)
        return addresses

    def _source_indices(self, side: int) -> Tensor:
        """The unpadded index of each index on a padded side; -1 for black padding."""
        index = torch.arange(-self.augmentation.crop, side + self.augmentation.crop)
        if self.augmentation.crop_mode == "zero":
            return torch.where((index < 0) | (index >= side), -1, index)
        period = max(2 * (side - 1), 1)
        return (index + side - 1).remainder(period).sub(side - 1).abs() if side > 1 else index * 0

    def _cut_out(self, images: Tensor, indices: Tensor, draws: AugmentationDraws) -> Tensor:
        side = self.augmentation.cutout
        rows = _in_window(draws.hole_top[indices], side, self.height)
        columns = _in_window(draws.hole_left[indices], side, self.width)
        hole = rows[:, :, None, None] & columns[:, None, :, None]
        return torch.where(hole, self.normaliser.mean, images)


def _in_window(first: Tensor, length: int, side: int) -> Tensor:
    """Which of `side` pixels lie within `length` pixels from `first`: bool (B, side)."""
    pixel = torch.arange(side, device=first.device)
    return (pixel >= first[:, None]) & (pixel < first[:, None] + length)
