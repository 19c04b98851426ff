"""Template networks: small, for images of up to 32×32 pixels."""

from __future__ import annotations

from typing import Any

from netlab.recipe.network import Network


def _network(*blocks: dict[str, Any]) -> Network:
    return Network.model_validate({"input": [3, 32, 32], "blocks": blocks})


TEMPLATES: dict[str, tuple[str, Network]] = {
    "residual-14": (
        "fourteen layers in three stages: the baseline of the ablations",
        _network(
            {"block": "conv", "channels": 16},
            {"block": "basic", "channels": 16, "repeat": 2},
            {"block": "basic", "channels": 32, "repeat": 2, "stride": 2},
            {"block": "basic", "channels": 64, "repeat": 2, "stride": 2},
            {"block": "classifier"},
        ),
    ),
    "plain": (
        "convolutions and pooling, nothing else",
        _network(
            {"block": "vgg-stage", "channels": 16},
            {"block": "vgg-stage", "channels": 32},
            {"block": "vgg-stage", "channels": 64},
            {"block": "classifier"},
        ),
    ),
    "dense": (
        "two dense blocks with a transition between them",
        _network(
            {"block": "conv", "channels": 16},
            {"block": "dense-block", "layers": 6, "growth": 8},
            {"block": "transition"},
            {"block": "dense-block", "layers": 6, "growth": 8},
            {"block": "classifier"},
        ),
    ),
    "bare": (
        "one convolution and a head: build the rest yourself",
        _network({"block": "conv", "channels": 16}, {"block": "classifier"}),
    ),
}
"""Name → (description, network). A new document starts with `residual-14`."""
