"""The analyser gives a network as PyTorch code."""

from __future__ import annotations

from netlab.analysis.serve import answer
from netlab.recipe.loader import load_network


def test_the_code_calls_itself_by_the_name_in_the_question() -> None:
    network = load_network("resnet14-ablation").model_dump(mode="json")
    reply = answer({"id": 7, "ask": "code", "network": network, "name": "mine"})
    assert reply["id"] == 7
    assert reply["answer"]["text"].startswith('"""mine: `build()` makes the network.')
