"""Random networks of all blocks: legal ones build, run, learn and add up; others are explained."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from small_networks import network

from netlab.analysis.cost import measure_cost
from netlab.analysis.network_analysis import analyse
from netlab.blocks import KINDS, BlockSpec
from netlab.blocks.parsing import parse_block
from netlab.errors import BlockError
from netlab.modules.build import build_on_meta, build_stack
from netlab.recipe.network import Network

HEADS = [kind for kind, spec in KINDS.items() if spec.family == "Heads"]
BODY = [kind for kind in KINDS if kind not in (*HEADS, "branches")]
REPAIRS = 60
"""Most values taken from error messages before a stack must be legal."""


def values_of(field: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a field's JSON schema admits, small ones where it admits many."""
    if "anyOf" in field:
        return st.one_of(*(values_of(part) for part in field["anyOf"]))
    if "enum" in field:
        return st.sampled_from(field["enum"])
    if "const" in field:
        return st.just(field["const"])
    low = field.get("minimum", field.get("exclusiveMinimum", 0))
    high = min(field.get("maximum", field.get("exclusiveMaximum", 24)), max(24, low))
    if field["type"] == "integer":
        return st.integers(low, high)
    if field["type"] == "number":
        return st.floats(low, high, exclude_min=True, exclude_max=True, allow_subnormal=False)
    return {"boolean": st.booleans(), "null": st.none()}[field["type"]]


@st.composite
def blocks(draw: st.DrawFn, kinds: list[str]) -> BlockSpec:
    """A block of one of these kinds with its needed fields and some of the others."""
    kind = draw(st.sampled_from(kinds))
    schema = KINDS[kind].model_json_schema()
    fields: dict[str, Any] = {"block": kind}
    for name, written in schema["properties"].items():
        if name in ("block", "name", "norm_eps", "init"):  # a name builds nothing
            continue
        field = schema.get("$defs", {}).get(str(written.get("$ref", "")).split("/")[-1], written)
        if name in schema.get("required", ()) or draw(st.integers(0, 2)) == 0:
            few = name == "repeat" and "const" not in field
            fields[name] = draw(st.integers(1, 3) if few else values_of(field))
    if kind in HEADS:
        fields.pop("classes", None)
        fields |= {"hidden": 16} if "hidden" in schema["properties"] else {}
    return parse_block(fields)


STACKS = st.builds(
    lambda body, head: (*body, head),
    st.lists(blocks(BODY), min_size=1, max_size=3),
    blocks(HEADS),
)


def fault_of(network: Network) -> BlockError | None:
    """What is wrong with the network, if anything."""
    try:
        analyse(network)
    except BlockError as error:
        return error
    return None


def mended(network: Network) -> Network | None:
    """The network made legal with values that its errors offer, each of which must help.

    None where no single value helps, such as on a map that has shrunk to nothing before.
    """
    error = fault_of(network)
    for _ in range(REPAIRS):
        if error is None:
            return network
        assert error.row is not None
        assert error.kind == network.blocks[error.row - 1].block
        assert f"block {error.row} ({error.kind})" in str(error)
        if not error.valid_values:
            return None
        before, network = error, with_value(network, error, error.valid_values[-1])
        error = fault_of(network)
        assert error is None or str(error) != str(before)
    raise AssertionError("the values that errors offer lead in circles")


def with_value(network: Network, error: BlockError, value: object) -> Network:
    """The network with the field at fault set to `value`."""
    rows = list(network.blocks)
    assert error.row is not None
    assert error.field is not None
    rows[error.row - 1] = rows[error.row - 1].model_copy(update={error.field: value})
    return network.with_blocks(tuple(rows))


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(STACKS, st.sampled_from([(3, 17, 13), (8, 16, 16), (5, 32, 32)]))
def test_random_stacks(stack: tuple[BlockSpec, ...], shape: tuple[int, int, int]) -> None:
    drawn = network({"block": "conv", "channels": 4}, input=list(shape)).with_blocks(stack)
    legal = mended(drawn)
    event("no value helps" if legal is None else f"{len(stack)} blocks")
    if legal is None:
        return
    analysis = analyse(legal)
    torch.manual_seed(0)
    model = build_stack(legal.resolved_blocks(), legal.input)
    scores = model(torch.randn(3, *legal.input))
    assert tuple(scores.shape[1:]) == analysis.output
    scores.square().sum().backward()
    assert [name for name, p in model.named_parameters() if p.grad is None] == []
    whole = measure_cost(
        build_on_meta(lambda: build_stack(legal.resolved_blocks(), legal.input)), legal.input
    )
    assert (analysis.cost, analysis.output) == whole
