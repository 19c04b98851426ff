"""Every block: its options build and run at several widths and strides, and faults are explained."""

from __future__ import annotations

from typing import Any, get_args

import pytest
import torch
from small_networks import network
from torch import nn

from netlab.analysis.flop_check import count_macs_with_torch
from netlab.analysis.network_analysis import analyse
from netlab.blocks import KINDS
from netlab.blocks.base import BlockSpec, DuplicateBlockError, register
from netlab.blocks.convolution import Conv
from netlab.blocks.preactivation import Order
from netlab.errors import BlockError
from netlab.modules.build import block_out_shape, build_stack

ORDERS = get_args(Order)
WIDTHS = {"conv1": 3, "reduce3": 2, "conv3": 5, "reduce5": 1, "conv5": 4, "pool": 7}
BRANCHES: list[dict[str, Any]] = [
    {"name": "narrow", "blocks": [{"block": "conv", "channels": 5, "kernel": 1}]},
    {
        "name": "wide",
        "blocks": [
            {"block": "basic", "channels": 6, "repeat": 2, "init": "kaiming"},
            {"block": "pool", "kernel": 3, "stride": 1},
        ],
    },
]

OPTIONS: dict[str, list[dict[str, Any]]] = {
    "conv": [
        {},
        {"kernel": 1},
        {"kernel": 5, "dilation": 2},
        {"bias": True, "norm": "none", "activation": "none"},
        {"padding": 0},
        {"activation": "silu", "repeat": 2},
        {"activation": "gelu"},
        {"activation": "hardswish"},
        {"activation": "relu6"},
        {"activation": "leaky-relu"},
    ],
    "factorised": [
        {},
        {"kernel": 7, "norm": "none"},
        {"kernel": 3, "form": "asymmetric"},
        {"kernel": 7, "form": "asymmetric", "repeat": 2},
    ],
    "vgg-stage": [{}, {"layers": 1, "norm": "none"}, {"layers": 3, "activation": "leaky-relu"}],
    "dense-block": [
        {"layers": 2},
        {"layers": 3, "growth": 5, "bottleneck": False},
        {"layers": 1, "growth": 4, "norm": "none", "repeat": 2},
        {"layers": 2, "growth": 4, "norm": "group", "activation": "silu"},
    ],
    "transition": [{}, {"compression": 1.0, "norm": "none"}, {"compression": 0.4}],
    "fire": [
        {},
        {"bypass": "complex"},
        {"squeeze": 3, "expand_3x3": 1, "norm": "none"},
    ],
    "darknet-residual": [
        {"activation": "leaky-relu"},
        {"attention": "se", "reduction": 2},
        {"shortcut": "padded"},
        {"shortcut": "projection-all", "repeat": 2},
        {"shortcut": "none", "norm": "none"},
    ],
    "depthwise-separable": [
        {},
        {"kernel": 5, "middle": False},
        {"projection_activation": False, "norm": "none", "repeat": 2},
        {"middle": False, "norm": "group", "activation": "none"},
    ],
    "inverted-residual": [
        {},
        {"expansion": 1, "activation": "relu6"},
        {"kernel": 5, "attention": "se", "reduction": 2, "repeat": 2},
        {"projection_activation": True, "shortcut": "none"},
        {"kernel": 7, "expansion": 2, "norm": "none", "activation": "silu", "repeat": 2},
    ],
    "channel-shuffle": [{"groups": 5}, {"groups": 1}],
    "shufflenet-v1": [
        {"channels": 20, "groups": 5, "repeat": 2},
        {"channels": 25, "groups": 5, "entry_groups": 1, "reduction": 5, "shuffle": False},
        {"channels": 9, "groups": 1, "norm": "none", "activation": "none"},
        {"channels": 5, "stride": 1, "groups": 5, "reduction": 1},
    ],
    "shufflenet-v2": [
        {"channels": 8, "repeat": 2},
        {"channels": 16, "shuffle": False, "norm": "none", "repeat": 2},
        {"merge": "add"},
        {"merge": "add", "norm": "group", "activation": "none", "repeat": 2},
    ],
    "norm-act": [
        {},
        {"norm": "group", "activation": "leaky-relu"},
        {"norm": "none", "activation": "hardswish"},
        {"activation": "none"},
    ],
    "basic": [
        {},
        {"convolution": "separable"},
        {"convolution": "separable", "shortcut_kernel": 3},
        {"attention": "se", "reduction": 2},
        {"shortcut": "padded"},
        {"shortcut": "projection-all"},
        {"shortcut": "projection", "shortcut_kernel": 3},
        {"shortcut": "none"},
        {"repeat": 3},
        {"norm": "none"},
        {"norm": "group", "init": "kaiming"},
        {"init": "xavier", "norm_eps": 1e-3},
        *({"order": order, "attention": "se", "reduction": 2} for order in ORDERS),
        *({"order": order, "norm": "none", "activation": "silu"} for order in ORDERS),
        {"order": "full-pre-activation", "shortcut": "padded", "repeat": 2},
        {"order": "full-pre-activation", "shortcut_kernel": 3, "convolution": "separable"},
        {"order": "relu-only-pre-activation", "shortcut": "projection-all", "activation": "none"},
        {"order": "bn-after-addition", "shortcut": "none"},
    ],
    "bottleneck": [
        {},
        {"expansion": 0.5, "groups": 2},
        {"channels": 24, "expansion": 2, "groups": 3, "repeat": 2},
        {"attention": "se", "reduction": 2},
        {"shortcut": "padded"},
        {"shortcut": "none", "norm": "group", "init": "kaiming"},
        *({"order": order} for order in ORDERS),
        *({"order": order, "norm": "none", "shortcut": "projection-all"} for order in ORDERS),
    ],
    "resnext": [
        {"groups": 1},
        *(
            {"channels": 16, "groups": 4, "form": form, "attention": "se", "reduction": 4}
            for form in ("grouped", "concatenated", "split")
        ),
        {"groups": 1, "group_first": True, "form": "split", "repeat": 2},
        {"channels": 9, "groups": 3, "expansion": 3, "form": "split", "norm": "none"},
        {"groups": 1, "shortcut": "none", "activation": "none"},
        {"groups": 2, "expansion": 0.5, "form": "concatenated", "norm": "group"},
    ],
    "inception": [
        {**WIDTHS},
        {**WIDTHS, "kernel": 3, "repeat": 2},
        {**WIDTHS, "norm": "none", "activation": "silu"},
    ],
    "branches": [
        {"branches": BRANCHES},
        {"branches": BRANCHES, "repeat": 2},
        {"branches": [{"name": "input"}, *BRANCHES]},
        {
            "branches": [{"name": "same", "blocks": BRANCHES[0]["blocks"]}, BRANCHES[0]],
            "merge": "sum",
        },
    ],
    "se": [{"reduction": 2}, {"reduction": 3, "repeat": 2}],
    "dense-residual": [
        {},
        {"shortcut": "padded"},
        {"shortcut": "projection", "shortcut_kernel": 3},
        {"shortcut": "none"},
        {"repeat": 2, "norm": "none"},
    ],
    "pool": [{}, {"kind": "avg"}, {"kernel": 3}, {"kernel": 3, "padding": 0, "ceil": True}],
    "vgg-head": [{"hidden": 8}, {"hidden": 7, "side": 1, "dropout": 0, "activation": "gelu"}],
    "conv-head": [{}, {"dropout": 0, "activation": "none"}],
    "classifier": [{}, {"dropout": 0.5}, {"classes": 7}, {"pooling": "functional"}],
}
"""A row for each kind of block: the options to try at several widths and strides."""

