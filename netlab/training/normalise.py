"""Normalises uint8 pixels for the network: one affine map per channel."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from netlab.recipe.protocol import Protocol
from netlab.training.run_data import RunData


@dataclass(frozen=True)
class Normaliser:
    """scale × pixel + shift, float32: values from 0 to 1, or zero mean and unit SD per channel.

    `scale` and `shift` have one value per byte of a row of pixels, (W × C,), so that the map runs
    over long contiguous rows; `mean` is the data's mean after the map, (C,).
    """

    scale: Tensor
    shift: Tensor
    mean: Tensor
    layout: torch.memory_format

    def __call__(self, pixels: Tensor) -> Tensor:
        """uint8 (N, H, W, C) as float32 (N, H, W, C)."""
        rows = pixels.view(-1, len(self.scale))
        return rows.to(torch.float32).mul_(self.scale).add_(self.shift).view(pixels.shape)

    def to_network(self, images: Tensor) -> Tensor:
        """float32 (N, H, W, C) as (N, C, H, W) in the protocol's layout; a view if possible."""
        return images.permute(0, 3, 1, 2).contiguous(memory_format=self.layout)


def build_normaliser(data: RunData, protocol: Protocol, device: torch.device) -> Normaliser:
    """The normaliser of a protocol for `data`, on `device`."""
    width = data.train.pixels.shape[2]
    mean, std = torch.tensor(data.mean), torch.tensor(data.std)
    shift = torch.zeros_like(mean)
    scale = torch.full_like(mean, 1 / 255)
    if protocol.normalize:
        scale, shift = scale / std, -mean / std
        mean = torch.zeros_like(mean)
    return Normaliser(
        scale.repeat(width).to(device),
        shift.repeat(width).to(device),
        mean.to(device),
        memory_format(protocol),
    )


def memory_format(protocol: Protocol) -> torch.memory_format:
    """The memory layout of a protocol."""
    return torch.channels_last if protocol.layout == "channels_last" else torch.contiguous_format
