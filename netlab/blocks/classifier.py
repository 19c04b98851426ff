"""Heads: from the last feature map to one score per class."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netlab.blocks.base import BlockSpec

Classes = Annotated[int, Field(strict=True, ge=2, le=100_000)]
Dropout = Annotated[float, Field(strict=True, ge=0, lt=1)]


class Classifier(BlockSpec):
    """Global average pooling and one linear layer."""

    family: ClassVar[str] = "Heads"
    purpose: ClassVar[str] = "average each channel over the map, then score the classes"
    cost: ClassVar[str] = (
        "channels × classes weights and one bias per class, each used once per image: next to "
        "nothing in MACs, whatever the size of the map"
    )

    block: Literal["classifier"] = "classifier"
    repeat: Literal[1] = 1
    classes: Classes | None = Field(None, description="left out, the network's")
    dropout: Dropout = Field(
        0.0, description="share of features dropped before the linear layer while training"
    )
    pooling: Literal["module", "functional"] = Field(
        "module",
        description="the same mean as a layer, whose output counts in forward/backward MB "
        "(ResNet), or as a plain function, which it does not see (MobileNetV2, DenseNet)",
    )
