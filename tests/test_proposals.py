"""Proposals: each is a change, none twice, under a question, and most can be built."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_networks import network, resnet14

from netlab.analysis.network_analysis import analyse
from netlab.blocks import KINDS
from netlab.errors import BlockError
from netlab.recipe.edits import apply_all
from netlab.recipe.library import shipped
from netlab.recipe.loader import load_recipe
from netlab.recipe.network import Network
from netlab.recipe.proposals import FEWER, FIELD_IDEAS, QUESTIONS, SWAP_IDEAS, proposals


def test_the_sources_own_variants_are_proposed_for_their_network() -> None:
    study = load_recipe("resnet14-ablation")
    proposed = {apply_all(study.network, p.edits)[0] for p in proposals(study.network)}
    wanted = {v.network for v in study.variants if v.changes and v.name != "attention"}
    assert wanted <= proposed  # the source's attention has a reduction of its own


@pytest.mark.parametrize("name", [*shipped(), *shipped("networks")])
def test_every_proposal_changes_the_network_and_none_twice(name: str) -> None:
    base = load_recipe(name).network
    changed = [apply_all(base, p.edits)[0] for p in proposals(base)]
    assert base not in changed
    assert len(set(changed)) == len(changed)
    names = [p.name for p in proposals(base)]
    assert len(set(names)) == len(names)


def test_proposals_come_by_question_with_a_reason() -> None:
    found = proposals(resnet14())
    order = [QUESTIONS.index(p.question) for p in found]
    assert order == sorted(order)
    assert set(order) == set(range(len(QUESTIONS)))
    assert all(p.because for p in found)


def test_what_is_said_to_need_fewer_weights_does() -> None:
    base = resnet14()
    for proposal in proposals(base):
        changed: Network = apply_all(base, proposal.edits)[0]
        try:
            params = analyse(changed).cost.params
        except BlockError:
            continue
        if proposal.question == FEWER:
            assert params < analyse(base).cost.params, proposal.name


def test_a_bottleneck_in_attention_is_no_question_where_there_is_none() -> None:
    plain = {p.name for p in proposals(network({"block": "basic", "channels": 16}))}
    attentive = {"block": "basic", "channels": 16, "attention": "se"}
    assert "reduction-8" in {p.name for p in proposals(network(attentive))} - plain


def test_the_tables_name_what_exists() -> None:
    fields = {name for kind in KINDS.values() for name in kind.model_fields}
    assert set(FIELD_IDEAS) <= fields
    assert {kind for swap in SWAP_IDEAS for kind in swap[:2]} <= set(KINDS)


def names(of: Network) -> set[str]:
    """The names of what is proposed."""
    return {proposal.name for proposal in proposals(of)}


def chain(*channels: int, **fields: Any) -> Network:
    """A small network of basic blocks, as wide as that one after the other."""
    rows = [{"block": "basic", "channels": count, **fields} for count in channels]
    return network({"block": "conv", "channels": channels[0]}, *rows, {"block": "classifier"})


def test_half_is_not_proposed_where_rounding_makes_it_wider() -> None:
    assert "half" not in names(chain(4, 4))  # 8 is the least that scaled channels are rounded to
    assert "half" not in names(chain(12, 12))  # 8: a third less
    assert "half" in names(chain(16, 32))


def test_widths_are_proposed_from_the_width_that_there_is() -> None:
    wide = chain(64, 64).model_copy(update={"width": 2.0})
    half = next(p for p in proposals(wide) if p.name == "half")
    assert apply_all(wide, half.edits)[0].width == 1.0


def test_nothing_is_proposed_of_channels_or_norms_that_no_block_has() -> None:
    flat = network({"block": "pool"}, {"block": "classifier"})
    assert not {"half", "double", "no-norm", "group-norm", "silu"} & names(flat)


@pytest.mark.parametrize(
    ("block", "never"),
    [
        ({"block": "basic", "channels": 16, "groups": 8}, {"groups-2", "groups-4"}),
        ({"block": "basic", "channels": 16, "shortcut": "none"}, {"padded"}),
        ({"block": "basic", "channels": 8}, {"inverted-residual"}),
        ({"block": "bottleneck", "channels": 16}, {"expansion-3", "expansion-6"}),
        ({"block": "inverted-residual", "channels": 16, "expansion": 2}, {"expansion-3"}),
        ({"block": "inverted-residual", "channels": 16, "expansion": 8}, {"expansion-6"}),
        ({"block": "dense-block", "layers": 2, "growth": 8}, {"growth-12"}),
        ({"block": "depthwise-separable", "channels": 16, "kernel": 7}, {"kernel-5"}),
    ],
)
def test_no_value_is_proposed_that_goes_the_other_way(
    block: dict[str, Any], never: set[str]
) -> None:
    assert not never & names(network({"block": "conv", "channels": 16}, block))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=4).map(sorted),
    st.sampled_from([0.25, 0.5, 1.0, 1.3, 2.0]),
    st.fixed_dictionaries(
        {},
        optional={
            "convolution": st.just("separable"),
            "attention": st.just("se"),
            "shortcut": st.sampled_from(["none", "padded", "projection-all"]),
        },
    ),
)
def test_on_small_and_odd_networks_what_is_said_to_need_fewer_weights_does(
    channels: list[int], width: float, fields: dict[str, Any]
) -> None:
    base = chain(*channels, **fields).model_copy(update={"width": width})
    try:
        params = analyse(base).cost.params
    except BlockError:
        return
    for proposal in proposals(base):
        if proposal.question == FEWER:
            with contextlib.suppress(BlockError):  # another network has to be mended first
                changed = analyse(apply_all(base, proposal.edits)[0])
                assert changed.cost.params <= params, proposal.name
