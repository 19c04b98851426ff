"""Random numbers by purpose: one seed of a run gives weights, order and augmentation their own.

Each stream is a function of (seed, purpose, numbers) alone, so variants of a study that share a
seed see the same images in the same order with the same crops, whatever their networks draw.
"""

from __future__ import annotations

import hashlib

import torch
from torch import Generator, Tensor


def derive_seed(seed: int, purpose: str, *numbers: int) -> int:
    """A seed below 2**63 that is stable across machines, processes and versions."""
    text = ":".join([purpose, str(seed), *map(str, numbers)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def make_generator(seed: int, purpose: str, *numbers: int) -> Generator:
    """A fresh generator on the CPU, so every device draws the same numbers."""
    return torch.Generator().manual_seed(derive_seed(seed, purpose, *numbers))


def epoch_order(seed: int, epoch: int, images: int) -> Tensor:
    """The order of an epoch, counted from 0: a permutation of `images` indices, int64."""
    return torch.randperm(images, generator=make_generator(seed, "order", epoch))
