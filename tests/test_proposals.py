"""Proposals: each is a change, none twice, under a question, and most can be built."""

from __future__ import annotations

import pytest
from networks import network, resnet14

from netlab.analysis.network import analyse
from netlab.blocks import KINDS
from netlab.errors import BlockError
from netlab.recipe.edits import apply_all
from netlab.recipe.library import saved
from netlab.recipe.network import Network
from netlab.recipe.proposals import FEWER, IDEAS, QUESTIONS, SWAPS, proposals
from netlab.recipe.recipe import load_recipe


def test_the_sources_own_variants_are_proposed_for_their_network() -> None:
    study = load_recipe("resnet14-ablation")
    proposed = {apply_all(study.network, p.edits)[0] for p in proposals(study.network)}
    wanted = {v.network for v in study.variants if v.changes and v.name != "attention"}
    assert wanted <= proposed  # the source's attention has a reduction of its own


@pytest.mark.parametrize("name", [*saved(), *saved("networks")])
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
    assert set(IDEAS) <= fields
    assert {kind for swap in SWAPS for kind in swap[:2]} <= set(KINDS)
