"""One run, fully written out: what a worker trains, and what is hashed and stored."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import Field

from netlab.blocks.types import StrictModel
from netlab.datasets.data_spec import Data
from netlab.recipe.network import Network
from netlab.recipe.protocol import Protocol


class RunSpec(StrictModel):
    """One variant with one seed: network, data and protocol with every default in place."""

    network: Network
    data: Data
    protocol: Protocol
    seed: int = Field(0, strict=True, ge=0)

    @property
    def condition(self) -> str:
        """Hash of data and protocol: runs are comparable where this agrees."""
        return digest({"data": self.data.identity(), "protocol": protocol_identity(self.protocol)})

    @property
    def hash(self) -> str:
        """Hash of all that decides the result; a run with a known hash need not be repeated."""
        network, condition = self.network.identity(), self.condition
        return digest(
            {"version": HASH_VERSION, "network": network, "condition": condition, "seed": self.seed}
        )


HASH_VERSION = 1
"""Increase it when a changed default or training code would change the result of an old hash."""


def protocol_identity(protocol: Protocol) -> dict[str, Any]:
    """What a protocol does, without what it is called."""
    return protocol.model_dump(
        mode="json", exclude_defaults=True, exclude={"name", "version", "says", "changed"}
    )


def digest(value: object) -> str:
    """Twelve hexadecimal digits of the SHA-256 of `value` as canonical JSON."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