CASES = [
    (kind, options, channels, stride)
    for kind, rows in OPTIONS.items()
    for options in rows
    for channels, stride in ((5, 1), (5, 2), (7, 1), (7, 3), (16, 2))
    if "stride" in KINDS[kind].model_fields or (stride == 1 and channels == 5)
]
"""Five channels arrive: they stay or become more, and the map keeps its size or shrinks."""

EXTREMES = [case for case in CASES if case[2:] in ((5, 1), (7, 3))]
"""Where nothing changes and where everything does, for what hangs on the options alone."""


def spec_of(kind: str, options: dict[str, Any], channels: int, stride: int) -> BlockSpec:
    """The block with what it has of channels and stride."""
    fields = {"channels": channels, "stride": stride}
    known = {name: v for name, v in fields.items() if name in KINDS[kind].model_fields}
    spec = KINDS[kind].model_validate({**known, **options})
    return network({"block": "conv", "channels": 3}).resolved(spec)


def test_every_kind_has_its_row() -> None:
    assert set(OPTIONS) == set(KINDS)


@pytest.mark.parametrize(("kind", "options", "channels", "stride"), CASES)
def test_builds_runs_and_reaches_every_parameter(
    kind: str, options: dict[str, Any], channels: int, stride: int
) -> None:
    torch.manual_seed(0)
    spec, arrives = spec_of(kind, options, channels, stride), (5, 11, 9)
    module = build_stack([spec], arrives)
    images = torch.randn(4, *arrives, requires_grad=True)
    out = module(images)
    predicted: tuple[int, ...] = arrives
    for part in spec.unrolled():
        predicted = block_out_shape(part, predicted)
    assert tuple(out.shape[1:]) == predicted
    out.square().sum().backward()
    assert images.grad is not None
    lacking = [name for name, p in module.named_parameters() if p.grad is None]
    assert not lacking
    assert torch.isfinite(out).all()


