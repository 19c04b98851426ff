"""The loss around trained weights, on a plane along two random directions.

Each direction is normalised filter by filter: each filter's part has the norm of the filter, so
that networks with weights of different size can be compared (Li et al., 2018, Visualizing the loss
landscape of neural nets, https://arxiv.org/abs/1712.09913). Biases, normalisation weights and
running statistics stay unchanged, as in that paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

from netlab.training.seeds import make_generator

FilterDirection = dict[str, Tensor]
"""The step of each weight that moves, by the weight's name."""


def random_direction(model: nn.Module, seed: int, axis: int) -> FilterDirection:
    """A random direction for the weights of `model`; each filter's part has the filter's norm.

    A filter is a slice along the first dimension: the weights of one output channel or one class.
    The same `seed` and `axis` (0 or 1) give the same numbers on every device.
    """
    draws = make_generator(seed, "surface", axis)
    steps = {}
    for name, weight in model.named_parameters():
        if weight.dim() < 2:
            continue
        step = torch.randn(weight.shape, generator=draws)
        values = weight.detach().float().cpu()
        along = tuple(range(1, weight.dim()))
        lengths = torch.linalg.vector_norm(step, dim=along, keepdim=True).clamp_min(1e-10)
        step *= torch.linalg.vector_norm(values, dim=along, keepdim=True) / lengths
        steps[name] = step.to(weight.device, weight.dtype)
    return steps


def grid_coordinates(points: int, extent: float) -> tuple[float, ...]:
    """`points` values from −`extent` to `extent`; the centre is 0 if `points` is odd."""
    return tuple(torch.linspace(-extent, extent, points, dtype=torch.float64).tolist())


def losses_on_plane(
    model: nn.Module,
    coordinates: tuple[float, ...],
    directions: tuple[FilterDirection, FilterDirection],
    scores: Callable[[], Tensor],
    labels: Tensor,
) -> Iterator[list[float]]:
    """The mean cross-entropy at every grid point, row by row along the second direction.

    `scores` returns the class scores, float32 (N, classes), of the current model; `labels` are
    int64 (N,). The weights are restored after the last row, or when the iterator is closed.
    """
    weights = dict(model.named_parameters())
    trained = {name: weights[name].detach().clone() for name in directions[0]}
    one, other = directions
    try:
        for y in coordinates:
            row = []
            for x in coordinates:
                with torch.no_grad():
                    for name, start in trained.items():
                        weights[name].copy_(start + x * one[name] + y * other[name])
                row.append(functional.cross_entropy(scores(), labels).item())
            yield row
    finally:
        with torch.no_grad():
            for name, start in trained.items():
                weights[name].copy_(start)
