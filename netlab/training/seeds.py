"""Separate random streams, derived from one seed, for weights, order and augmentation.

Each stream depends only on (seed, purpose, numbers). Variants of a study with the same seed
therefore get the same images in the same order with the same crops, even if their layers differ.
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
    """A new generator on the CPU, so that every device draws the same numbers."""
    return torch.Generator().manual_seed(derive_seed(seed, purpose, *numbers))


def epoch_order(seed: int, epoch: int, images: int) -> Tensor:
    """The indices of all `images` in the order of `epoch` (counted from 0): int64 (N,)."""
    return torch.randperm(images, generator=make_generator(seed, "order", epoch))
