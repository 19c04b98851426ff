"""Small networks and recipes that several tests build from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from netlab.recipe.network import Network


def network(*blocks: dict[str, Any], **settings: Any) -> Network:
    """A network of these blocks on a 3×32×32 input, unless `settings` say otherwise."""
    return Network.model_validate({"input": [3, 32, 32], "blocks": list(blocks), **settings})


def resnet14(**fields: Any) -> Network:
    """The small residual network of the study notes, with `fields` on every basic block."""
    stages = [(16, 1), (32, 2), (64, 2)]
    return network(
        {"block": "conv", "channels": 16},
        *(
            {
                "block": "basic",
                "channels": channels,
                "stride": stride,
                "repeat": 2,
                "shortcut_kernel": 3,
                **fields,
            }
            for channels, stride in stages
        ),
        {"block": "classifier"},
    )


TINY = """\
network:
  input: [1, 8, 8]
  classes: 10
  blocks:
    - {block: conv, channels: 4, stride: 2}
    - {block: basic, channels: 4}
    - {block: classifier}
data: fashion-mini
protocol: {extends: smoke, epochs: 1}
study:
  question: Does grouping matter?
  seeds: [0, 1]
  variants:
    groups-2: {set: {basic: {groups: 2}}, because: half the weights}
"""
"""A recipe that trains in moments."""


def write_recipe(folder: Path, text: str = TINY, name: str = "tiny.yaml") -> Path:
    """A recipe file in `folder`."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