@pytest.mark.parametrize(("kind", "options", "channels", "stride"), EXTREMES)
def test_both_counters_find_the_same_macs(
    kind: str, options: dict[str, Any], channels: int, stride: int
) -> None:
    spec = spec_of(kind, options, channels, stride)
    analysis = analyse(
        network({"block": "conv", "channels": 5}, input=[5, 32, 32]).with_blocks((spec,))
    )
    assert analysis.cost.macs == count_macs_with_torch(analysis)


@pytest.mark.parametrize(("kind", "options", "channels", "stride"), EXTREMES)
def test_the_empty_batch_gives_the_shape_of_the_meta_device(
    kind: str, options: dict[str, Any], channels: int, stride: int
) -> None:
    spec, arrives = spec_of(kind, {**options, "repeat": 1}, channels, stride), (5, 17, 12)
    with torch.device("meta"):
        module = build_stack([spec], arrives).eval()
        out = module(torch.empty(2, *arrives))
    assert tuple(out.shape[1:]) == block_out_shape(spec, arrives)


def test_only_the_first_repeat_carries_the_stride_and_the_width() -> None:
    rows = analyse(network({"block": "basic", "channels": 8, "repeat": 3, "stride": 2})).rows
    assert rows[0].out_shape == (8, 16, 16)
    module = build_stack(
        network({"block": "basic", "channels": 8, "repeat": 3, "stride": 2}).resolved_blocks(),
        (3, 32, 32),
    )
    strides = [m.stride[0] for m in module.modules() if isinstance(m, nn.Conv2d)]
    assert strides.count(2) == 2  # the first convolution and its shortcut


def test_separable_groups_equal_channels() -> None:
    module = build_stack(
        network({"block": "basic", "channels": 6, "convolution": "separable"}).resolved_blocks(),
        (3, 8, 8),
    )
    depthwise = [
        m for m in module.modules() if isinstance(m, nn.Conv2d) and m.kernel_size == (3, 3)
    ]
    assert depthwise
    assert all(m.groups == m.in_channels for m in depthwise)


