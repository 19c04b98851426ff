from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from netlab.recipe.protocol import Optimizer
from netlab.training import optimizer as optimizer_module
from netlab.training.optimizer import build_optimizer, parameter_groups, set_lr


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(2, 3))


def test_weight_decay_falls_on_everything_by_default() -> None:
    groups = parameter_groups(network(), Optimizer(weight_decay=0.1))
    assert [(len(g["params"]), g["weight_decay"]) for g in groups] == [(6, 0.1)]


def test_weight_decay_can_spare_biases_and_normalisation() -> None:
    groups = parameter_groups(network(), Optimizer(weight_decay=0.1, decay_vectors=False))
    assert [g["weight_decay"] for g in groups] == [0.1, 0.0]
    assert [p.ndim for p in groups[0]["params"]] == [4, 2]
    assert {p.ndim for p in groups[1]["params"]} == {1}
    assert len(groups[1]["params"]) == 4


@pytest.mark.parametrize("nesterov", [True, False])
def test_nesterov_really_is_nesterov(nesterov: bool) -> None:
    weight = nn.Parameter(torch.tensor([1.0]))
    model = nn.Module()
    model.weight = weight
    optimizer = build_optimizer(model, Optimizer(lr=0.1, momentum=0.9, nesterov=nesterov))
    expected, velocity = 1.0, 0.0
    for gradient in (1.0, 2.0, -1.0):
        weight.grad = torch.tensor([gradient])
        optimizer.step()
        velocity = 0.9 * velocity + gradient
        expected -= 0.1 * (gradient + 0.9 * velocity if nesterov else velocity)
    assert weight.item() == pytest.approx(expected, rel=1e-5)


def test_no_momentum_is_plain_gradient_descent_even_with_nesterov() -> None:
    optimizer = build_optimizer(network(), Optimizer(momentum=0.0))
    assert optimizer.defaults["momentum"] == 0
    assert optimizer.defaults["nesterov"] is False


@pytest.mark.parametrize(
    ("name", "kind"),
    [("sgd", torch.optim.SGD), ("adam", torch.optim.Adam), ("adamw", torch.optim.AdamW)],
)
def test_the_named_optimiser_is_built_fused(name: str, kind: type[torch.optim.Optimizer]) -> None:
    settings = Optimizer.model_validate({"name": name, "lr": 0.01, "betas": [0.8, 0.9]})
    optimizer = build_optimizer(network(), settings)
    assert type(optimizer) is kind
    assert optimizer.defaults["fused"] is True
    assert optimizer.defaults["lr"] == 0.01
    assert optimizer.defaults.get("betas", (0.8, 0.9)) == (0.8, 0.9)


def test_a_device_without_fused_kernels_gets_the_plain_optimiser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def plain_only(*groups: Any, fused: bool = False, **fields: Any) -> torch.optim.Optimizer:
        if fused:
            raise RuntimeError("`fused=True` requires all the params to be on other devices")
        return torch.optim.Adam(*groups, **fields)

    monkeypatch.setattr(optimizer_module, "Adam", plain_only)
    optimizer = build_optimizer(network(), Optimizer(name="adam", lr=0.01))
    assert not optimizer.defaults["fused"]
    assert optimizer.defaults["lr"] == 0.01


def test_the_learning_rate_is_set_for_every_group() -> None:
    optimizer = build_optimizer(network(), Optimizer(decay_vectors=False))
    set_lr(optimizer, 0.03)
    assert [group["lr"] for group in optimizer.param_groups] == [0.03, 0.03]
