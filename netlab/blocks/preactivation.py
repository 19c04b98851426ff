"""The places of normalisation and activation in a residual block (He et al., 2016)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

Order = Literal[
    "original",
    "bn-after-addition",
    "relu-before-addition",
    "relu-only-pre-activation",
    "full-pre-activation",
]
"""The five orderings of "Identity mappings in deep residual networks", by its names. BN and ReLU
mean the block's norm and activation; between two convolutions every ordering has both.

original: conv, BN, ReLU, conv, BN, addition, ReLU;
bn-after-addition: conv, BN, ReLU, conv, addition, BN, ReLU;
relu-before-addition: conv, BN, ReLU, conv, BN, ReLU, addition;
relu-only-pre-activation: ReLU, conv, BN, ReLU, conv, BN, addition;
full-pre-activation: BN, ReLU, conv, BN, ReLU, conv, addition."""

OrderField = Annotated[
    Order,
    Field(
        description="where norm and activation stand: original normalises, adds, activates; "
        "full-pre-activation does both before each convolution and leaves the sum untouched, so "
        "end such a network with norm-act before the classifier"
    ),
]