def test_a_plain_block_adds_nothing_around_it() -> None:
    module = build_stack(
        network({"block": "basic", "channels": 4, "shortcut": "none"}).resolved_blocks(), (4, 8, 8)
    )
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
    assert module.eval()(torch.randn(1, 4, 8, 8)).abs().max() == 0


def test_attention_weighs_whole_channels() -> None:
    from netlab.modules.attention import SqueezeExcite

    torch.manual_seed(0)
    x = torch.rand(2, 8, 5, 5) + 0.5
    ratio = SqueezeExcite(8, 4)(x) / x
    assert torch.allclose(ratio, ratio[:, :, :1, :1].expand_as(ratio))
    assert ((ratio > 0) & (ratio < 1)).all()


FAULTS: list[tuple[dict[str, Any], str, tuple[Any, ...]]] = [
    ({"block": "conv", "channels": 16, "groups": 3, "norm": "none"}, "groups", (1, 2, 4, 8, 16)),
    ({"block": "basic", "channels": 24, "groups": 16}, "groups", (1, 2, 4, 8)),
    ({"block": "conv", "channels": 8, "kernel": 9, "padding": 0}, "kernel", (4,)),
    ({"block": "conv", "channels": 8, "stride": 8}, "stride", (2, 3, 4)),
    ({"block": "basic", "channels": 8, "shortcut": "padded"}, "shortcut", ("projection", "none")),
    (
        {"block": "basic", "channels": 16, "stride": 2, "shortcut": "identity"},
        "shortcut",
        ("projection", "padded", "none"),
    ),
    ({"block": "basic", "channels": 8, "attention": "se", "reduction": 32}, "reduction", (8,)),
    ({"block": "se", "reduction": 32}, "reduction", (16,)),
    ({"block": "bottleneck", "channels": 24, "groups": 4}, "groups", (1, 2, 3, 6)),
    ({"block": "bottleneck", "channels": 12, "expansion": 16, "groups": 4}, "expansion", (1, 3)),
    ({"block": "resnext", "channels": 24, "groups": 6, "group_first": True}, "groups", (1, 2, 4)),
    ({"block": "resnext", "channels": 32, "groups": 32}, "groups", (1, 2, 4, 8, 16)),
    ({"block": "basic", "channels": 8, "groups": 2, "convolution": "separable"}, "groups", (1,)),
]


@pytest.mark.parametrize(("block", "field", "valid"), FAULTS)
def test_an_impossible_block_is_refused_with_its_field_and_valid_values(
    block: dict[str, Any], field: str, valid: tuple[Any, ...]
) -> None:
    stem = {"block": "conv", "channels": 16, "stride": 8}
    with pytest.raises(BlockError) as caught:
        analyse(network(stem, block))
    error = caught.value
    found = (error.row, error.kind, error.field, error.valid_values)
    assert found == (2, block["block"], field, valid)
    for value in valid:
        fixed = {**block, field: value}
        assert analyse(network(stem, fixed)).output


def test_an_error_names_row_and_kind_before_and_valid_values_after_its_message() -> None:
    block = {"block": "conv", "channels": 16, "groups": 3}
    with pytest.raises(BlockError, match=r"^block 1 .conv.: groups 3 .*; 1, 2 or 4 would work$"):
        analyse(network(block, input=[4, 8, 8]))


def test_nothing_follows_a_classifier() -> None:
    with pytest.raises(BlockError, match=r"block 2 .conv.: the input is a vector of 10 features"):
        analyse(network({"block": "classifier"}, {"block": "conv", "channels": 4}))


def test_a_kind_cannot_be_defined_twice() -> None:
    class Other(Conv):
        """Another block with a kind that is taken."""

        block: Any = None

    with pytest.raises(DuplicateBlockError, match=r"'conv' is defined twice: .*convolution\.py"):
        register("conv", Other)
