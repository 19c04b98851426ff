"""The optimiser of a protocol, fused if the device has such a kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn
from torch.optim import SGD, Adam, AdamW
from torch.optim import Optimizer as TorchOptimizer

from netlab.recipe.protocol import Optimizer


def parameter_groups(model: nn.Module, settings: Optimizer) -> list[dict[str, Any]]:
    """Parameters grouped by their weight decay.

    Unless `decay_vectors`, only matrices and kernels decay. Parameters with one dimension do not:
    biases, and the scales and shifts of normalisation.
    """
    parameters = [p for p in model.parameters() if p.requires_grad]
    if settings.decay_vectors:
        return [{"params": parameters, "weight_decay": settings.weight_decay}]
    groups = [
        {"params": [p for p in parameters if p.ndim >= 2], "weight_decay": settings.weight_decay},
        {"params": [p for p in parameters if p.ndim < 2], "weight_decay": 0.0},
    ]
    return [group for group in groups if group["params"]]


def build_optimizer(model: nn.Module, settings: Optimizer) -> TorchOptimizer:
    """The optimiser over the parameters of `model`, at the peak learning rate."""
    groups = parameter_groups(model, settings)
    make: Callable[..., TorchOptimizer]
    fields: dict[str, Any] = {"lr": settings.lr}
    if settings.name == "sgd":
        make = SGD
        # torch rejects Nesterov without momentum, where it would have no effect.
        nesterov = settings.nesterov and settings.momentum > 0
        fields |= {"momentum": settings.momentum, "nesterov": nesterov}
    else:
        make = Adam if settings.name == "adam" else AdamW
        fields |= {"betas": settings.betas}
    try:
        return make(groups, **fields, fused=True)
    except RuntimeError:  # this device has no fused kernel
        return make(groups, **fields)


def set_lr(optimizer: TorchOptimizer, lr: float) -> None:
    """Use `lr` from the next step on."""
    for group in optimizer.param_groups:
        group["lr"] = lr
