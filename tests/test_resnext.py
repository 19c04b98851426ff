"""ResNeXt's three forms are one function; its paths cost what the paper says."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any

import pytest
import torch
from reference_networks import draw_normalisation
from small_networks import network
from torch import Tensor, nn

from netlab.analysis.network_analysis import analyse
from netlab.blocks.resnext import ResNeXtForm
from netlab.modules.build import build_stack

FORMS = ("grouped", "concatenated", "split")
PAIRS = list(itertools.permutations(FORMS, 2))
FIELDS: list[dict[str, Any]] = [
    {},
    {"group_first": True},
    {"attention": "se", "reduction": 4},
    {"norm": "none"},
    {"groups": 1},
    {"groups": 16, "expansion": 1, "shortcut": "none"},
]

PER_PATH_LAYERS: dict[ResNeXtForm, tuple[str, ...]] = {
    "grouped": (),
    "concatenated": ("conv1", "norm1", "conv2", "norm2"),
    "split": ("conv1", "norm1", "conv2", "norm2", "conv3"),
}
"""The layers of which every path has its own."""

TRANSFORM_KEY = re.compile(
    r"(?P<above>(?:.*\.)?transform\.)(?:paths\.(?P<path>\d+)\.)?(?P<layer>\w+)\.(?P<kind>\w+)"
)


def convert_weights(
    weights: Mapping[str, Tensor], form: ResNeXtForm, groups: int
) -> dict[str, Tensor]:
    """The state of a `ResNeXtBlock` of any form as the state of one in `form`: the same function.

    Other entries of `weights` are kept, so the state of a whole network converts too, if all of its
    blocks have `groups` paths. With group norm the functions differ: each form has other groups.
    """
    converted: dict[str, Tensor] = {}
    for (above, layer, kind), pieces in tensors_by_layer(weights, converted).items():
        side = 1 if (layer, kind) == ("conv3", "weight") else 0
        whole = torch.cat(pieces, side) if len(pieces) > 1 and pieces[0].dim() else pieces[0]
        if layer not in PER_PATH_LAYERS[form]:
            converted[f"{above}{layer}.{kind}"] = whole
        elif (layer, kind) == ("conv3", "bias"):
            converted[f"{above}paths.0.{layer}.{kind}"] = whole
        else:
            shares = whole.chunk(groups, side) if whole.dim() else [whole] * groups
            for path, share in enumerate(shares):
                converted[f"{above}paths.{path}.{layer}.{kind}"] = share
    return converted


def tensors_by_layer(
    weights: Mapping[str, Tensor], others: dict[str, Tensor]
) -> dict[tuple[str, str, str], list[Tensor]]:
    """The tensors of each layer in the order of their paths; all others go to `others`."""
    found: dict[tuple[str, str, str], dict[int, Tensor]] = {}
    for name, tensor in weights.items():
        match = TRANSFORM_KEY.fullmatch(name)
        if match is None:
            others[name] = tensor
        else:
            tensors = found.setdefault((match["above"], match["layer"], match["kind"]), {})
            tensors[int(match["path"] or 0)] = tensor
    return {key: [tensors[path] for path in sorted(tensors)] for key, tensors in found.items()}


def rows(form: str, fields: dict[str, Any]) -> nn.Sequential:
    """Three blocks, the first with a stride and another width, as a network."""
    torch.manual_seed(FORMS.index(form))
    spec = {"block": "resnext", "channels": 16, "groups": 4, "stride": 2, "repeat": 3}
    return build_stack(network({**spec, **fields, "form": form}).resolved_blocks(), (16, 9, 9))


@pytest.mark.parametrize("fields", FIELDS)
@pytest.mark.parametrize(("source", "target"), PAIRS)
@pytest.mark.parametrize("training", [False, True])
def test_the_same_weights_are_the_same_function(
    source: str, target: Any, fields: dict[str, Any], training: bool
) -> None:
    one, other = rows(source, fields), rows(target, fields)
    draw_normalisation(one)
    other.load_state_dict(convert_weights(one.state_dict(), target, fields.get("groups", 4)))
    x = torch.randn(4, 16, 9, 9)
    one.train(training)
    other.train(training)
    expected = one(x)
    assert expected.std() > 0.01
    torch.testing.assert_close(other(x), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("fields", FIELDS)
@pytest.mark.parametrize(("there", "back"), PAIRS)
def test_weights_survive_the_way_there_and_back(
    there: Any, back: Any, fields: dict[str, Any]
) -> None:
    groups = fields.get("groups", 4)
    weights = rows(back, fields).state_dict()
    again = convert_weights(convert_weights(weights, there, groups), back, groups)
    assert set(again) == set(weights)
    assert all(torch.equal(again[name], weights[name]) for name in weights)


@pytest.mark.parametrize("fields", FIELDS)
def test_the_forms_have_as_many_weights_and_macs(fields: dict[str, Any]) -> None:
    spec = {"block": "resnext", "channels": 16, "groups": 4, **fields}
    stem = {"block": "conv", "channels": 16}
    costs = [analyse(network(stem, {**spec, "form": form})).cost for form in FORMS]
    assert len({(cost.params, cost.macs) for cost in costs}) == 1


def test_a_path_of_the_split_form_sees_its_share_alone_where_the_first_is_grouped() -> None:
    block = rows("split", {"group_first": True, "repeat": 1})
    first: Any = block[0]
    path = first.transform.paths[1]
    x = torch.randn(1, 16, 9, 9)
    read: list[torch.Tensor] = []
    path.register_forward_pre_hook(lambda _, inputs: read.append(inputs[0]))
    block(x)
    assert torch.equal(read[0], x[:, 4:8])


def test_groups_of_two_halve_a_3x3_of_128_channels() -> None:
    conv = {"block": "conv", "channels": 128, "norm": "none"}
    weights = [
        analyse(network({**conv, "groups": groups}, input=[128, 8, 8])).cost.params
        for groups in (1, 2)
    ]
    assert weights == [147_456, 73_728]


def test_32_paths_cost_what_a_bottleneck_of_half_the_inner_width_costs() -> None:
    def weights(**fields: Any) -> int:
        row = {"channels": 256, "norm": "none", "activation": "none", **fields}
        cost = analyse(network(row, input=[256, 8, 8])).cost
        return cost.macs // 64  # every weight is used once per pixel, biases are left out

    # Section 3 of the paper: 256·64 + 3·3·64·64 + 64·256, and 32·(256·4 + 3·3·4·4 + 4·256).
    assert weights(block="bottleneck") == 256 * 64 + 9 * 64 * 64 + 64 * 256
    assert weights(block="resnext") == 32 * (256 * 4 + 9 * 4 * 4 + 4 * 256)
